"""What may no longer be seen goes from a standing page, whatever stops publishing."""

import pytest

from knowledge_base import answers, approving, flags, steps
from knowledge_base.journeys import State
from knowledge_base.labelling import LabelWords, apply_label, apply_notice
from knowledge_base.steps import ANYONE
from policies.view import OwnWords
from tests.wikibot.hands.bench import Bench
from tests.wikibot.hands.test_reconcile import run_and_die
from wikibot.hands.locks import alone
from wikibot.hands.run import EVERYTHING, Part
from wikibot.pages.text import is_stub

pytest_plugins = ["tests.wiki_fixtures"]

WRONG = "Quillfeather of the invented shore"
NOTICE = "attribution_incomplete"
SHOWN = "{{Withcare notice|"
PROSE = "\nA paragraph that a person wrote."


def put_notice(bench: Bench, record: str) -> None:
    apply_notice(
        bench.world.store,
        record,
        NOTICE,
        seen=bench.world.length(record),
        by=bench.world.archivist,
        now=bench.world.later(),
    )


def flag(bench: Bench, record: str) -> None:
    flags.flag(
        bench.world.store,
        record,
        flags.FlagAgainst(against="not-written-yet"),
        seen=bench.world.length(record),
        by=ANYONE,
        now=bench.world.later(),
    )


def of_people(bench: Bench, **fields: str) -> str:
    """A record of the invented people, with its steward's yes, on the wiki."""
    record = bench.world.item(**fields)
    bench.world.concern(record, "named", bench.world.people)
    assert bench.approve(record, bench.world.steward) == approving.Complete()
    assert bench.run().saved == 1
    return record


def say_instead(bench: Bench, record: str, field: str) -> None:
    """The community's own words, instead of what the source calls it."""
    words = OwnWords(
        party=bench.world.people,
        signed="Tamsel",
        field=field,
        text="Our own words (invented)",
        language="en",
        instead=True,
    )
    answers.give_words(
        bench.world.store,
        record,
        words,
        seen=bench.world.length(record),
        by=bench.world.steward,
        now=bench.world.later(),
    )


def older_text(bench: Bench, revision: int | None) -> str:
    return bench.wiki.visitor().page(f"/index.php?oldid={revision}&action=raw")[1]


def test_the_stop_page_does_not_keep_what_has_to_go(bench: Bench) -> None:
    record = of_people(bench, description=WRONG)
    before = bench.page(record).base_revision
    say_instead(bench, record, "description")
    bench.wiki.visitor("human").edit(f"User:{bench.place.account}/Stop", "stop")

    tally = bench.run()

    assert (tally.saved, tally.cut) == (0, 1)
    assert WRONG not in bench.text(record)
    assert not is_stub(bench.text(record))
    assert WRONG not in older_text(bench, before)
    assert bench.run().cut == 0


def test_a_cut_stands_in_the_history_and_says_nothing_of_what(bench: Bench) -> None:
    record = of_people(bench, description=WRONG)
    say_instead(bench, record, "description")
    bench.wiki.visitor("human").edit(f"User:{bench.place.account}/Stop", "stop")
    bench.run()
    bench.run()

    cut = [one for one in bench.steps(record) if isinstance(one, steps.Narrowed)]
    revision = bench.page(record).base_revision
    assert [(one.revision, one.units) for one in cut] == [(revision, ("description",))]
    assert WRONG not in repr(cut)


@pytest.mark.parametrize("moment", [4, 5, 6])
def test_a_cut_that_is_killed_stands_in_the_history_once(
    bench: Bench, sqlite_url: str, moment: int
) -> None:
    record = of_people(bench, description=WRONG)
    say_instead(bench, record, "description")
    bench.wiki.visitor("human").edit(f"User:{bench.place.account}/Stop", "stop")
    run_and_die(bench, sqlite_url, moment)

    bench.run()

    cut = [one for one in bench.steps(record) if isinstance(one, steps.Narrowed)]
    assert len(cut) == 1
    assert WRONG not in bench.text(record)


def test_an_open_question_of_the_wiki_does_not_keep_it(bench: Bench) -> None:
    record = of_people(bench, description=WRONG, maker="A maker of Wood")
    bench.edit(record, lambda text: text.replace("Wood", "Bark") + PROSE)
    bench.run()
    assert bench.world.state(record) is State.CHANGED
    say_instead(bench, record, "description")

    tally = bench.run()

    assert tally.cut == 1
    text = bench.text(record)
    assert WRONG not in text
    assert "Bark" in text
    assert PROSE in text
    assert bench.world.state(record) is State.CHANGED


def test_an_open_report_does_not_keep_it(bench: Bench) -> None:
    record = of_people(bench, description="Carved.")
    flag(bench, record)
    put_notice(bench, record)

    tally = bench.run()

    assert tally.cut == 1
    assert SHOWN in bench.text(record)
    assert "Carved." in bench.text(record)
    assert bench.world.state(record) is State.PUBLISHED


def test_a_page_that_is_left_alone_does_not_keep_it(bench: Bench) -> None:
    record = of_people(bench, description=WRONG)
    bench.edit(record, lambda text: text + "\n{{nobots}}")
    bench.run()
    say_instead(bench, record, "description")

    tally = bench.run()

    assert tally.cut == 1
    assert WRONG not in bench.text(record)
    assert "{{nobots}}" in bench.text(record)


@pytest.mark.parametrize("what", ["cap", "restricted", "busy"])
def test_nothing_that_makes_a_run_smaller_keeps_it(bench: Bench, what: str) -> None:
    record = of_people(bench, description="Carved.")
    put_notice(bench, record)
    if what == "cap":
        bench.changed(most_edits_per_run=0)

    if what == "busy":
        with alone(bench.doors().lock("publish"), "a test"):
            bench.run()
    else:
        bench.run(only=frozenset({"Another page"}) if what == "restricted" else None)

    assert SHOWN in bench.text(record)


def test_what_could_not_be_cut_is_cut_by_the_next_run(bench: Bench) -> None:
    record = of_people(bench, description="Carved.")
    flag(bench, record)
    bench.run()
    put_notice(bench, record)
    admin = bench.wiki.visitor("admin")
    taker = bench.place.withdrawal_account
    admin.post(action="block", user=taker, expiry="never", reason="a mistake")
    assert (record, "blocked") in bench.run().people
    admin.post(action="unblock", user=taker, reason="mended")

    assert bench.run().cut == 1
    assert SHOWN in bench.text(record)


def test_what_the_source_corrects_stays_until_a_person_looked(bench: Bench) -> None:
    record = bench.published(description="Carved from one trunk.")
    bench.tell_otherwise(record, description="Hewn from two planks.")

    tally = bench.run()

    assert tally.cut == 0
    assert "Carved from one trunk." in bench.text(record)


@pytest.mark.parametrize("brake", ["stop page", "cap", "restricted", "part"])
def test_what_stops_publishing_stops_an_approved_correction_too(
    bench: Bench, brake: str
) -> None:
    """The withdrawal account takes away; it never publishes in the bot's stead."""
    record = bench.published(description="Carved from one trunk.")
    bench.tell_otherwise(record, description="Hewn from two planks.")
    bench.approve_again(record)
    if brake == "stop page":
        bench.wiki.visitor("human").edit(f"User:{bench.place.account}/Stop", "stop")
    if brake == "cap":
        bench.changed(most_edits_per_run=0)

    only = frozenset({"Another page"}) if brake == "restricted" else None
    parts = frozenset({Part.TIGHTEN, Part.WITHDRAW}) if brake == "part" else EVERYTHING
    tally = bench.run(parts, only=only)

    assert tally.cut == 0
    assert "Carved from one trunk." in bench.text(record)


def test_a_person_s_own_change_is_not_cut(bench: Bench) -> None:
    record = bench.published(description="Carved from one trunk.")
    bench.edit(record, lambda text: text.replace("one trunk", "two planks"))

    assert bench.run().cut == 0
    assert bench.run().cut == 0
    assert "two planks" in bench.text(record)


def test_a_replaced_name_does_not_stay_in_the_title(bench: Bench) -> None:
    record = of_people(bench, title=WRONG)
    page = bench.page(record)
    assert WRONG in page.title
    say_instead(bench, record, "title")

    tally = bench.run()

    assert tally.exit_code == 2
    assert bench.world.state(record) is State.CLOSED
    assert bench.text(record) == ""
    assert bench.page(record).status == "gone"
    assert WRONG not in bench.page(record).title
    log = bench.wiki.visitor().get(
        action="query", list="logevents", lelimit=500, leprop="title|details|type"
    )
    assert WRONG not in str(log)

    assert bench.approve(record, bench.world.steward) == approving.Complete()
    assert bench.run().saved == 1
    assert WRONG not in bench.page(record).title
    assert "Our own words (invented)" in bench.text(record)
    assert WRONG not in bench.text(record)


def keep_secret(bench: Bench, record: str) -> None:
    apply_label(
        bench.world.store,
        record,
        ("tk", "secret_sacred"),
        LabelWords(),
        seen=bench.world.length(record),
        by=bench.world.steward,
        now=bench.world.later(),
    )


@pytest.mark.parametrize("rests", [False, True])
def test_what_becomes_secret_is_gone_with_its_title(bench: Bench, rests: bool) -> None:
    record = bench.published(title=WRONG)
    if rests:
        bench.world.concern(record, "named", bench.world.people)
        bench.run()
        assert is_stub(bench.text(record))
    keep_secret(bench, record)

    bench.run()

    assert bench.world.state(record) is State.CLOSED
    assert bench.text(record) == ""
    assert bench.page(record).status == "gone"
    assert WRONG not in bench.page(record).title
    assert isinstance(bench.steps(record)[-1], steps.StubSaved)
    assert bench.run().closed == 0
