"""Decides how much of a record may be seen at a destination, for a purpose, on a day.

Every rule can only lower; what is not known holds and is asked. The answer for *show*
is the strictest over all purposes that the destination forces with it.
"""

from datetime import date

from policies.addressees import about
from policies.contradictions import find_contradictions
from policies.decision import Decision
from policies.destinations import Destination, purposes_at
from policies.facts import Facts, Says
from policies.purposes import Purpose
from policies.rulebook import Rulebook
from policies.scene import Scene, concern, words_by_party
from policies.triggers import TriggerKind
from policies.weighing import Weighing, about_fact


def decide(
    rulebook: Rulebook,
    facts: Facts,
    destination: Destination,
    purpose: Purpose = Purpose.SHOW,
    *,
    on: date,
) -> Decision:
    """The decision, with the rules that made it; nothing is rendered here."""
    purposes = purposes_at(destination.forces, purpose)
    words = words_by_party(facts) if facts.words else {}
    scene = Scene(facts, destination, purpose, on, words)
    weighing = Weighing(rulebook, scene, purposes)
    weighing.weigh_all(rulebook.triggered(TriggerKind.ALWAYS, "yes"))
    _weigh_labels(weighing)
    _weigh_notices(weighing)
    _weigh_concern(weighing)
    _weigh_flags(weighing)
    _weigh_findings(weighing)
    _weigh_mourning(weighing)
    _weigh_refusals(weighing)
    _weigh_contradictions(weighing)
    return _decision(weighing, purpose)


def _weigh_labels(weighing: Weighing) -> None:
    labels, book = weighing.scene.facts.labels, weighing.rulebook
    if labels is None:
        _hold_unknown_fact(weighing, "labels")
        return
    known = book.index[TriggerKind.LABEL]
    for label in labels:
        if label.key not in known:
            words = book.engines(TriggerKind.UNKNOWN_LABEL, "any")
            weighing.scene.bound = label
            weighing.hold(words, about(label))
        weighing.weigh_all(book.triggered(TriggerKind.LABEL, label.key), label)


def _weigh_notices(weighing: Weighing) -> None:
    notices, book = weighing.scene.facts.notices, weighing.rulebook
    if notices is None:
        _hold_unknown_fact(weighing, "notices")
        return
    known = book.index[TriggerKind.NOTICE]
    for notice in notices:
        if notice.type not in known:
            words = book.engines(TriggerKind.UNKNOWN_NOTICE, "any")
            weighing.scene.bound = notice
            weighing.hold(words, about(notice))
        weighing.weigh_all(book.triggered(TriggerKind.NOTICE, notice.type), notice)


def _weigh_concern(weighing: Weighing) -> None:
    known = concern(weighing.scene)
    if known == "not_known":
        _hold_unknown_fact(weighing, "concern")
    rules = weighing.rulebook.triggered(TriggerKind.CONCERN, known)
    if known != "named":
        weighing.weigh_all(rules)
        return
    for party in weighing.scene.facts.concerned.parties:  # type: ignore[union-attr] # it is Named
        weighing.weigh_all(rules, party)


def _weigh_flags(weighing: Weighing) -> None:
    flags = weighing.scene.facts.flags
    if flags is None:
        _hold_unknown_fact(weighing, "flags")
        return
    for flag in flags:
        weighing.weigh_all(weighing.rulebook.triggered(TriggerKind.FLAG, "any"), flag)


def _weigh_findings(weighing: Weighing) -> None:
    findings = weighing.scene.facts.findings
    if findings is None:
        _hold_unknown_fact(weighing, "findings")
        return
    known = weighing.rulebook.index[TriggerKind.FINDING]
    if any(finding.rule not in known for finding in findings):
        # It was looked over by other rules than these: nobody has looked yet.
        _hold_unknown_fact(weighing, "findings")
    # A rule that found many places in a field asks once, and each list its own.
    for finding in {(f.rule, f.field, f.party): f for f in findings}.values():
        rules = weighing.rulebook.triggered(TriggerKind.FINDING, finding.rule)
        weighing.weigh_all(rules, finding)


def _weigh_mourning(weighing: Weighing) -> None:
    for mourning in weighing.scene.facts.mourning:
        rules = weighing.rulebook.triggered(TriggerKind.MOURNING, "any")
        weighing.weigh_all(rules, mourning)


def _weigh_refusals(weighing: Weighing) -> None:
    """A no holds whoever said it, whether or not a rule asked them."""
    words = weighing.rulebook.engines(TriggerKind.WORD, "no")
    for word in weighing.scene.facts.words:
        if word.says is Says.NO:
            weighing.refuse(words, word)


def _weigh_contradictions(weighing: Weighing) -> None:
    mourning = {m.person: m for m in weighing.scene.facts.mourning}
    for found in find_contradictions(weighing.duties):
        rules = weighing.rulebook.triggered(TriggerKind.CONTRADICTION, found.kind)
        weighing.weigh_all(rules, mourning.get(found.about))


def _hold_unknown_fact(weighing: Weighing, fact: str) -> None:
    weighing.scene.bound = None
    words = weighing.rulebook.engines(TriggerKind.NOT_KNOWN, fact)
    weighing.hold(words, about_fact(fact))


def _decision(weighing: Weighing, purpose: Purpose) -> Decision:
    scene, visibility = weighing.scene, min(weighing.now)
    questions = weighing.questions
    reasons = weighing.reasons
    return Decision(
        record=scene.facts.record,
        destination=scene.destination.id,
        purpose=purpose,
        visibility=visibility,
        at_most=min(weighing.at_most),
        duties=frozenset(weighing.duties),
        questions=tuple(questions[key] for key in sorted(questions)),
        reasons=tuple(sorted(reasons, key=lambda r: (r.rule, r.used, r.missed))),
        made_so_by=weighing.purposes[weighing.now.index(visibility)],
        rulebook=weighing.rulebook.version,
        valid_until=_valid_until(weighing),
        keeps_secret=weighing.is_secret,
    )


def _valid_until(weighing: Weighing) -> date | None:
    """The first later day on which a word, a season or a rule's date may change it."""
    facts, on = weighing.scene.facts, weighing.scene.on
    turns = (season.next_turn(on) for season in facts.season_days.values())
    days = [*weighing.rulebook.dates, *(day for day in turns if day is not None)]
    for word in facts.words:
        days.append(word.since)
        if word.until is not None:
            days.append(word.until)
    return min((day for day in days if day > on), default=None) if days else None
