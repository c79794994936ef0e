"""What was taken back is found by nobody, through no door."""

import logging

import pytest
from sqlalchemy import select

from knowledge_base import flags, steps, tables
from knowledge_base.flags import FlagAgainst
from knowledge_base.history import history_of
from knowledge_base.journeys import State
from tests.wikibot.hands.bench import Bench
from wikibot.hands.evidence import Evidence, Sought
from wikibot.hands.probe import probe
from wikibot.hands.run import Part, run, summary_line
from wikibot.pages.text import is_stub

pytest_plugins = ["tests.wiki_fixtures"]

CANARY = "Quillfeather of the invented shore"


def look(bench: Bench, record: str, *, title_too: bool = True) -> Evidence:
    """An anonymous reader's look for the canary and the record's revisions."""
    page = bench.page(record)
    assert page.page_id is not None
    assert page.base_revision is not None
    sought = Sought(
        page_id=page.page_id,
        titles=(page.title,),
        revisions=(page.base_revision,),
        words=frozenset({CANARY}),
        title_too=title_too,
    )
    return probe(bench.doors().reader(), sought)


def test_a_withdrawn_page_is_found_by_nobody(bench: Bench) -> None:
    record = bench.published(title="A boat", description=CANARY)
    assert len(look(bench, record).visible) > 10
    bench.withdraw(record)

    tally = bench.run()

    assert (tally.withdrawn, tally.people, tally.trouble) == (1, [], [])
    assert bench.world.state(record) is State.WITHDRAWN
    evidence = look(bench, record)
    assert (evidence.visible, evidence.unanswered) == ((), ())


def stands_in(bench: Bench, word: str) -> set[str]:
    """The tables in which whoever has the database without a key reads the word."""
    with bench.world.store.reading() as db:
        return {
            table.name
            for table in tables.metadata.sorted_tables
            for row in db.execute(select(table))
            if word in repr(tuple(row))
        }


def test_what_was_taken_back_stands_in_the_clear_nowhere(bench: Bench) -> None:
    """What the bot last wrote on the page is needed until it is gone, and no longer."""
    record = bench.published(title="A boat", description=CANARY)
    assert stands_in(bench, CANARY) == {"views", "pages"}
    bench.withdraw(record)
    assert stands_in(bench, CANARY) == {"pages"}
    bench.run()
    assert stands_in(bench, CANARY) == set()


def test_the_evidence_is_kept_and_says_nothing_of_the_record(bench: Bench) -> None:
    record = bench.published(title="A boat", description=CANARY)
    bench.withdraw(record)
    bench.run()

    with bench.world.store.reading() as db:
        entry = history_of(db, record)[-1]

    assert isinstance(entry.step, steps.Withdrawn)
    assert (entry.step.still_visible, entry.step.probes > 20) == (0, True)
    assert "recentchanges: nothing found" in (entry.text or "")
    assert CANARY not in (entry.text or "")


def test_what_people_wrote_on_the_page_is_hidden_with_it(bench: Bench) -> None:
    record = bench.published(description="Carved.")
    bench.edit(record, lambda text: text + f"\n{CANARY}")
    bench.run()
    bench.withdraw(record)

    bench.run()

    assert look(bench, record).visible == ()


def test_whose_versions_were_hidden_is_told_without_a_name(
    bench: Bench, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    record = bench.published(description="Carved.")
    bench.edit(record, lambda text: text + "\nA paragraph that a person wrote.")
    bench.edit(record, lambda text: text + "\nAnd one more.")
    bench.withdraw(record)
    errand = bench.errand()

    run(errand, bench.doors())

    told = errand.tally
    assert told.hidden_of_others == 2
    assert told.people == [(record, "peoples-versions-hidden")]
    assert "2 of people's versions hidden" in summary_line(errand)
    assert bench.wiki.accounts["human"].user not in caplog.text
    with bench.world.store.reading() as db:
        kept = [entry.text for entry in history_of(db, record)]
    assert bench.wiki.accounts["human"].user not in str(kept)


def test_a_page_that_was_moved_is_found_under_neither_title(bench: Bench) -> None:
    record = bench.published(description=CANARY)
    before = bench.page(record).title
    bench.wiki.visitor("admin").post(
        action="move", **{"from": before, "to": "Another title", "reason": "better"}
    )
    bench.run()
    bench.withdraw(record)

    tally = bench.run()

    assert tally.withdrawn == 1
    assert look(bench, record).visible == ()
    log = bench.wiki.visitor().get(
        action="query", list="logevents", lelimit=500, leprop="title|details|type"
    )
    assert before not in str(log)
    assert "Another title" not in str(log)


def test_the_stop_page_and_a_block_do_not_stop_a_withdrawal(bench: Bench) -> None:
    record = bench.published(description=CANARY)
    bench.wiki.visitor("human").edit(f"User:{bench.place.account}/Stop", "stop")
    bench.wiki.visitor("admin").post(
        action="block", user=bench.place.account, expiry="never", reason="stop"
    )
    bench.withdraw(record)

    tally = bench.run()

    assert tally.withdrawn == 1
    assert bench.text(record) == ""


def test_the_withdrawal_account_signs_in_only_when_something_waits(
    bench: Bench,
) -> None:
    bench.published()

    cookies = list((bench.settings.home / "bot").glob("*Withdrawal/*.lwp"))

    assert cookies == []


def grave(bench: Bench, record: str) -> None:
    flags.flag(
        bench.world.store,
        record,
        FlagAgainst(against="not-written-yet", is_grave=True),
        seen=bench.world.length(record),
        by=bench.world.archivist,
        now=bench.world.later(),
    )


def test_a_grave_flag_puts_the_page_to_rest(bench: Bench) -> None:
    record = bench.published(description=CANARY)
    grave(bench, record)
    assert bench.world.state(record) is State.CLOSING

    tally = bench.run()

    assert (tally.closed, tally.people) == (1, [])
    assert bench.world.state(record) is State.CLOSED
    assert is_stub(bench.text(record))
    assert bench.run().closed == 0


def test_what_rests_comes_back_as_it_was_with_what_people_wrote(bench: Bench) -> None:
    record = bench.published(description="Carved.")
    bench.edit(record, lambda text: text + "\nA paragraph that a person wrote.")
    bench.run()
    before = bench.text(record)
    grave(bench, record)
    bench.run()
    assert is_stub(bench.text(record))
    bench.settle_flags(record)
    bench.approve(record)

    tally = bench.run()

    assert (tally.saved, tally.people) == (1, [])
    assert bench.text(record) == before


def test_what_nobody_had_looked_at_yet_comes_back_too(bench: Bench) -> None:
    record = bench.published(description="Carved.")
    bench.edit(record, lambda text: text + "\nA paragraph that a person wrote.")
    before = bench.text(record)
    grave(bench, record)
    bench.run(frozenset({Part.WITHDRAW}))
    assert is_stub(bench.text(record))
    bench.settle_flags(record)
    bench.approve(record)

    tally = bench.run()

    assert (tally.saved, tally.people) == (1, [])
    assert bench.text(record) == before


def test_a_change_of_our_units_under_a_stub_is_asked_about(bench: Bench) -> None:
    record = bench.published(description="Carved.")
    bench.edit(record, lambda text: text.replace("Carved", "Hewn"))
    grave(bench, record)
    bench.run(frozenset({Part.WITHDRAW}))
    bench.settle_flags(record)
    bench.approve(record)

    tally = bench.run()

    assert (tally.saved, tally.people) == (0, [(record, "changed-on-wiki")])
    assert bench.page(record).status == "stub"
    assert bench.world.state(record) is State.CHANGED
    bench.approve(record)
    assert bench.run().saved == 1
    assert "Carved." in bench.text(record)


def test_where_consent_ends_older_revisions_are_hidden_at_once(bench: Bench) -> None:
    record = bench.published(description=CANARY)
    bench.world.concern(record, "named", bench.world.people)
    assert bench.world.state(record) is State.CLOSING

    tally = bench.run()

    assert (tally.closed, tally.people, tally.trouble) == (1, [], [])
    assert bench.world.state(record) is State.CLOSED
    assert look(bench, record, title_too=False).visible == ()
    assert is_stub(bench.text(record))


def test_what_is_hidden_is_hidden_from_administrators_too(bench: Bench) -> None:
    record = bench.published(description=CANARY)
    bench.world.concern(record, "named", bench.world.people)
    bench.run()

    seen = bench.wiki.visitor("deploy").get(
        action="query",
        revids=bench.page(record).base_revision,
        prop="revisions",
        rvprop="content|comment",
        rvslots="main",
    )

    assert CANARY not in str(seen)
    assert "suppressed" in str(seen)


def test_withdrawing_needs_nothing_of_the_bot_account(bench: Bench) -> None:
    record = bench.published(description=CANARY)
    bench.withdraw(record)
    for key in bench.settings.keys.glob("*WithcareBot"):
        key.unlink()

    tally = bench.run(frozenset({Part.WITHDRAW}))

    assert (tally.withdrawn, tally.trouble) == (1, [])


def test_where_the_withdrawal_account_cannot_a_person_is_called(bench: Bench) -> None:
    record = bench.published(description=CANARY)
    bench.wiki.visitor("admin").post(
        action="block",
        user=bench.place.withdrawal_account,
        expiry="never",
        reason="a mistake",
    )
    bench.withdraw(record)

    tally = bench.run()

    assert (record, "blocked") in tally.people
    assert tally.withdrawn == 0
    assert bench.world.state(record) is State.WITHDRAWING


def test_links_from_peoples_pages_are_left_for_a_person(bench: Bench) -> None:
    record = bench.published(title="A boat")
    title = bench.page(record).title
    bench.wiki.visitor("human").edit("My page", f"See [[{title}]].")
    bench.wiki.settle()
    bench.withdraw(record)

    tally = bench.run()

    assert (tally.withdrawn, tally.people) == (1, [(record, "links-remain")])


def test_a_withheld_record_is_nowhere_on_the_wiki_nor_in_our_logs(
    bench: Bench, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    shown = bench.approved(title="A boat")
    held = bench.world.item(title=CANARY, description=CANARY)
    withheld_field = bench.approved(title="A cup", source_number=CANARY)

    bench.run()

    dump = bench.wiki.layout.database / "wiki.sqlite"
    assert CANARY.encode() not in dump.read_bytes()
    assert CANARY not in caplog.text
    assert bench.world.state(held) is State.IN_REVIEW
    assert {bench.world.state(one) for one in (shown, withheld_field)} == {
        State.PUBLISHED
    }


def test_summaries_say_only_closed_words_and_public_fields(bench: Bench) -> None:
    record = bench.published(description="Carved.", maker="Somebody (invented)")
    bench.tell_otherwise(record, description=CANARY)
    bench.approve_again(record)
    bench.run()
    grave(bench, record)
    bench.run()

    reply = bench.wiki.visitor().get(
        action="query",
        pageids=bench.page(record).page_id,
        prop="revisions",
        rvprop="comment|tags",
        rvlimit=50,
    )
    rows = reply["query"]["pages"][0]["revisions"]
    stop = (
        f"· from the knowledge base · [[User:{bench.place.account}/Stop|how to stop]]"
    )
    assert [row["comment"] for row in rows] == [
        f"updated {stop}",
        f"updated: Description {stop}",
        f"new page {stop}",
    ]
    assert all("withcare" in row["tags"] for row in rows)


def test_a_missing_withdrawal_account_is_told_once_with_what_waits(
    bench: Bench, caplog: pytest.LogCaptureFixture
) -> None:
    for record in (bench.published(), bench.published()):
        bench.withdraw(record)
    bench.approved()  # something to publish, after which withdrawing is tried again
    bench.changed(withdrawal_account="")
    caplog.set_level("WARNING")

    tally = bench.run()

    assert tally.people == [("*", "withdrawal-waits: 2 pages")]
    assert caplog.text.count("withdrawal-waits") == 1
    assert caplog.text.count("no withdrawal_account") == 1
