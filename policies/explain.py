"""Explains a decision: why, who can settle it, and the one change that would move it.

Two reasons are kept apart. The public one never betrays what it protects; the internal
one, and what would move the decision, are said only to those inside.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date

from policies.decide import decide
from policies.decision import Decision, Outcome, Question, Reason, outcome
from policies.destinations import Destination, purposes_at
from policies.facts import ARCHIVIST, Facts, Label, Nobody, Says, Word
from policies.purposes import Purpose
from policies.rulebook import Rulebook
from policies.rules import Source
from policies.truth import Truth
from policies.visibility import Visibility


@dataclass(frozen=True, slots=True)
class Because:
    """One rule that held something back or added a duty, in words per language.

    `internal` is empty for those outside. `settled_by`: the parties whose answer is
    open; empty where no answer would lift it.
    """

    rule: str
    source: Source
    visibility: Visibility
    lifted: bool
    used: tuple[str, ...]
    missed: tuple[str, ...]
    settled_by: tuple[str, ...]
    public: Mapping[str, str]
    internal: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that, changed alone, would show more; `to` is who may change it."""

    what: str
    to: str
    visibility: Visibility


@dataclass(frozen=True, slots=True)
class Explanation:
    """The decision and its reasons; `changes` is empty for those outside."""

    decision: Decision
    outcome: Outcome
    because: tuple[Because, ...]
    missing: tuple[str, ...]
    changes: tuple[Change, ...]

    def sentences(self, language: str) -> tuple[str, ...]:
        """The public reasons in that language, else in English, each said once."""
        said = (b.public.get(language, b.public["en"]) for b in self.because)
        return tuple(dict.fromkeys(said))


def explain(
    rulebook: Rulebook,
    facts: Facts,
    destination: Destination,
    purpose: Purpose = Purpose.SHOW,
    *,
    on: date,
    inside: bool = False,
) -> Explanation:
    """Why it was decided so; `inside` is for those who may see the record itself."""
    decision = decide(rulebook, facts, destination, purpose, on=on)
    if decision.keeps_secret and not inside:
        return _for_outside(rulebook, decision)
    because = tuple(
        _because(rulebook, decision, reason, inside=inside)
        for reason in decision.reasons
    )
    missing = {name for reason in decision.reasons for name in reason.missed}
    changes: tuple[Change, ...] = ()
    if inside:
        changes = tuple(_changes(rulebook, facts, destination, decision, on))
    return Explanation(
        decision, outcome(decision), because, tuple(sorted(missing)), changes
    )


def _for_outside(rulebook: Rulebook, decision: Decision) -> Explanation:
    """What an absent record would say: one sentence, and no rule, label or party."""
    rules = (rulebook.rule(reason.rule) for reason in decision.reasons)
    rule = next(rule for rule in rules if rule.keeps_secret)
    bare = replace(
        decision,
        at_most=Visibility.NONE,
        duties=frozenset(),
        questions=(),
        reasons=(),
        valid_until=None,
        keeps_secret=False,
    )
    words = Because(
        rule="",
        source=Source("", "", ""),
        visibility=Visibility.NONE,
        lifted=False,
        used=(),
        missed=(),
        settled_by=(),
        public=rule.question.public,
        internal={},
    )
    return Explanation(bare, Outcome.WITHHOLD, (words,), (), ())


def _because(
    rulebook: Rulebook, decision: Decision, reason: Reason, *, inside: bool
) -> Because:
    rule = rulebook.rule(reason.rule)
    return Because(
        rule=rule.id,
        source=rule.source,
        visibility=reason.visibility,
        lifted=reason.lifted,
        used=reason.used,
        missed=reason.missed,
        settled_by=tuple(
            sorted({q.to for q in decision.questions if q.rule == rule.id})
        ),
        public=rule.question.public,
        internal=rule.question.internal if inside else {},
    )


def _changes(
    rulebook: Rulebook,
    facts: Facts,
    destination: Destination,
    decision: Decision,
    on: date,
) -> Iterator[Change]:
    """Each single answer that would show more, tried by deciding again."""
    seen: set[tuple[str, str]] = set()
    for question in decision.questions:
        for what, changed in _answers(question, facts, destination, decision, on):
            again = decide(rulebook, changed, destination, decision.purpose, on=on)
            shows_more = again.visibility > decision.visibility
            if shows_more and (what, question.to) not in seen:
                seen.add((what, question.to))
                yield Change(what, question.to, again.visibility)


def _answers(
    question: Question,
    facts: Facts,
    destination: Destination,
    decision: Decision,
    on: date,
) -> Iterator[tuple[str, Facts]]:
    """The facts as they would be after one answer to this question."""
    kind, _, about = question.about.partition(":")
    match kind, about:
        case "fact", "concerned":
            yield (
                "nobody else is concerned",
                replace(facts, concerned=Nobody(ARCHIVIST, on)),
            )
        case "fact", "labels" | "notices" | "flags" | "findings":
            yield f"no {about}", replace(facts, **{about: frozenset()})  # type: ignore[arg-type] # named above
        case "fact", "licences.metadata":
            free = replace(facts.licences, metadata="cc0-1.0")
            yield "the description is free", replace(facts, licences=free)
        case "fact", "label.season_is_open":
            opened = replace(facts, seasons=_opened(facts), season_days={})
            yield "the season is open", opened
        case "flag", _:
            flags = facts.flags or frozenset()
            kept = frozenset(flag for flag in flags if flag.id != about)
            yield "the flag is answered", replace(facts, flags=kept)
        case "label", _:
            yield "the words are given", replace(facts, labels=_worded(facts, about))
    word = _yes(question.to, destination, decision.purpose, on)
    yield "a yes", replace(facts, words=facts.words | {word})


def _yes(party: str, destination: Destination, purpose: Purpose, on: date) -> Word:
    return Word(
        party=party,
        says=Says.YES,
        destination=destination.id,
        purposes=frozenset(purposes_at(destination.forces, purpose)),
        visibility=Visibility.FULL,
        since=on,
        until=None,
        informed=True,
        by="",
    )


def _opened(facts: Facts) -> dict[str, Truth]:
    seasons = {label.season for label in facts.labels or () if label.season}
    return dict.fromkeys(seasons, Truth.TRUE)


def _worded(facts: Facts, key: str) -> frozenset[Label]:
    return frozenset(
        replace(label, attribution="…", note=label.note or "…")
        if label.key == key
        else label
        for label in facts.labels or ()
    )
