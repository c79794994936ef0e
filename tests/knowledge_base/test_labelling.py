"""What a community says with its label goes with the record."""

import pytest

from knowledge_base.approving import Complete, WaitsFor
from knowledge_base.gate import decision_of
from knowledge_base.labelling import LabelWords, apply_label
from policies.decision import DutyKind
from tests.knowledge_base.conftest import START, WIKI, World

WORDS = "Please ask us before you look."


def labelled(world: World, type: tuple[str, str], text: str) -> str:
    record = world.item()
    world.concern(record, "named", world.people)
    apply_label(
        world.store,
        record,
        type,
        LabelWords(text=text),
        seen=world.length(record),
        by=world.steward,
        now=world.later(),
    )
    return record


@pytest.mark.parametrize(
    "type", [("tk", "culturally_sensitive"), ("bc", "consent_verified")]
)
def test_a_label_that_needs_words_waits_for_them(
    world: World, type: tuple[str, str]
) -> None:
    assert isinstance(world.approve(labelled(world, type, ""), world.steward), WaitsFor)
    assert world.approve(labelled(world, type, WORDS), world.steward) == Complete()


@pytest.mark.parametrize(
    ("type", "duty"),
    [
        (("tk", "culturally_sensitive"), DutyKind.WARN),
        (("tk", "community_voice"), DutyKind.TALK_NOTICE),
        (("tk", "outreach"), DutyKind.CAVEAT),
        (("bc", "outreach"), DutyKind.CAVEAT),
    ],
)
def test_what_is_said_with_a_label_has_to_go_with_the_record(
    world: World, type: tuple[str, str], duty: DutyKind
) -> None:
    record = labelled(world, type, WORDS)
    with world.store.reading() as db:
        decision = decision_of(db, world.store, record, WIKI, on=START.date())
    said = {one.value for one in decision.duties if one.kind is duty}
    assert WORDS in said
