"""What people wrote on a page comes back with it, also where its closing hid it."""

import pytest

from knowledge_base import approving
from knowledge_base.communities import name_season, turn_season
from knowledge_base.journeys import State
from knowledge_base.labelling import LabelWords, apply_label
from tests.wikibot.hands.bench import Bench
from tests.wikibot.hands.dying import run_and_die
from wikibot.hands.locks import alone
from wikibot.hands.run import Part
from wikibot.pages.text import is_stub

pytest_plugins = ["tests.wiki_fixtures"]

PROSE = "A paragraph that a person wrote."
TAKING_BACK = frozenset({Part.TIGHTEN, Part.WITHDRAW})


def of_people(bench: Bench, **fields: str) -> str:
    """A record of the invented people, with its steward's yes, on the wiki."""
    record = bench.world.item(**fields)
    bench.world.concern(record, "named", bench.world.people)
    assert bench.approve(record, bench.world.steward) == approving.Complete()
    assert bench.run().saved == 1
    return record


def written_on(bench: Bench, **fields: str) -> str:
    """A published page on which a person wrote."""
    record = bench.published(**fields)
    bench.edit(record, lambda text: f"{text}\n{PROSE}")
    return record


def close(bench: Bench, record: str) -> None:
    """It concerns somebody who has not said yes: what is older is hidden at once."""
    bench.world.concern(record, "named", bench.world.people)
    assert bench.world.state(record) is State.CLOSING


def open_again(bench: Bench, record: str) -> None:
    assert bench.approve(record, bench.world.steward) == approving.Complete()


@pytest.mark.parametrize("was_seen", [True, False])
def test_peoples_words_come_back_with_our_fresh_units(
    bench: Bench, was_seen: bool
) -> None:
    record = written_on(bench, description="Carved.")
    if was_seen:
        bench.run()
    close(bench, record)
    bench.run(frozenset(Part) if was_seen else TAKING_BACK)
    assert is_stub(bench.text(record))
    bench.tell_otherwise(record, description="Carved from one trunk.")
    open_again(bench, record)

    tally = bench.run()

    assert (tally.saved, tally.people, tally.trouble) == (1, [], [])
    assert bench.world.state(record) is State.PUBLISHED
    assert bench.text(record).endswith(f"\n{PROSE}")
    assert "Carved from one trunk." in bench.text(record)
    assert bench.run().saved == 0


def test_the_summary_of_what_comes_back_says_nothing_of_why(bench: Bench) -> None:
    record = written_on(bench, description="Carved.")
    close(bench, record)
    bench.run(TAKING_BACK)
    bench.tell_otherwise(record, description="Carved from one trunk.")
    open_again(bench, record)
    bench.run()

    reply = bench.wiki.visitor().get(
        action="query",
        pageids=bench.page(record).page_id,
        prop="revisions",
        rvprop="comment",
    )

    assert reply["query"]["pages"][0]["revisions"][0]["comment"].startswith("updated ·")


def test_a_season_that_opens_again_brings_peoples_words_back(bench: Bench) -> None:
    world = bench.world
    season = name_season(
        world.store, world.people, "thaw", by=world.steward, now=world.later()
    )

    def turn(*, is_open: bool) -> None:
        turn_season(
            world.store,
            world.people,
            season,
            is_open=is_open,
            by=world.steward,
            now=world.later(),
        )

    turn(is_open=True)
    record = of_people(bench, description="Carved.")
    apply_label(
        world.store,
        record,
        ("tk", "seasonal"),
        LabelWords(season=season),
        seen=world.length(record),
        by=world.steward,
        now=world.later(),
    )
    bench.run()
    bench.edit(record, lambda text: f"{text}\n{PROSE}")
    turn(is_open=False)
    bench.run()
    assert PROSE not in bench.text(record)
    turn(is_open=True)
    open_again(bench, record)

    tally = bench.run()

    assert (tally.saved, tally.people) == (1, [])
    assert PROSE in bench.text(record)


def test_a_page_that_was_ours_alone_signs_nobody_else_in(bench: Bench) -> None:
    record = bench.published(description="Carved.")
    before = bench.text(record)
    close(bench, record)
    bench.run()
    open_again(bench, record)

    with alone(bench.doors().lock("withdraw"), "a test"):
        tally = bench.run()

    assert (tally.saved, tally.people, tally.trouble) == (1, [], [])
    assert bench.text(record) == before


def test_what_cannot_be_read_is_not_written_over(bench: Bench) -> None:
    record = written_on(bench, description="Carved.")
    close(bench, record)
    bench.run(TAKING_BACK)
    open_again(bench, record)
    keys = list(bench.settings.keys.glob("*Withdrawal*"))
    kept = [(key, key.read_bytes()) for key in keys]
    for key in keys:
        key.unlink()

    tally = bench.run()

    assert tally.people == [(record, "words-not-read")]
    assert is_stub(bench.text(record))
    assert bench.world.state(record) is State.APPROVED
    for key, text in kept:
        key.write_bytes(text)
        key.chmod(0o600)
    assert bench.run().saved == 1
    assert PROSE in bench.text(record)


def test_while_the_other_account_is_busy_it_waits(bench: Bench) -> None:
    record = written_on(bench, description="Carved.")
    close(bench, record)
    bench.run(TAKING_BACK)
    open_again(bench, record)

    with alone(bench.doors().lock("withdraw"), "a test"):
        waits = bench.run()

    assert (waits.people, waits.trouble) == ([], ["unreachable"])
    assert bench.run().saved == 1
    assert PROSE in bench.text(record)


def test_what_people_wrote_beside_the_stub_stays(bench: Bench) -> None:
    record = written_on(bench, description="Carved.")
    close(bench, record)
    bench.run(TAKING_BACK)
    bench.edit(record, lambda text: f"{text}\nA note beside the stub.")
    open_again(bench, record)

    bench.run()

    text = bench.text(record)
    assert not is_stub(text)
    assert text.endswith(f"{PROSE}\n\nA note beside the stub.")


@pytest.mark.parametrize("moment", range(3, 9))
def test_a_closing_that_is_killed_still_knows_what_to_go_back_to(
    bench: Bench, sqlite_url: str, moment: int
) -> None:
    record = written_on(bench, description="Carved.")
    close(bench, record)
    run_and_die(bench, sqlite_url, moment)
    bench.run()
    assert bench.world.state(record) is State.CLOSED
    open_again(bench, record)

    bench.run()

    assert PROSE in bench.text(record)


@pytest.mark.parametrize("moment", range(3, 9))
def test_a_reopening_that_is_killed_is_finished_by_the_next_run(
    bench: Bench, sqlite_url: str, moment: int
) -> None:
    record = written_on(bench, description="Carved.")
    close(bench, record)
    bench.run()
    open_again(bench, record)
    run_and_die(bench, sqlite_url, moment)

    bench.run()

    assert bench.world.state(record) is State.PUBLISHED
    assert PROSE in bench.text(record)
    assert "Carved." in bench.text(record)


def test_a_page_that_asked_to_be_left_alone_does_so_beneath_its_stub(
    bench: Bench,
) -> None:
    record = bench.published(description="Carved.")
    bench.edit(record, lambda text: f"{text}\n{{{{bots|deny=WithcareBot}}}}")
    close(bench, record)
    bench.run(TAKING_BACK)
    open_again(bench, record)

    tallies = [bench.run(), bench.run()]

    for tally in tallies:
        assert (tally.saved, tally.people) == (0, [(record, "left-alone")])
    assert is_stub(bench.text(record))


def test_a_stub_that_people_deleted_is_not_made_anew_unheard(bench: Bench) -> None:
    record = bench.published(description="Carved.")
    close(bench, record)
    bench.run()
    bench.wiki.visitor("admin").post(
        action="delete", pageid=bench.page(record).page_id, reason="empty"
    )

    noticed = bench.run()
    open_again(bench, record)
    asked = bench.run()

    assert (record, "deleted-on-wiki") in noticed.people
    assert (asked.saved, asked.people) == (0, [(record, "deleted-on-wiki")])
    assert bench.world.state(record) is State.CHANGED
    assert bench.text(record) == ""
    open_again(bench, record)
    assert bench.run().saved == 1
