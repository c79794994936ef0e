"""What may no longer be seen goes from a standing page, whatever stops publishing."""

from types import SimpleNamespace
from typing import Any, cast

import pytest

from knowledge_base import answers, approving, flags, steps
from knowledge_base.history import Journey
from knowledge_base.journeys import State
from knowledge_base.kinds import shipped_kinds
from knowledge_base.labelling import LabelWords, apply_label, apply_notice
from knowledge_base.pages import PageState
from knowledge_base.steps import ANYONE
from policies.view import OwnWords
from tests.wikibot.hands.bench import Bench
from wikibot.hands.locks import alone
from wikibot.hands.narrowing import Allowed, narrowed
from wikibot.hands.run import Part
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


OWN = "Our own words (invented)"


def say_instead(bench: Bench, record: str, field: str, text: str = OWN) -> None:
    """The community's own words, instead of what the source calls it."""
    words = OwnWords(
        party=bench.world.people,
        signed="Tamsel",
        field=field,
        text=text,
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


def brake(bench: Bench, what: str) -> dict[str, Any]:
    """Something that stops publishing; what the run is to be asked for with it."""
    match what:
        case "stop page":
            bench.wiki.visitor("human").edit(f"User:{bench.place.account}/Stop", "stop")
        case "cap":
            bench.changed(most_edits_per_run=0)
        case "block":
            who = bench.place.account
            bench.wiki.visitor("admin").post(
                action="block", user=who, expiry="never", reason="stop"
            )
        case "restricted":
            return {"only": frozenset({"Another page"})}
        case "parts":
            return {"parts": frozenset({Part.TIGHTEN, Part.WITHDRAW})}
    return {}


@pytest.mark.parametrize("what", ["stop page", "cap", "block", "restricted", "parts"])
def test_no_brake_lets_the_withdrawal_account_publish(bench: Bench, what: str) -> None:
    record = bench.published(description="One.", maker="A maker of Wood")
    bench.tell_otherwise(record, description="Two.")
    bench.approve_again(record)
    asked = brake(bench, what)

    tally = bench.run(**asked)

    assert (tally.saved, tally.cut) == (0, 0)
    assert "One." in bench.text(record)
    assert "One." in older_text(bench, bench.page(record).base_revision)
    assert bench.world.state(record) is State.APPROVED


def test_a_correction_hides_nothing_that_has_to_go(bench: Bench) -> None:
    record = of_people(bench, description=WRONG, maker="A maker of Wood")
    bench.tell_otherwise(record, description=f"{WRONG}, corrected")
    say_instead(bench, record, "description")
    asked = brake(bench, "stop page")

    bench.run(**asked)

    assert WRONG not in bench.text(record)
    assert "corrected" not in bench.text(record)


def test_replaced_words_go_at_once_and_new_ones_wait(bench: Bench) -> None:
    record = of_people(bench, description=WRONG, maker="A maker of Wood")
    say_instead(bench, record, "description")
    bench.approve_again(record, bench.world.steward)
    assert bench.run().saved == 1
    assert OWN in bench.text(record)
    say_instead(bench, record, "description", "Hewn by our families")
    bench.approve_again(record, bench.world.steward)
    asked = brake(bench, "stop page")

    tally = bench.run(**asked)

    assert (tally.saved, tally.cut) == (0, 1)
    assert OWN not in bench.text(record)
    assert "families" not in bench.text(record)


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


@pytest.mark.parametrize("what", ["stop page", "cap", "restricted", "parts"])
def test_words_that_a_people_replaced_go_though_the_source_was_corrected(
    bench: Bench, what: str
) -> None:
    """A correction beside it keeps nothing up that those concerned have replaced."""
    record = of_people(bench, description=WRONG, maker="A maker of Wood")
    bench.tell_otherwise(record, description=f"{WRONG}, corrected")
    say_instead(bench, record, "description")
    bench.approve_again(record, bench.world.steward)
    asked = brake(bench, what)

    bench.run(**asked)

    assert WRONG not in bench.text(record)


def test_an_exact_place_goes_though_the_source_was_corrected() -> None:
    """No correction of the source keeps up what a decision made coarser."""
    allowed = Allowed(
        journey=cast(Journey, SimpleNamespace(approval=None, state=State.APPROVED)),
        page=cast(PageState, None),
        kind=shipped_kinds()["item"],
        units={"place": "within two kilometres"},
        as_saved={"place": "within three kilometres"},
        names_too_much=False,
    )
    assert narrowed(allowed, {"place": "12.3456, 45.6789"}) == {}
