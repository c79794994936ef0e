"""What people do on the wiki is seen, kept, and asked about where it is ours."""

from collections.abc import Mapping, Sequence
from typing import Any, cast

from knowledge_base import flags, steps
from knowledge_base.flags import FlagAgainst
from knowledge_base.journeys import State
from knowledge_base.watching import suggestions_of
from tests.knowledge_base.conftest import WIKI
from tests.wikibot.hands.bench import PATIENCE, Bench
from wikibot.hands.doors import SettingsDoors
from wikibot.hands.outcomes import Failure
from wikibot.hands.wiki import PageText, Wiki
from wikibot.pages.text import is_stub

pytest_plugins = ["tests.wiki_fixtures"]

PROSE = "\n\nA paragraph that a person wrote."


def test_an_edit_in_our_units_is_noticed_and_asked_about(bench: Bench) -> None:
    record = bench.published(title="A boat", description="Carved from one trunk.")
    revision = bench.edit(record, lambda text: text.replace("Carved", "Hewn"))

    tally = bench.run()

    assert tally.people == [(record, "changed-on-wiki")]
    assert bench.world.state(record) is State.CHANGED
    with bench.world.store.reading() as db:
        asked = suggestions_of(db, record)
    assert [(one.unit, one.revision, one.shows_more) for one in asked] == [
        ("description", revision, True)
    ]
    assert "Hewn from one trunk." in bench.text(record)


def test_it_is_asked_about_once(bench: Bench) -> None:
    record = bench.published(description="Carved from one trunk.")
    bench.edit(record, lambda text: text.replace("Carved", "Hewn"))
    bench.run()

    again = bench.run()

    assert again.people == []
    assert again.noticed == 0
    assert bench.world.state(record) is State.CHANGED


def test_an_edit_beside_our_units_is_left_alone(bench: Bench) -> None:
    record = bench.published()
    bench.edit(record, lambda text: text + PROSE)

    tally = bench.run()

    assert (tally.noticed, tally.people) == (0, [])
    assert bench.world.state(record) is State.PUBLISHED
    assert bench.text(record).endswith(PROSE)


def test_our_next_edit_keeps_what_a_person_wrote_beside_our_units(
    bench: Bench,
) -> None:
    record = bench.published(description="Carved from one trunk.")
    bench.edit(record, lambda text: text + PROSE)
    bench.run()
    tell_otherwise(bench, record, description="Carved from two trunks.")

    tally = bench.run()

    assert tally.saved == 1
    assert "Carved from two trunks." in bench.text(record)
    assert bench.text(record).endswith(PROSE)


def test_an_edit_that_no_poll_saw_is_woven_in_by_the_wiki(bench: Bench) -> None:
    record = bench.published(description="Carved from one trunk.")
    tell_otherwise(bench, record, description="Carved from two trunks.")
    bench.edit_before_next_save(record, lambda text: text + PROSE)

    tally = bench.run(doors=bench.slow_doors())

    assert tally.saved == 1
    assert "Carved from two trunks." in bench.text(record)
    assert bench.text(record).endswith(PROSE)
    saved = [step for step in bench.steps(record) if isinstance(step, steps.Saved)]
    assert saved[-1].merged
    assert bench.run().saved == 0


def test_an_edit_of_the_same_line_is_a_question_and_is_not_lost(bench: Bench) -> None:
    record = bench.published(description="Carved from one trunk.")
    tell_otherwise(bench, record, description="Carved from two trunks.")
    bench.edit_before_next_save(record, lambda text: text.replace("Carved", "Hewn"))

    tally = bench.run(doors=bench.slow_doors())

    assert (tally.saved, tally.people) == (0, [(record, "changed-on-wiki")])
    assert "Hewn from one trunk." in bench.text(record)
    assert bench.world.state(record) is State.CHANGED


def test_a_deleted_page_is_not_made_again(bench: Bench) -> None:
    record = bench.published()
    bench.wiki.visitor("admin").post(
        action="delete", title=bench.page(record).title, reason="cleaning"
    )

    tally = bench.run()
    again = bench.run()

    assert tally.people == [(record, "deleted-on-wiki")]
    assert again.people == []
    assert bench.page(record).status == "gone"
    assert bench.text(record) == ""


def test_a_page_deleted_while_we_save_is_not_made_again(bench: Bench) -> None:
    record = bench.published(description="One.")
    tell_otherwise(bench, record, description="Two.")
    title = bench.page(record).title
    bench.act_before_next_save(
        lambda: bench.wiki.visitor("admin").post(
            action="delete", title=title, reason="cleaning"
        )
    )

    tally = bench.run(doors=bench.slow_doors())

    assert tally.people == [(record, "missing")]
    assert bench.world.state(record) is State.CHANGED
    assert bench.text(record) == ""


def test_the_title_follows_a_page_that_was_moved(bench: Bench) -> None:
    record = bench.published(description="One.")
    before = bench.page(record).title
    bench.wiki.visitor("admin").post(
        action="move", **{"from": before, "to": "Another title", "reason": "better"}
    )

    bench.run()
    tell_otherwise(bench, record, description="Two.")
    tally = bench.run()

    assert tally.saved == 1
    page = bench.page(record)
    assert (page.title, page.past_titles) == ("Another title", (before,))
    assert "Two." in bench.text(record)


def move(bench: Bench, before: str, after: str) -> None:
    words = {"from": before, "to": after, "reason": "better", "noredirect": 1}
    bench.wiki.visitor("admin").post(action="move", **words)


def test_two_pages_may_change_their_titles(bench: Bench) -> None:
    one, other = bench.published(), bench.published()
    first, second = bench.page(one).title, bench.page(other).title
    for before, after in ((first, "Between"), (second, first), ("Between", second)):
        move(bench, before, after)

    tally = bench.run()

    assert (tally.people, tally.trouble) == ([], [])
    assert (bench.page(one).title, bench.page(other).title) == (second, first)
    assert first in bench.page(one).past_titles


def test_a_page_may_be_moved_to_a_title_that_waits_for_another(bench: Bench) -> None:
    one, waiting = bench.published(), bench.approved()
    title = bench.page(waiting).title
    move(bench, bench.page(one).title, title)

    tally = bench.run()

    assert (tally.saved, tally.trouble) == (1, [])
    assert bench.page(one).title == title
    assert bench.page(waiting).title.startswith(title)
    assert bench.world.state(waiting) is State.PUBLISHED


def test_a_fault_in_watching_keeps_nothing_on_the_wiki(bench: Bench) -> None:
    record = bench.published(description="Carved.")
    bench.edit(record, lambda text: text + PROSE)
    bench.withdraw(record)

    tally = bench.run(doors=FaultyDoors(bench.settings, WIKI, patience=PATIENCE))

    assert (tally.withdrawn, tally.trouble) == (1, ["fault"])
    assert bench.text(record) == ""


class FaultyDoors(SettingsDoors):
    """Doors behind which the bot's own account stumbles over something of ours."""

    def bot(self) -> Wiki:
        return cast(Wiki, FaultyWiki(super().bot()))


class FaultyWiki:
    """A real wiki that breaks what reads it."""

    def __init__(self, wiki: Wiki) -> None:
        self._wiki = wiki

    def __getattr__(self, name: str) -> Any:
        return getattr(self._wiki, name)

    def read(self, page_ids: Sequence[int]) -> Mapping[int, PageText] | Failure:
        raise LookupError(page_ids)


def tell_otherwise(bench: Bench, record: str, **fields: str) -> None:
    """The source says something else, and the archivist's yes to that."""
    bench.tell_otherwise(record, **fields)
    bench.approve_again(record)


def test_a_page_that_asks_to_be_left_alone_is(bench: Bench) -> None:
    record = bench.published(description="One.")
    bench.edit(record, lambda text: text + "\n{{nobots}}")
    bench.run()
    tell_otherwise(bench, record, description="Two.")

    tally = bench.run()
    again = bench.run()

    assert (tally.saved, tally.people) == (0, [(record, "left-alone")])
    assert again.people == []
    assert "One." in bench.text(record)


def test_a_broken_template_is_a_question(bench: Bench) -> None:
    record = bench.published()
    bench.edit(record, lambda text: text.replace("<!-- withcare:end", "<!-- the end"))

    tally = bench.run()

    assert tally.people == [(record, "changed-on-wiki")]
    assert bench.world.state(record) is State.CHANGED


def test_nothing_of_the_person_is_kept(bench: Bench) -> None:
    record = bench.published(description="Carved.")
    before = bench.text(record)
    bench.wiki.visitor().edit(
        bench.page(record).title, before.replace("Carved", "Hewn"), summary="me"
    )

    bench.run()

    kept = repr(bench.steps(record))
    with bench.world.store.reading() as db:
        kept += repr(suggestions_of(db, record))
    assert "127.0.0.1" not in kept
    assert "Hewn" not in kept


def test_a_look_that_failed_is_made_again(bench: Bench) -> None:
    record = bench.published(description="Carved.")
    bench.edit(record, lambda text: text.replace("Carved", "Hewn"))
    bench.fail_reads = 1

    failed = bench.run(doors=bench.slow_doors())
    tally = bench.run()

    assert failed.trouble == ["unreachable"]
    assert tally.people == [(record, "changed-on-wiki")]


def rest(bench: Bench, record: str) -> None:
    flags.flag(
        bench.world.store,
        record,
        FlagAgainst(against="not-written-yet", is_grave=True),
        seen=bench.world.length(record),
        by=bench.world.archivist,
        now=bench.world.later(),
    )
    bench.run()
    assert bench.world.state(record) is State.CLOSED


def test_what_a_person_puts_back_on_a_closed_page_is_laid_to_rest_again(
    bench: Bench,
) -> None:
    record = bench.published(description="Carved.")
    before = bench.text(record)
    rest(bench, record)
    bench.edit(record, lambda _: before + PROSE)

    tally = bench.run()

    assert tally.people == [(record, "shown-while-closed")]
    assert bench.world.state(record) is State.CLOSED
    assert is_stub(bench.text(record))
    assert bench.run().people == []
    bench.settle_flags(record)
    bench.approve(record)
    bench.run()
    assert bench.text(record) == before + PROSE


def test_a_note_beside_a_stub_is_left_alone(bench: Bench) -> None:
    record = bench.published(description="Carved.")
    rest(bench, record)
    bench.edit(record, lambda text: f"{text}{PROSE}")

    tally = bench.run()

    assert (tally.people, tally.noticed) == ([], 0)
    assert bench.text(record).endswith(PROSE)


def restore(bench: Bench, title: str) -> None:
    bench.wiki.visitor("admin").post(action="undelete", title=title, reason="a mistake")


def test_a_page_that_people_restore_is_ours_again(bench: Bench) -> None:
    record = bench.published(description="One.")
    title = bench.page(record).title
    bench.wiki.visitor("admin").post(action="delete", title=title, reason="cleaning")
    bench.run()
    restore(bench, title)
    bench.run()
    tell_otherwise(bench, record, description="Two.")

    tally = bench.run()

    assert (tally.saved, tally.people) == (1, [])
    assert "Two." in bench.text(record)


def test_a_withdrawn_page_that_people_restore_is_called_to_a_person(
    bench: Bench,
) -> None:
    record = bench.published(description="One.")
    title = bench.page(record).title
    bench.withdraw(record)
    bench.run()
    restore(bench, title)

    tally = bench.run()

    assert tally.people == [(record, "restored-on-wiki")]
    assert "One." not in bench.text(record)
