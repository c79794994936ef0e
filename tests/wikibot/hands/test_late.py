"""A save of ours that arrives after it was given up is found, whatever came between."""

from collections.abc import Callable
from datetime import UTC, datetime
from urllib.parse import quote

import pytest

from knowledge_base import flags, steps
from knowledge_base.flags import FlagAgainst
from knowledge_base.journeys import State
from knowledge_base.notes import Note
from knowledge_base.watching import Watermark, find_watermark, keep_watermark
from knowledge_base.workflow import note
from tests.knowledge_base.conftest import WIKI
from tests.wikibot.hands.bench import Bench
from wikibot.hands.run import Part
from wikibot.hands.wiki import Edit
from wikibot.pages.text import is_stub

pytest_plugins = ["tests.wiki_fixtures"]

CANARY = "Quillfeather of the invented shore"
SETTLED = frozenset({Part.RECONCILE})

Between = Callable[[Bench, str], None]


def refuse(bench: Bench, record: str) -> None:
    bench.run(SETTLED)
    bench.world.refuse(record, bench.world.archivist)
    assert bench.world.state(record) is State.REFUSED


def withdraw(bench: Bench, record: str) -> None:
    bench.run(SETTLED)
    bench.withdraw(record)
    assert bench.world.state(record) is State.WITHDRAWN


def withdraw_in_flight(bench: Bench, record: str) -> None:
    bench.withdraw(record)
    bench.run()
    assert bench.world.state(record) is State.WITHDRAWN


def close_in_flight(bench: Bench, record: str) -> None:
    closed = steps.Closed(destination=WIKI, because="decision")
    bench.world.take(record, closed)
    bench.run()
    assert bench.world.state(record) is State.CLOSED


def lapse(bench: Bench, record: str) -> None:
    bench.run(SETTLED)
    bench.tell_otherwise(record, description="Another thing altogether.")
    bench.run()
    assert bench.world.state(record) is State.IN_REVIEW


def flag_gravely(bench: Bench, record: str) -> None:
    bench.run(SETTLED)
    flags.flag(
        bench.world.store,
        record,
        FlagAgainst(against="not-written-yet", is_grave=True),
        seen=bench.world.length(record),
        by=bench.world.archivist,
        now=bench.world.later(),
    )
    assert bench.world.state(record) is State.IN_REVIEW


def erase(bench: Bench, record: str) -> None:
    refuse(bench, record)
    erased = Note(
        record=record,
        seen=bench.world.length(record),
        step=steps.Erased(),
        by=bench.world.archivist,
    )
    note(bench.world.store, [erased], now=bench.world.later())


def text_at(bench: Bench, title: str) -> str:
    path = f"/index.php?title={quote(title)}&action=raw"
    return bench.wiki.visitor().page(path)[1]


@pytest.mark.parametrize(
    ("between", "state"),
    [
        (refuse, State.WITHDRAWN),
        (withdraw, State.WITHDRAWN),
        (withdraw_in_flight, State.WITHDRAWN),
        (close_in_flight, State.CLOSED),
        (lapse, State.IN_REVIEW),
        (flag_gravely, State.IN_REVIEW),
        (erase, State.ERASED),
    ],
)
def test_what_nobody_allows_any_more_is_taken_back_in_the_same_run(
    bench: Bench, between: Between, state: State
) -> None:
    record = bench.approved(title="A boat", description=CANARY)
    bench.lose_the_reply()
    title = bench.on_the_way[0].title
    between(bench, record)
    bench.run()
    revision = bench.arrive()
    assert CANARY in text_at(bench, title)

    tally = bench.run()

    assert (record, "arrived-late") in tally.people
    assert tally.exit_code == 2
    assert bench.world.state(record) is state
    assert CANARY not in text_at(bench, title)
    saved = [one for one in bench.steps(record) if isinstance(one, steps.Saved)]
    assert [one.revision for one in saved] == [revision]
    again = bench.run()
    assert (again.people, again.trouble) == ([], [])


def test_of_an_erased_record_nothing_is_kept_again(bench: Bench) -> None:
    record = bench.approved(title="A boat", description=CANARY)
    bench.lose_the_reply()
    title = bench.on_the_way[0].title
    erase(bench, record)
    bench.arrive()

    bench.run()

    page = bench.page(record)
    assert title not in (page.title, *page.past_titles)
    assert (dict(page.base_units), page.status) == ({}, "gone")
    last = bench.steps(record)[-1]
    assert isinstance(last, steps.Withdrawn)
    assert last.still_visible == 0


def test_what_is_still_approved_is_known_to_stand(bench: Bench) -> None:
    record = bench.approved(description="One.")
    bench.lose_the_reply()
    bench.run(SETTLED)
    assert bench.world.state(record) is State.APPROVED
    revision = bench.arrive()

    tally = bench.run()

    assert (tally.saved, tally.people, tally.trouble) == (0, [], [])
    assert bench.world.state(record) is State.PUBLISHED
    assert bench.page(record).base_revision == revision


def test_where_a_person_is_asked_the_page_is_known_and_waits(bench: Bench) -> None:
    record = bench.published(description="One.")
    bench.tell_otherwise(record, description="Two.")
    bench.approve_again(record)
    bench.lose_the_reply()
    bench.run(SETTLED)
    bench.world.take(record, steps.Changed(destination=WIKI, by="source"))
    revision = bench.arrive()

    tally = bench.run()

    assert bench.world.state(record) is State.CHANGED
    assert bench.page(record).base_revision == revision
    assert tally.people == [(record, "arrived-late")]


def test_woven_into_a_newer_save_it_is_asked_about(bench: Bench) -> None:
    record = bench.published(title="A boat", description="One.")
    bench.tell_otherwise(record, description="Two.")
    bench.approve_again(record)
    bench.lose_the_reply()
    bench.run(SETTLED)
    bench.tell_otherwise(record, title="A canoe", description="One.")
    bench.approve_again(record)
    bench.run()
    assert bench.world.state(record) is State.PUBLISHED
    bench.arrive()

    tally = bench.run()

    assert tally.people == [(record, "changed-on-wiki")]
    assert bench.world.state(record) is State.CHANGED


def test_a_persons_words_woven_into_a_late_save_are_asked_about(bench: Bench) -> None:
    record = bench.published(title="A boat", description="One.")
    bench.tell_otherwise(record, description="Two.")
    bench.approve_again(record)
    bench.lose_the_reply()
    bench.run(SETTLED)
    bench.edit(record, lambda text: text.replace("title=A boat", "title=A canoe"))
    bench.arrive()

    tally = bench.run()

    assert (record, "changed-on-wiki") in tally.people
    assert "title=A canoe" in bench.text(record)
    assert bench.world.state(record) is State.CHANGED


def test_a_page_of_ours_that_belongs_to_no_record_is_called_to_a_person(
    bench: Bench,
) -> None:
    bench.run()
    lines = "<!-- withcare:begin -->", "{{Withcare item", "|record=gone", "}}"
    text = "\n".join((*lines, "<!-- withcare:end -->"))
    bench.on_the_way.append(Edit(page_id=None, title="A page", text=text, summary="s"))
    bench.arrive()

    tally = bench.run()

    assert [why for _, why in tally.people] == ["page-of-no-record"]
    assert bench.run().people == []


def test_a_second_page_of_a_record_is_called_to_a_person(bench: Bench) -> None:
    record = bench.published(description="One.")
    first = bench.page(record)
    text = bench.text(record)
    bench.on_the_way.append(Edit(page_id=None, title="Twice", text=text, summary="s"))
    bench.arrive()

    tally = bench.run()

    assert [why for _, why in tally.people] == ["second-page"]
    assert bench.page(record) == first


def test_where_the_memory_of_the_wiki_is_short_it_is_found_too(bench: Bench) -> None:
    record = bench.approved(description=CANARY)
    bench.lose_the_reply()
    withdraw(bench, record)
    bench.run()
    bench.arrive()
    with bench.world.store.writing() as db:
        mark = find_watermark(db, WIKI)
        assert mark is not None
        long_ago = datetime(2026, 1, 1, tzinfo=UTC).isoformat()
        keep_watermark(db, WIKI, Watermark(long_ago))

    bench.run()

    assert bench.world.state(record) is State.WITHDRAWN
    assert bench.text(record) == ""


def test_where_the_wiki_does_not_answer_it_is_looked_at_again(bench: Bench) -> None:
    record = bench.approved(description=CANARY)
    bench.lose_the_reply()
    withdraw(bench, record)
    bench.run()
    bench.arrive()
    bench.fail_own_saves = 1

    failed = bench.run(doors=bench.slow_doors())
    bench.run()

    assert failed.trouble == ["unreachable"]
    assert bench.text(record) == ""


def test_a_hand_that_uses_the_bots_account_is_a_persons(bench: Bench) -> None:
    record = bench.published(description="Carved.")
    before = bench.text(record)
    bench.wiki.visitor("bot").edit(
        bench.page(record).title, before.replace("Carved", "Hewn"), summary="by hand"
    )

    tally = bench.run()

    assert tally.people == [(record, "changed-on-wiki")]


def test_a_stub_that_arrives_late_is_a_question(bench: Bench) -> None:
    record = bench.published(description="One.")
    wiki = bench.doors().withdrawal()
    wiki.poll(None)
    page_id = bench.page(record).page_id
    wiki.edit(Edit(page_id=page_id, title="", text="{{Withcare stub}}", summary="s"))
    wiki.close()

    tally = bench.run()

    assert tally.people == [(record, "changed-on-wiki")]
    assert bench.run().people == []


def test_a_stub_is_left_as_it_is_by_the_look(bench: Bench) -> None:
    record = bench.published(description="Carved.")
    flags.flag(
        bench.world.store,
        record,
        FlagAgainst(against="not-written-yet", is_grave=True),
        seen=bench.world.length(record),
        by=bench.world.archivist,
        now=bench.world.later(),
    )
    bench.run()
    assert is_stub(bench.text(record))

    with bench.wiki.request_log.recording() as recording:
        tally = bench.run()

    assert (tally.people, len(recording.requests)) == ([], 1)
