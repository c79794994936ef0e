"""Who a question goes to, and what it is about, for the thing that set a rule off."""

from typing import Any

from policies.facts import ARCHIVIST, Finding, Flag, Label, Mourning, Named, Notice
from policies.rules import Who
from policies.scene import Scene


def parties(who: Who, scene: Scene) -> tuple[str, ...]:
    """The parties meant, sorted; empty where nobody is known who could answer."""
    match who:
        case Who.ARCHIVIST:
            return (ARCHIVIST,)
        case Who.LABELS_COMMUNITY:
            return _if_any(scene.bound.community)
        case Who.PARTY:
            return _if_any(_as_party(scene.bound))
        case Who.FAMILY:
            return _if_any(scene.bound.family)
        case Who.FLAGS_PARTY:
            return _if_any(scene.bound.party) or _everyone(scene)
        case Who.LISTS_COMMUNITY:
            return _if_any(scene.bound.party)
        case Who.EVERYONE:
            return _everyone(scene)
        case _:
            return ()


def about(bound: Any) -> str:
    """What the question is about, by id and never by name."""
    match bound:
        case Label():
            return f"label:{bound.key}"
        case Notice():
            return f"notice:{bound.type}"
        case Flag():
            return f"flag:{bound.id}"
        case Finding():
            return f"finding:{bound.rule}"
        case Mourning():
            return f"mourning:{bound.person}"
        case _:
            return "record"


def _as_party(bound: Any) -> str | None:
    """Raises TypeError for what is none: such a rule is broken, and holds."""
    if bound is None or isinstance(bound, str):
        return bound
    raise TypeError(f"{type(bound).__name__} is no party that could be asked")


def _if_any(party: str | None) -> tuple[str, ...]:
    return (party,) if party else ()


def _everyone(scene: Scene) -> tuple[str, ...]:
    """All who are named, and the label's community where a label asks."""
    named: frozenset[str] = frozenset()
    if isinstance(scene.facts.concerned, Named):
        named = scene.facts.concerned.parties
    if named and isinstance(scene.bound, Label):
        named |= {scene.bound.community}
    return tuple(sorted(filter(None, named)))
