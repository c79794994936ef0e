"""Whatever the wiki says no to ends in an honest outcome, and nothing is lost."""

import pytest

from knowledge_base import steps
from knowledge_base.journeys import State
from tests.wikibot.hands.bench import Bench
from wikibot.hands.wiki import Edit

pytest_plugins = ["tests.wiki_fixtures"]


def last(bench: Bench, record: str) -> steps.Step:
    return bench.steps(record)[-1]


def test_a_protected_page_waits_for_a_person(bench: Bench) -> None:
    record = bench.published(description="One.")
    bench.tell_otherwise(record, description="Two.")
    bench.approve_again(record)
    bench.wiki.visitor("admin").post(
        action="protect", title=bench.page(record).title, protections="edit=sysop"
    )

    tally = bench.run()

    assert tally.people == [(record, "protected")]
    assert tally.exit_code == 2
    assert bench.world.state(record) is State.CHANGED
    assert "One." in bench.text(record)


def test_a_wiki_that_is_read_only_is_tried_again_later(bench: Bench) -> None:
    record = bench.approved()
    bench.wiki.make_read_only("moving house")
    try:
        tally = bench.run()
    finally:
        bench.wiki.make_writable()

    assert (tally.people, tally.trouble) == ([], ["read-only"])
    assert tally.exit_code == 1
    assert bench.world.state(record) is State.APPROVED
    assert bench.run().saved == 1


def test_a_title_that_people_have_taken_waits_for_a_person(bench: Bench) -> None:
    record = bench.approved(title="A boat")
    title, _ = bench.units(record)
    bench.wiki.visitor("human").edit(title, "a page of mine")

    tally = bench.run()

    assert tally.people == [(record, "title-taken")]
    assert bench.world.state(record) is State.IN_REVIEW


def test_a_block_stops_publishing_and_calls_a_person(bench: Bench) -> None:
    record = bench.approved()
    bench.wiki.visitor("admin").post(
        action="block", user=bench.place.account, expiry="never", reason="please stop"
    )

    tally = bench.run()

    assert tally.saved == 0
    assert ("*", "blocked") in tally.people
    assert bench.world.state(record) is State.APPROVED


def test_a_block_in_the_middle_leaves_the_record_as_it_was(bench: Bench) -> None:
    record = bench.approved()
    bench.run(frozenset())
    bench.act_before_next_save(
        lambda: bench.wiki.visitor("admin").post(
            action="block", user=bench.place.account, expiry="never", reason="stop"
        )
    )

    tally = bench.run(doors=bench.slow_doors())

    assert tally.people == [("*", "blocked")]
    assert bench.world.state(record) is State.APPROVED


def test_a_message_stops_publishing(bench: Bench) -> None:
    bench.approved()
    bench.wiki.visitor("human").edit(
        f"User talk:{bench.place.account}", "Please talk to me."
    )

    tally = bench.run()

    assert (tally.saved, tally.people) == (0, [("*", "has-messages")])


def test_the_stop_page_stops_publishing(bench: Bench) -> None:
    record = bench.approved()
    bench.wiki.visitor("human").edit(f"User:{bench.place.account}/Stop", "stop")

    tally = bench.run()

    assert (tally.saved, tally.people) == (0, [("*", "told-to-stop")])
    assert bench.world.state(record) is State.APPROVED
    bench.wiki.visitor("human").edit(f"User:{bench.place.account}/Stop", "")
    assert bench.run().saved == 1


def test_a_long_run_looks_at_the_stop_page_again(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("wikibot.hands.run.LOOK_AGAIN_EDITS", 2)
    for _ in range(5):
        bench.approved()
    bench.act_before_next_save(
        lambda: bench.wiki.visitor("human").edit(
            f"User:{bench.place.account}/Stop", "stop"
        )
    )

    tally = bench.run(doors=bench.slow_doors())

    assert (tally.saved, tally.people) == (2, [("*", "told-to-stop")])


def test_the_cap_of_a_run_is_lifted_by_a_person(bench: Bench) -> None:
    bench.changed(most_edits_per_run=2)
    for _ in range(3):
        bench.approved()

    tally = bench.run()

    assert (tally.saved, tally.people) == (2, [("*", "most-edits-per-run")])


def test_a_cookie_that_ran_out_is_renewed(bench: Bench) -> None:
    bench.run()
    bench.approved()
    for cookies in (bench.settings.home / "bot").glob("*/*.lwp"):
        cookies.write_text("#LWP-Cookies-2.0\n")

    assert bench.run().saved == 1


def test_a_token_that_went_stale_is_renewed_once(bench: Bench) -> None:
    record = bench.approved()
    bench.run(frozenset())
    wiki = bench.doors().bot()
    wiki.poll(None)
    wiki._account.token = "stale+\\"  # type: ignore[attr-defined]  # as after a new session
    with bench.wiki.request_log.recording() as recording:
        wiki.edit(Edit(page_id=None, title="A page", text=record, summary="s"))
    wiki.close()

    assert [request.action for request in recording.api] == ["edit", "query", "edit"]


def test_human_edits_in_the_same_second_are_never_lost(bench: Bench) -> None:
    wiki = bench.doors().bot()
    wiki.poll(None)
    lines = "ours\n\nfixed\n\ntheirs"
    for number in range(6):
        title = f"Page {number}"
        made = wiki.edit(Edit(page_id=None, title=title, text=lines, summary="s"))
        bench.wiki.visitor("human").edit(title, lines.replace("theirs", "a person"))
        wiki.edit(
            Edit(
                page_id=made.page_id,  # type: ignore[union-attr]  # it was saved
                title=title,
                text=lines.replace("ours", "ours again"),
                summary="s",
                base=made.revision,  # type: ignore[union-attr]  # it was saved
            )
        )
        source = bench.wiki.visitor().page(f"/index.php?title=Page_{number}&action=raw")
        assert source[1].strip() == "ours again\n\nfixed\n\na person"
    wiki.close()


def test_a_page_that_shows_less_needs_no_new_yes(bench: Bench) -> None:
    record = bench.published(description="Carved.", material="Wood")
    bench.tell_otherwise(record, description="")

    before = bench.page(record).base_revision
    tally = bench.run()

    assert (tally.saved, tally.people, tally.trouble) == (1, [], [])
    assert "Carved." not in bench.text(record)
    assert bench.world.state(record) is State.PUBLISHED
    older = bench.wiki.visitor().page(f"/index.php?oldid={before}&action=raw")
    assert "Carved." not in older[1]


def test_a_page_that_would_show_more_lapses(bench: Bench) -> None:
    record = bench.approved(description="Carved.")
    bench.tell_otherwise(record, description="Carved, and painted.")

    tally = bench.run()

    assert (tally.saved, tally.people) == (0, [(record, "lapsed")])
    assert bench.world.state(record) is State.IN_REVIEW


def test_what_an_approval_does_not_cover_is_not_saved_again(bench: Bench) -> None:
    record = bench.published(description="Carved.")
    bench.tell_otherwise(record, description="Carved, and painted.")

    bench.run()

    assert bench.world.state(record) is State.CHANGED
    assert "painted" not in bench.text(record)
