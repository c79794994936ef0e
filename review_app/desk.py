"""From a desk view to what the record's page shows: rows, questions, destinations."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from flask import request

from knowledge_base.accounts import Account
from knowledge_base.answers import Yes
from knowledge_base.history import Journey
from knowledge_base.journeys import State
from knowledge_base.kinds import Kind, KindField, shipped_kinds
from knowledge_base.steps import Actor, Voice
from knowledge_base.views import DeskView, Prospect, desk_view, tried_on
from policies.content import FieldType
from policies.decision import Decision, Outcome, Question, outcome
from policies.facts import ARCHIVIST
from policies.view import OwnWords, PublicView, ShownField
from policies.visibility import Visibility
from review_app.doors import looking
from review_app.exposure import what_stays
from review_app.guests import account
from review_app.languages import said_in
from review_app.proposals import Proposal, propose
from review_app.questions import Words, question
from review_app.room import room
from review_app.told import party_name
from wikibot.pages.render import TooLong


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One field: what the record holds, what anyone would see, what was noticed."""

    name: str
    label: str
    label_language: str
    values: tuple[str, ...]
    is_public: bool
    shown: tuple[ShownField, ...]
    is_licence: bool
    noticed: tuple[str, ...]  # the rules with a finding here

    @property
    def is_all_shown(self) -> bool:
        """Whether anyone would see exactly what is held, and nothing beside it."""
        ours = [one.values for one in self.shown if one.signed is None]
        return len(self.shown) == 1 and ours == [self.values]


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One open question, as those who may see the record read it."""

    words: Words
    to: str
    is_hers: bool
    paused: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Towards:
    """The record on its way to one destination, and what a yes would do there."""

    id: str
    label: str
    journey: Journey
    outcome: Outcome
    questions: tuple[Asked, ...]
    levels: tuple[Visibility, ...]
    level: Visibility
    shown: PublicView | None
    proposal: Proposal | None
    is_too_long: bool
    stays: tuple[str, ...]

    @property
    def waits_for_her_alone(self) -> bool:
        return all(one.is_hers for one in self.questions)

    def was_told(self, stays: str) -> bool:
        """Whether the form that came back showed all that stays behind by now."""
        return tuple(stays.split()) == self.stays

    @property
    def may_say_yes(self) -> bool:
        return self.proposal is not None and self.journey.state not in _NO_YES


@dataclass(frozen=True, slots=True, kw_only=True)
class _Attempt:
    """What anyone would see there after a yes at this level; None: nothing is tried.

    `most` is the most that she could choose.
    """

    destination: str
    level: Visibility
    view: PublicView | None
    most: Visibility


_NO_YES = frozenset({State.WITHDRAWING, State.CLOSING, State.ERASED, State.PUBLISHING})


def open_desk(id: str) -> DeskView:
    """What she may see of the record today; the cover where it is nothing."""
    with looking() as db:
        return desk_view(db, room().store, id, account(), on=room().today())


def voice_at(desk: DeskView, who: Account, party: str = "", reason: str = "") -> Actor:
    """In whose name she acts here: a party of hers, else the first she answers for."""
    chosen = party if party in desk.answers_for else desk.answers_for[0]
    if chosen == ARCHIVIST:
        return Actor(Voice.INSTITUTION, account=who.id, reason=reason or None)
    return Actor(Voice.COMMUNITY, account=who.id, party=chosen)


def rows(desk: DeskView, shown: PublicView | None) -> tuple[Row, ...]:
    """The fields that hold something here or would be seen, in the kind's order."""
    kind = shipped_kinds()[desk.kind]
    noticed = _noticed(desk)
    return tuple(
        _row(field, desk, shown, noticed)
        for field in kind.fields
        if desk.content.get(field.name) or _shown(shown, field.name)
    )


def _row(
    field: KindField,
    desk: DeskView,
    shown: PublicView | None,
    noticed: Mapping[str, tuple[str, ...]],
) -> Row:
    label, label_language = said_in(dict(field.label), field.name)
    return Row(
        name=field.name,
        label=label,
        label_language=label_language,
        values=tuple(desk.content.get(field.name, ())),
        is_public=field.public,
        shown=_shown(shown, field.name),
        is_licence=field.type is FieldType.LICENCE,
        noticed=noticed.get(field.name, ()),
    )


def _shown(view: PublicView | None, name: str) -> tuple[ShownField, ...]:
    return () if view is None else tuple(x for x in view.fields if x.name == name)


def _noticed(desk: DeskView) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for one in desk.known.findings or ():
        if one.rule not in found.get(one.field, ()):
            found[one.field] = (*found.get(one.field, ()), one.rule)
    return found


def title_of(desk: DeskView) -> str:
    """What the desk calls the record: its first words, never its id."""
    for name in ("title", "name"):
        for value in desk.content.get(name, ()):
            if value.strip():
                return value
    return ""


def kind_of(desk: DeskView) -> Kind:
    return shipped_kinds()[desk.kind]


def towards(
    desk: DeskView, by: Actor, *, words: tuple[OwnWords, ...] = ()
) -> tuple[Towards, ...]:
    """Every destination of the record, with our units as they would be saved there."""
    tried = [_tried(desk, one, by, words) for one in desk.prospects]
    views = {x.destination: x.view for x in tried if x.view is not None}
    made = propose(room().store, desk.record, views)
    return tuple(
        _towards(desk, prospect, one, made.get(one.destination), by)
        for prospect, one in zip(desk.prospects, tried, strict=True)
    )


def _towards(
    desk: DeskView,
    prospect: Prospect,
    tried: _Attempt,
    made: Proposal | TooLong | None,
    by: Actor,
) -> Towards:
    journey, decision = prospect.journey, prospect.decision
    where = room().store.destination(journey.destination)
    most = tried.most
    asked = tuple(_asked(one, desk, by) for one in decision.questions)
    return Towards(
        id=where.id,
        label=where.label,
        journey=journey,
        outcome=outcome(decision),
        questions=asked,
        levels=tuple(x for x in reversed(Visibility) if Visibility.NONE < x <= most),
        level=min(tried.level, most),
        shown=tried.view,
        proposal=made if isinstance(made, Proposal) else None,
        is_too_long=isinstance(made, TooLong),
        stays=what_stays(where),
    )


def _tried(
    desk: DeskView, prospect: Prospect, by: Actor, words: tuple[OwnWords, ...]
) -> _Attempt:
    store, now, level = room().store, room().now(), _level(prospect.decision, by)
    destination = prospect.journey.destination
    yes = Yes(informed=True)  # what stays stands beside what is tried on here
    most = tried_on(store, desk, destination, yes, by=by, now=now)
    asked = replace(yes, visibility=level)
    tried = tried_on(store, desk, destination, asked, by=by, now=now, words=words)
    return _Attempt(
        destination=destination,
        level=level,
        view=None if tried is None else tried.view,
        most=Visibility.NONE if most is None else most.decision.at_most,
    )


def _level(decision: Decision, by: Actor) -> Visibility:
    """What she chose on the page, else what the questions to her propose."""
    asked = request.form.get("level") or request.args.get("level") or ""
    known = {one.word: one for one in Visibility if one is not Visibility.NONE}
    if asked in known:
        return known[asked]
    mine = by.party or ARCHIVIST
    offered = [one.offers for one in decision.questions if one.to == mine]
    return min(offered, default=Visibility.FULL)


def _asked(one: Question, desk: DeskView, by: Actor) -> Asked:
    return Asked(
        words=question(one.rule),
        to=party_name(one.to, desk.names),
        is_hers=one.to == (by.party or ARCHIVIST),
        paused=one.paused,
    )


def merged(questions: tuple[Asked, ...]) -> tuple[Asked, ...]:
    """Each question once, with all whom it waits for; hers first."""
    found: dict[Words, Asked] = {}
    for one in questions:
        known = found.get(one.words)
        if known is None:
            found[one.words] = one
        elif one.to not in known.to.split(", "):
            found[one.words] = replace(
                known, to=f"{known.to}, {one.to}", is_hers=known.is_hers or one.is_hers
            )
    return tuple(sorted(found.values(), key=lambda one: not one.is_hers))
