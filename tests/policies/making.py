"""Facts, destinations and words for the tests: harmless unless a test says so."""

from dataclasses import replace
from datetime import date
from typing import Any

from policies.decide import decide
from policies.decision import Decision
from policies.destinations import Destination
from policies.facts import Facts, Label, Licences, Nobody, Says, Word
from policies.purposes import ALL_PURPOSES, Purpose
from policies.rulebook import Rulebook
from policies.truth import Truth
from policies.visibility import Visibility

TODAY = date(2026, 6, 1)
RIVER = "c" * 32  # a community invented for the tests
HILL = "d" * 32
HOUSE = "e" * 32  # a family of the river people

WIKI = Destination(
    id="own-wiki",
    label="Our wiki",
    is_ours=Truth.TRUE,
    is_public=Truth.TRUE,
    keeps_history=Truth.TRUE,
    can_close=Truth.TRUE,
    forces_commercial=Truth.FALSE,
    is_mirrored=Truth.FALSE,
    licence=None,
    forces=frozenset({Purpose.INDEX, Purpose.TRANSLATE, Purpose.AI, Purpose.BULK}),
)
SHARED = replace(
    WIKI,
    id="shared-wiki",
    is_ours=Truth.FALSE,
    can_close=Truth.FALSE,
    forces_commercial=Truth.TRUE,
    is_mirrored=Truth.TRUE,
    licence="cc-by-sa-4.0",
)


def facts(**known: Any) -> Facts:
    """A record of which all is known and nobody is concerned."""
    harmless: dict[str, Any] = {
        "record": "a" * 32,
        "kind": "item",
        "labels": frozenset(),
        "notices": frozenset(),
        "concerned": Nobody("archive", date(2026, 1, 1)),
        "flags": frozenset(),
        "findings": frozenset(),
        "licences": Licences("cc0-1.0"),
        "fields": frozenset({"title", "maker"}),
    }
    return Facts(**(harmless | known))


def label(key: str, community: str = RIVER, **known: Any) -> Label:
    family, _, label_type = key.partition("/")
    return Label(family, label_type, community, **known)


def word(party: str = RIVER, says: Says = Says.YES, **known: Any) -> Word:
    usual: dict[str, Any] = {
        "destination": WIKI.id,
        "purposes": ALL_PURPOSES,
        "visibility": Visibility.FULL,
        "since": date(2026, 1, 1),
        "until": None,
        "informed": True,
        "by": "account",
    }
    return Word(party=party, says=says, **(usual | known))


def decided(known: Facts, where: Destination = WIKI, **more: Any) -> Decision:
    more.setdefault("on", TODAY)
    return decide(Rulebook.shipped(), known, where, **more)
