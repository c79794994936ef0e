"""What others deleted is hidden in the archive too, and what they make anew is told."""

from tests.wikibot.hands.bench import Bench
from wikibot.hands.archive import following
from wikibot.hands.run import Part
from wikibot.hands.wiki import Archived

pytest_plugins = ["tests.wiki_fixtures"]

CANARY = "Quillfeather of the invented shore"
ALONE = frozenset({Part.TIGHTEN, Part.WITHDRAW})


def delete(bench: Bench, record: str) -> None:
    bench.wiki.visitor("admin").post(
        action="delete", pageid=bench.page(record).page_id, reason="by mistake"
    )


def test_what_others_deleted_is_hidden_in_the_archive(bench: Bench) -> None:
    record = bench.published(description=CANARY)
    title = bench.page(record).title
    bench.edit(record, lambda text: text + "\nA paragraph that a person wrote.")
    delete(bench, record)
    assert CANARY in bench.among_the_deleted(title)
    bench.withdraw(record)

    tally = bench.run(ALONE)

    assert (tally.withdrawn, tally.trouble) == (1, [])
    assert CANARY not in bench.among_the_deleted(title)


def test_the_archive_of_another_page_with_that_title_is_left(bench: Bench) -> None:
    record = bench.approved(title="A boat")
    title, _ = bench.units(record)
    made = bench.wiki.visitor("human").edit(title, "An older page of people's own")
    bench.wiki.visitor("admin").post(
        action="delete", pageid=made["edit"]["pageid"], reason="moved elsewhere"
    )
    assert bench.run().saved == 1
    bench.withdraw(record)

    assert bench.run().withdrawn == 1

    assert "An older page of people's own" in bench.among_the_deleted(title)


def test_what_people_make_anew_under_a_withdrawn_title_is_told(bench: Bench) -> None:
    record = bench.published(description=CANARY)
    title = bench.page(record).title
    bench.withdraw(record)
    bench.run()
    bench.wiki.visitor("human").edit(title, "A page of people's own")

    tally = bench.run()

    assert tally.people == [(record, "made-anew")]
    assert bench.run().people == []


def row(id: int, parent: int) -> Archived:
    return Archived(id, parent, "A title", "20260101000000", False, False)


def test_a_line_of_revisions_is_followed_both_ways() -> None:
    ours = (row(3, 0), row(5, 3), row(8, 5))
    theirs = (row(2, 0), row(4, 2))

    found = following((*ours, *theirs), known={5})

    assert {one.id for one in found} == {3, 5, 8}
