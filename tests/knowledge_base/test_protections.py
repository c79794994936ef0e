"""What nobody can do to a record of a community: settle, drop, re-ask or erase."""

from dataclasses import replace

import pytest

from knowledge_base import answers, steps
from knowledge_base.communities import add_community, name_season
from knowledge_base.history import history_of
from knowledge_base.identity import new_id
from knowledge_base.known import KnownFlag
from knowledge_base.labelling import LabelWords, apply_label
from knowledge_base.notes import Note
from knowledge_base.records import content_text, get_record, hash_of
from knowledge_base.reports import Report, report
from knowledge_base.rights import Forbidden
from knowledge_base.steps import ANYONE, SOFTWARE, Actor, Step
from knowledge_base.workflow import note
from tests.knowledge_base.conftest import START, WIKI, World, seat_steward

OPEN_LABEL = ("tk", "open_to_collaboration")
SECRET_LABEL = ("tk", "secret_sacred")


def ready(world: World) -> str:
    record = world.item()
    world.take(record, steps.Screened(rulebook="x", findings=()))
    return record


def named(world: World, name: str, part_of: str | None = None) -> str:
    return add_community(
        world.store,
        {"name": (name,)},
        by=world.operator,
        now=world.later(),
        part_of=part_of,
    )


def stranger(world: World) -> Actor:
    return seat_steward(world, named(world, "Ombral (invented)"), "orla")


def says(party: str, word: str) -> steps.Answered:
    return steps.Answered(
        party=party,
        says=word,
        destination="*",
        purposes=(),
        visibility="none",
        since=START.date(),
    )


def label(world: World, record: str, which: tuple[str, str], by: Actor) -> None:
    apply_label(
        world.store,
        record,
        which,
        LabelWords(),
        seen=world.length(record),
        by=by,
        now=world.later(),
    )


def ask(world: World, record: str, party: str, by: Actor) -> None:
    answers.ask(
        world.store,
        record,
        party,
        seen=world.length(record),
        by=by,
        now=world.later(),
        note_text="",
    )


def flag(world: World, record: str, by: Actor) -> str:
    held = steps.Held(
        flag=new_id(), against="not-written-yet", party=None, is_grave=False
    )
    world.take(record, held, by=by)
    return held.flag


def settle(world: World, record: str, flag: str, by: Actor) -> None:
    world.take(record, steps.FlagAnswered(flag=flag), by=by)


def flags(world: World, record: str) -> tuple[KnownFlag, ...]:
    with world.store.reading() as db:
        return get_record(db, record).known.flags


# --- who may speak of a record


@pytest.mark.parametrize("concern", ["nobody", "named"])
def test_a_steward_answers_for_nothing_that_does_not_concern_her(
    world: World, concern: str
) -> None:
    other, record = stranger(world), ready(world)
    world.concern(record, concern, *((world.people,) if concern == "named" else ()))
    party = other.party or ""
    for step in (
        says(party, "yes"),
        says(party, "no"),
        steps.Refused(destination=WIKI, party=party),
        steps.WithdrawalAsked(party=party),
        steps.WordsGiven(party=party, field="title", language="en", instead=True),
        steps.Erased(),
    ):
        with pytest.raises(Forbidden, match="does not concern"):
            world.take(record, step, by=other)
    with pytest.raises(Forbidden, match="does not concern"):
        world.approve(record, other)


def test_a_steward_may_always_say_us_too_flag_and_label(world: World) -> None:
    other, record = stranger(world), ready(world)
    flag(world, record, other)
    label(world, ready(world), OPEN_LABEL, other)
    us_too = steps.ConcernAnswered(concern="named", parties=(other.party or "",))
    world.take(record, us_too, by=other)
    world.take(record, says(other.party or "", "no"), by=other)


def test_whoever_put_a_label_on_a_record_answers_for_it(world: World) -> None:
    other, record = stranger(world), ready(world)
    label(world, record, OPEN_LABEL, other)
    world.take(record, says(other.party or "", "no"), by=other)


# --- who is concerned


def test_whom_a_community_named_no_institution_takes_off(world: World) -> None:
    part = named(world, "Council (invented)", part_of=world.people)
    record = ready(world)
    world.concern(record, "named", world.people)
    ask(world, record, part, world.steward)
    with pytest.raises(Forbidden, match="community named"):
        world.concern(record, "named", world.people)
    with pytest.raises(Forbidden, match="community named"):
        world.concern(record, "nobody")


def test_whom_only_the_institution_named_it_leaves_out_where_it_knows(
    world: World,
) -> None:
    absent = named(world, "Council (invented)")
    record = ready(world)
    world.concern(record, "named", absent)
    knows = replace(world.archivist, reason="asked-and-told")
    for reason in ("not-sure", "own-collection", ""):
        nobody = steps.ConcernAnswered(concern="nobody")
        with pytest.raises(Forbidden, match="how it knows"):
            world.take(record, nobody, by=replace(world.archivist, reason=reason))
    world.take(record, nobody, by=knows)
    with world.store.reading() as db:
        answers_left = [
            (one.step.parties, one.reason)
            for one in history_of(db, record)
            if isinstance(one.step, steps.ConcernAnswered)
        ]
    assert answers_left == [((absent,), "own-collection"), ((), "asked-and-told")]


def test_not_being_sure_takes_nobody_off_but_to_not_known(world: World) -> None:
    record = ready(world)
    world.concern(record, "named", named(world, "Council (invented)"))
    unsure = replace(world.archivist, reason="not-sure")
    world.take(record, steps.ConcernAnswered(concern="not-known"), by=unsure)


@pytest.mark.parametrize("word", ["no", "not-now"])
def test_an_institution_lets_be_whoever_said_no_or_not_now(
    world: World, word: str
) -> None:
    record = ready(world)
    world.concern(record, "named", world.people)
    world.take(record, says(world.people, word), by=world.steward)
    before = world.length(record)
    with pytest.raises(Forbidden, match="let be"):
        ask(world, record, world.people, world.archivist)
    assert world.length(record) == before
    ask(world, record, named(world, "Council (invented)"), world.archivist)


# --- flags


def test_a_flag_that_a_community_raised_is_its_own_to_settle(world: World) -> None:
    record = ready(world)
    world.concern(record, "nobody")
    raised = flag(world, record, world.steward)
    with pytest.raises(Forbidden, match="a community raised it"):
        settle(world, record, raised, world.archivist)
    with pytest.raises(Forbidden, match="another party"):
        settle(world, record, raised, stranger(world))
    settle(world, record, raised, world.steward)
    assert flags(world, record) == ()


def test_a_flag_is_not_raised_a_second_time_in_another_voice(world: World) -> None:
    record = ready(world)
    raised = flag(world, record, world.steward)
    again = steps.Held(
        flag=raised, against="not-written-yet", party=None, is_grave=False
    )
    for by in (world.archivist, ANYONE):
        with pytest.raises(Forbidden, match="already"):
            world.take(record, again, by=by)


@pytest.mark.parametrize("concerns_asker", [True, False])
def test_what_somebody_says_is_hers_is_looked_into_first(
    world: World, concerns_asker: bool
) -> None:
    record = ready(world)
    world.concern(record, "nobody")
    world.approve(record, world.archivist)
    world.publish(record)
    said = Report(
        page=record,
        destination=WIKI,
        concerns_asker=concerns_asker,
        is_grave=False,
        words="",
        from_mark="a",
    )
    report(world.store, said, now=world.later())
    raised = flags(world, record)[0].id
    if concerns_asker:
        with pytest.raises(Forbidden, match="who is concerned"):
            settle(world, record, raised, world.archivist)
        world.concern(record, "nobody")
    settle(world, record, raised, world.archivist)


# --- erasing


def test_an_institution_does_not_erase_what_a_community_spoke_of(
    world: World,
) -> None:
    labelled, answered, untouched = ready(world), ready(world), ready(world)
    label(world, labelled, SECRET_LABEL, world.steward)
    world.concern(answered, "named", world.people)
    world.take(answered, says(world.people, "no"), by=world.steward)
    for record in (labelled, answered):
        with pytest.raises(Forbidden, match="has spoken"):
            world.take(record, steps.Erased(), by=world.archivist)
    world.take(untouched, steps.Erased(), by=world.archivist)
    world.take(labelled, steps.Erased(), by=world.steward)


def test_one_community_does_not_erase_the_words_of_another(world: World) -> None:
    other, record = stranger(world), ready(world)
    label(world, record, OPEN_LABEL, world.steward)
    label(world, record, OPEN_LABEL, other)
    with pytest.raises(Forbidden, match="has spoken"):
        world.take(record, steps.Erased(), by=other)


def test_a_community_is_not_erased(world: World) -> None:
    for by in (world.archivist, world.steward):
        with pytest.raises(Forbidden, match="is not erased"):
            world.take(world.people, steps.Erased(), by=by)


def test_what_was_erased_is_not_filled_again(world: World) -> None:
    record = ready(world)
    world.take(record, steps.Erased(), by=world.archivist)
    text = content_text({"title": ("Back again (invented)",)})
    changed = steps.ContentChanged(
        content_hash=hash_of(text), fields=("title",), concerns=False
    )
    refused: tuple[tuple[Step, Actor, str | None], ...] = (
        (changed, SOFTWARE, text),
        (steps.SetOut(destination="elsewhere"), SOFTWARE, None),
        (steps.ConcernAnswered(concern="nobody"), world.archivist, None),
        (
            steps.LabelApplied(
                family="tk", type="x", community=world.people, text_hash=""
            ),
            world.steward,
            None,
        ),
    )
    for step, by, words in refused:
        one = Note(
            record=record, seen=world.length(record), step=step, by=by, text=words
        )
        with pytest.raises(Forbidden, match="was erased"):
            note(world.store, [one], now=world.later())


# --- who can be concerned, and whose season a label follows


@pytest.mark.parametrize("party", ["archivist", "0" * 32])
def test_nobody_but_a_community_is_named_as_concerned(world: World, party: str) -> None:
    record = ready(world)
    with pytest.raises(Forbidden, match="only a community"):
        world.concern(record, "named", world.people, party)
    with pytest.raises(Forbidden, match="only a community"):
        world.take(record, steps.Asked(party=party), by=world.archivist)


def test_an_institution_or_a_record_is_no_community(world: World) -> None:
    record = ready(world)
    with pytest.raises(Forbidden, match="only a community"):
        world.concern(record, "named", record)


@pytest.mark.parametrize("concern", ["nobody", "not-known", "named"])
def test_whoever_is_named_is_concerned_and_nobody_else(
    world: World, concern: str
) -> None:
    parties = () if concern == "named" else (world.people,)
    with pytest.raises(Forbidden, match="whoever is named"):
        world.concern(ready(world), concern, *parties)


def season_of(world: World, by: Actor) -> str:
    return name_season(world.store, by.party or "", "thaw", by=by, now=world.later())


def test_a_label_follows_no_other_communitys_season(world: World) -> None:
    record, other = ready(world), stranger(world)
    for season in (season_of(world, other), "0" * 32):
        step = steps.LabelApplied(
            family="tk",
            type="seasonal",
            community=world.people,
            text_hash="",
            season=season,
        )
        with pytest.raises(Forbidden, match="its own community's season"):
            world.take(record, step, by=world.steward)
        own = replace(step, season=season_of(world, world.steward))
        world.take(record, own, by=world.steward)


def test_a_steward_who_only_flagged_answers_for_nothing(world: World) -> None:
    other, record = stranger(world), ready(world)
    party = other.party or ""
    world.concern(record, "named", world.people)
    held = steps.Held(flag=new_id(), against="x", party=party, is_grave=False)
    world.take(record, held, by=other)
    for step in (
        says(party, "no"),
        steps.WithdrawalAsked(party=party),
        steps.WordsGiven(party=party, field="title", language="en", instead=True),
        steps.Erased(),
    ):
        with pytest.raises(Forbidden, match="does not concern"):
            world.take(record, step, by=other)
    settle(world, record, held.flag, other)


def test_whom_another_flag_waits_for_answers_for_the_record(world: World) -> None:
    part = named(world, "Council (invented)", part_of=world.people)
    council, record = seat_steward(world, part, "orla"), ready(world)
    held = steps.Held(flag=new_id(), against="x", party=part, is_grave=False)
    world.take(record, held, by=world.steward)
    world.take(record, says(part, "no"), by=council)
