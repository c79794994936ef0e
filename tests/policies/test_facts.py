"""What a record inherits from its collection: never what is looser than its own."""

from datetime import date

import pytest

from policies.facts import Concern, Finding, Licences, Named, Nobody, NotKnown
from policies.truth import Truth
from tests.policies.making import HILL, RIVER, facts, label, word

NOBODY = Nobody("archive", date(2026, 1, 1))
OTHERS = Nobody("reading-room", date(2026, 2, 2))
RIVERS, HILLS = Named(frozenset({RIVER})), Named(frozenset({HILL}))


@pytest.mark.parametrize(
    ("own", "collections", "holds"),
    [
        (NotKnown(), NotKnown(), NotKnown()),
        (NotKnown(), NOBODY, NOBODY),
        (NotKnown(), RIVERS, RIVERS),
        (NOBODY, NotKnown(), NOBODY),
        (NOBODY, OTHERS, NOBODY),
        (NOBODY, RIVERS, RIVERS),
        (RIVERS, NOBODY, RIVERS),
        (RIVERS, HILLS, Named(RIVERS.parties | HILLS.parties)),
        (RIVERS, NotKnown(), RIVERS),
    ],
)
def test_an_own_answer_stands_unless_the_collections_is_stricter(
    own: Concern, collections: Concern, holds: Concern
) -> None:
    item = facts(concerned=own)
    assert item.under(facts(concerned=collections)).concerned == holds


@pytest.mark.parametrize(
    "findings", [None, frozenset({Finding("hint-no-maker", "maker", 0, 0, "empty")})]
)
def test_a_record_with_a_hint_stays_out_of_nobody_said_of_the_whole(
    findings: frozenset[Finding] | None,
) -> None:
    item = facts(concerned=NotKnown(), findings=findings)
    assert item.under(facts(concerned=NOBODY)).concerned == NotKnown()


def test_labels_notices_flags_and_words_add_up() -> None:
    item = facts(labels=frozenset({label("tk/clan")}), words=frozenset({word()}))
    whole = facts(labels=frozenset({label("tk/family")}), words=frozenset({word(HILL)}))
    both = item.under(whole)
    assert {x.key for x in both.labels or ()} == {"tk/clan", "tk/family"}
    assert {x.party for x in both.words} == {RIVER, HILL}


def test_what_is_not_known_of_either_is_not_known() -> None:
    assert facts(labels=None).under(facts()).labels is None
    assert facts().under(facts(flags=None)).flags is None


def test_a_licence_and_a_season_of_its_own_come_first() -> None:
    item = facts(licences=Licences("cc-by-4.0"), seasons={"winter": Truth.FALSE})
    whole = facts(
        licences=Licences("cc0-1.0", "cc0-1.0"),
        seasons={"winter": Truth.TRUE, "summer": Truth.TRUE},
    )
    both = item.under(whole)
    assert both.licences == Licences("cc-by-4.0", "cc0-1.0")
    assert both.seasons == {"winter": Truth.FALSE, "summer": Truth.TRUE}
