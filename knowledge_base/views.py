"""The desk view: what one signed-in person may see of a record for her work.

It is one of the two ways out; the other, what anyone may see, is made in `public`.
Whoever may not see a record gets the neutral cover, which is the same for a record
that is restricted, unanswered or not there.
"""

from collections.abc import Iterable, Mapping
from dataclasses import InitVar, dataclass
from datetime import date, datetime

from sqlalchemy import Connection

from knowledge_base.accounts import Account
from knowledge_base.answers import Yes
from knowledge_base.approving import decision_after
from knowledge_base.communities import Community
from knowledge_base.desks import concerned_with
from knowledge_base.gate import decide_for, is_secret
from knowledge_base.gathering import Gathered, gather
from knowledge_base.history import Entry, Journey
from knowledge_base.known import Known

# Both ways out are offered here: the bot takes the public one.
from knowledge_base.public import public_views as public_views
from knowledge_base.public import view_of as view_of
from knowledge_base.records import RawContent, Record
from knowledge_base.rights import Role
from knowledge_base.said import yes_to_something_else
from knowledge_base.steps import Actor
from knowledge_base.store import Store
from policies.decision import Decision
from policies.errors import WithcareError
from policies.facts import ARCHIVIST, Facts, Word
from policies.view import OwnWords, PublicView

_SEAL = object()


class NotForThisDesk(WithcareError):
    """Somebody tried to build a desk view elsewhere than in `knowledge_base.views`."""

    def __init__(self) -> None:
        super().__init__("A desk view is made only by `desk_view`, for one person.")


@dataclass(frozen=True, slots=True)
class Prospect:
    """One journey as the person at the desk sees it; `decision` is what stands now."""

    journey: Journey
    decision: Decision


@dataclass(frozen=True, slots=True, kw_only=True)
class DeskView:
    """What one signed-in person may see of a record for her work.

    A covered view has no content, no history and no prospects; it says only that
    there is nothing here for her.
    """

    record: str
    kind: str
    is_covered: bool
    length: int
    content: RawContent
    known: Known
    own_words: tuple[OwnWords, ...]
    facts: Facts  # what the rulebook was asked with
    words: frozenset[Word]  # what stands of what was said of this very record
    history: tuple[Entry, ...]
    prospects: tuple[Prospect, ...]
    answers_for: tuple[str, ...]  # the parties in whose name she may answer here
    only_tightens: frozenset[str]  # those for which she may say no, and no yes
    parties: tuple[Community, ...]  # all there are, with their seasons; by name
    names: Mapping[str, str]  # party id -> the name under which it is shown
    collection: str | None
    asked_anew: frozenset[str]  # the parties whose yes was to what it said before
    seal: InitVar[object]

    def __post_init__(self, seal: object) -> None:
        if seal is not _SEAL:
            raise NotForThisDesk

    @property
    def id(self) -> str:
        return self.record


def covered(record: str) -> DeskView:
    """The neutral cover: one for everything that is not for this person."""
    return DeskView(
        record=record,
        kind="",
        is_covered=True,
        length=0,
        content={},
        known=Known(),
        own_words=(),
        facts=Facts(record=record, kind=""),
        words=frozenset(),
        history=(),
        prospects=(),
        answers_for=(),
        only_tightens=frozenset(),
        parties=(),
        names={},
        collection=None,
        asked_anew=frozenset(),
        seal=_SEAL,
    )


def desk_view(
    db: Connection, store: Store, id: str, account: Account, *, on: date
) -> DeskView:
    """What this person may see of the record; the cover where she may see nothing.

    The same queries run whether the record is there, hers, or neither.
    """
    return desk_views(db, store, (id,), account, on=on)[id]


def desk_views(
    db: Connection,
    store: Store,
    ids: Iterable[str],
    account: Account,
    *,
    on: date,
    for_a_list: bool = False,
) -> dict[str, DeskView]:
    """The desk view of each of these ids, whatever is there; in their order.

    `for_a_list`: without what happened to each and its communities' own words.
    """
    wanted = tuple(dict.fromkeys(ids))
    of = gather(db, wanted, for_a_list=for_a_list)
    names = {one.id: one.name for one in of.parties}
    return {id: _desk_view(store, id, of, names, account, on=on) for id in wanted}


def _desk_view(
    store: Store,
    id: str,
    of: Gathered,
    names: Mapping[str, str],
    account: Account,
    *,
    on: date,
) -> DeskView:
    record, facts = of.records.get(id), of.facts.get(id)
    if record is None or facts is None:
        return covered(id)
    prospects = tuple(
        Prospect(one, decide_for(store, facts, one.destination, on=on))
        for one in of.towards.get(id, ())
    )
    secret = is_secret(store, facts, on=on)
    answers_for = _answers_for(account, record, facts, prospects, is_secret=secret)
    if not answers_for:
        return covered(id)
    said = of.said.get(id, ())
    return DeskView(
        record=id,
        kind=record.kind,
        is_covered=False,
        length=record.length,
        content=record.content,
        known=record.known.as_seen_by(answers_for),
        own_words=record.own_words,
        facts=facts,
        words=frozenset(one.word for one in said),
        history=of.histories.get(id, ()),
        prospects=prospects,
        answers_for=answers_for,
        only_tightens=account.only_tightening(id, record.collection),
        parties=of.parties,
        names=names,
        collection=record.collection,
        asked_anew=yes_to_something_else(said, record.known),
        seal=_SEAL,
    )


def _answers_for(
    account: Account,
    record: Record,
    facts: Facts,
    prospects: tuple[Prospect, ...],
    *,
    is_secret: bool,
) -> tuple[str, ...]:
    """The parties for which she may open the record: her work, and nothing beyond.

    A steward opens what is among her matters. What a community keeps secret is open
    to its own stewards alone, and of them to those whose matter it is and whom a
    second person has confirmed.
    """
    questions = (question for one in prospects for question in one.decision.questions)
    parties = concerned_with(record.known, facts, questions)
    hers = account.answering(record.id, record.collection)
    mine = sorted(hers & parties)
    if not is_secret:
        mine += sorted(account.only_tightening(record.id, record.collection) & parties)
    if record.kind == "community" and record.id in hers:
        mine.append(record.id)
    works_here = account.may_work_for(Role.ARCHIVIST, record.institution)
    if works_here and not is_secret:
        mine.append(ARCHIVIST)
    return tuple(mine)


@dataclass(frozen=True, slots=True)
class TriedOn:
    """What a yes would lead to: the decision after it, and what anyone would see."""

    decision: Decision
    view: PublicView


def tried_on(
    store: Store,
    desk: DeskView,
    destination: str,
    yes: Yes,
    *,
    by: Actor,
    now: datetime,
    words: tuple[OwnWords, ...] = (),
) -> TriedOn | None:
    """What anyone would see after the actor's yes, once everybody else said yes too.

    Only who has the record on her desk can try, with what lies there, and nothing is
    written. None where the record is not hers, or not on its way there.
    """
    towards = {one.journey.destination for one in desk.prospects}
    if desk.is_covered or destination not in towards:
        return None
    decision = decision_after(
        store,
        desk.facts,
        destination,
        yes,
        by=by,
        now=now,
        own=desk.words,
        tells_anew=bool(words),
    )
    level = min(yes.visibility, decision.at_most)
    view = view_of(desk, decision, names=desk.names, at=level, words=words)
    return TriedOn(decision, view)
