"""What a condition can look at while one rule is weighed, by the names files use."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from policies.consent import Answer, answer
from policies.destinations import Destination
from policies.facts import Facts, Label, Named, Nobody, Word
from policies.licences import FORCES_NONE
from policies.purposes import Purpose
from policies.truth import Truth

UNKNOWN: Final = Truth.UNKNOWN


@dataclass(slots=True)
class Scene:
    """One decision in the making; `bound` is the label, flag, party … of the rule."""

    facts: Facts
    destination: Destination
    purpose: Purpose
    on: date
    words: Mapping[str, tuple[Word, ...]]
    bound: Any = None

    def answer(self, party: str, purpose: Purpose, *, by_name: bool = False) -> Answer:
        """What exactly this party says."""
        words = self.words.get(party, ())
        return answer(words, self.destination, purpose, self.on, by_name=by_name)


def words_by_party(facts: Facts) -> dict[str, tuple[Word, ...]]:
    """The words of each party; an empty map where nobody has spoken."""
    spoken: dict[str, tuple[Word, ...]] = {}
    for word in facts.words:
        spoken[word.party] = (*spoken.get(word.party, ()), word)
    return spoken


def concern(scene: Scene) -> str:
    """Named, nobody or not known; a list of nobody's names is not known."""
    match scene.facts.concerned:
        case Named(parties) if parties:
            return "named"
        case Nobody():
            return "nobody"
        case _:
            return "not_known"


def _concerned(scene: Scene) -> Any:
    match scene.facts.concerned:
        case Named(parties) if parties:
            return parties
        case Nobody():
            return frozenset()
        case _:
            return UNKNOWN


def _season(scene: Scene) -> Any:
    label: Label = scene.bound
    if label.season is None:
        return UNKNOWN
    state = scene.facts.seasons.get(label.season, Truth.UNKNOWN)
    days = scene.facts.season_days.get(label.season)
    if state is Truth.TRUE and days is not None and not days.is_open_on(scene.on):
        state = Truth.FALSE  # its days are over, whether or not anybody turned it
    return _word_of(state)


def _communities(scene: Scene) -> Any:
    """All who would have to agree: those named and the label's own community."""
    parties = _concerned(scene)
    return parties if parties is UNKNOWN else parties | {scene.bound.community}


def _word_of(truth: Truth) -> Any:
    if truth is Truth.UNKNOWN:
        return UNKNOWN
    return "yes" if truth is Truth.TRUE else "no"


def _capability(name: str) -> Callable[[Scene], Any]:
    return lambda scene: _word_of(getattr(scene.destination, name))


def _bound(name: str) -> Callable[[Scene], Any]:
    def look(scene: Scene) -> Any:
        found = getattr(scene.bound, name)
        return UNKNOWN if found is None or found == "" else found

    return look


def _attribution(scene: Scene) -> Any:
    """The credit the community gave; one with an unfilled [placeholder] is none."""
    found = scene.bound.attribution
    return UNKNOWN if not found or "[" in found else found


def _set_of(name: str, attribute: str) -> Callable[[Scene], Any]:
    def look(scene: Scene) -> Any:
        found = getattr(scene.facts, name)
        if found is None:
            return UNKNOWN
        return frozenset(getattr(entry, attribute) for entry in found)

    return look


FACTS: dict[str, Callable[[Scene], Any]] = {
    "kind": lambda scene: scene.facts.kind,
    "date": lambda scene: scene.on,
    "purpose": lambda scene: scene.purpose.value,
    "concern": concern,
    "concerned": _concerned,
    "labels": _set_of("labels", "key"),
    "families": _set_of("labels", "family"),
    "notices": _set_of("notices", "type"),
    "findings": _set_of("findings", "rule"),
    "fields": lambda scene: scene.facts.fields,
    "licences.metadata": lambda scene: scene.facts.licences.metadata or UNKNOWN,
    "licences.media": lambda scene: scene.facts.licences.media or UNKNOWN,
    "licences.item": lambda scene: scene.facts.licences.item or UNKNOWN,
    "destination.id": lambda scene: scene.destination.id,
    "destination.licence": lambda scene: scene.destination.licence or FORCES_NONE,
}
for _name in (
    "is_ours",
    "is_public",
    "keeps_history",
    "can_close",
    "forces_commercial",
    "is_mirrored",
):
    FACTS[f"destination.{_name}"] = _capability(_name)

BOUND: dict[str, dict[str, Callable[[Scene], Any]]] = {
    "label": {
        "label.key": _bound("key"),
        "label.community": _bound("community"),
        "label.attribution": _attribution,
        "label.note": _bound("note"),
        "label.season": _bound("season"),
        "label.season_is_open": _season,
        "communities": _communities,
    },
    "notice": {"notice.type": _bound("type")},
    "concern": {"party": lambda scene: scene.bound},
    "flag": {"flag.against": _bound("against"), "flag.field": _bound("field")},
    "finding": {
        "finding.rule": _bound("rule"),
        "finding.field": _bound("field"),
        "finding.party": _bound("party"),
    },
    "mourning": {
        "mourning.person": _bound("person"),
        "mourning.substitute": _bound("substitute"),
        "mourning.family": _bound("family"),
    },
}
"""The names that mean something only while a rule with that trigger is weighed."""

SETS = frozenset(
    {"concerned", "labels", "families", "notices", "findings", "fields", "communities"}
)
GROWING = frozenset({"labels", "families", "notices", "findings"})
"""Facts that may grow: under a `not`, one more of them would undo a restriction."""


def look_up(trigger: str) -> dict[str, Callable[[Scene], Any]]:
    """Every name that a rule with that trigger may use."""
    return FACTS | BOUND.get(trigger, {})
