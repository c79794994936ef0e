"""Steps about a record as nobody's form would send them: each kind, any contents."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from random import Random

from knowledge_base import steps
from knowledge_base.identity import new_id
from knowledge_base.journeys import TABLE
from knowledge_base.lists_in_force import newest_list
from knowledge_base.records import get_record
from knowledge_base.steps import Step
from policies.facts import ARCHIVIST
from policies.purposes import Purpose
from tests.knowledge_base.conftest import WIKI, World

Parties = tuple[str, ...]
LEVELS = ("none", "stub", "redacted", "conditions", "full")
LABELS = (("tk", "attribution"), ("tk", "secret_sacred"), ("bc", "provenance"))


def any_step(chance: Random, world: World, record: str, parties: Parties) -> Step:
    """A step of any kind that acts on a record."""
    # What opens most, most often.
    makes = _MAKES[
        chance.choice([*sorted(_MAKES), *["answered"] * 6, *["approved"] * 3])
    ]
    return makes(chance, world, record, parties)


Makes = Callable[[Random, World, str, Parties], Step]


def _answered(c: Random, w: World, _: str, parties: Parties) -> Step:
    return steps.Answered(
        party=c.choice((*parties, ARCHIVIST)),
        says=c.choice(["yes", "yes", "no", "not-now"]),
        destination=c.choice(["*", WIKI]),
        purposes=tuple(sorted(one.value for one in Purpose)),
        visibility=c.choice(LEVELS),
        since=w.now.date() - timedelta(days=c.choice([0, 1, 30])),
        informed=c.random() < 0.8,
        units_hash=c.choice(["u", None]),
    )


def _approval(c: Random, w: World, record: str, _: Parties) -> dict[str, object]:
    with w.store.reading() as db:
        content_hash = get_record(db, record).content_hash or ""
    return {
        "destination": WIKI,
        "content_hash": c.choice([content_hash, content_hash, "0" * 64]),
        "units_hash": c.choice(["u", "other"]),
        "units": {"title": "t"},
        "rulebook": c.choice([w.store.rulebook.version] * 3 + ["another"]),
        "visibility": c.choice(LEVELS),
        "answers": (),
    }


def _approved(c: Random, w: World, record: str, parties: Parties) -> Step:
    return steps.Approved(**_approval(c, w, record, parties))  # type: ignore[arg-type]  # as written above


def _reopened(c: Random, w: World, record: str, parties: Parties) -> Step:
    return steps.Reopened(**_approval(c, w, record, parties))  # type: ignore[arg-type]  # as written above


def _label(c: Random, _w: World, _r: str, parties: Parties) -> dict[str, str]:
    family, type = c.choice(LABELS)
    return {"family": family, "type": type, "community": c.choice(parties)}


def _screened(c: Random, w: World, _: str, parties: Parties) -> Step:
    """With the lists that stand, and at times with a word of one that is invented."""
    with w.store.reading() as db:
        newest = newest_list(db)
    whose = c.choice(parties)
    listed = steps.SeenFinding(
        rule="listed-words",
        field="",
        start=0,
        end=0,
        evidence=f"list:{whose}:1",
        party=whose,
    )
    return steps.Screened(
        rulebook=w.store.rulebook.version,
        findings=(listed,) if c.random() < 0.2 else (),
        lists=newest,
    )


_MAKES: Mapping[str, Makes] = {
    "answered": _answered,
    "approved": _approved,
    "reopened": _reopened,
    "refused": lambda c, w, r, p: steps.Refused(
        destination=WIKI, party=c.choice((*p, ARCHIVIST))
    ),
    "lapsed": lambda c, w, r, p: steps.Lapsed(destination=WIKI, because="units"),
    "intended": lambda c, w, r, p: steps.Intended(
        destination=WIKI,
        act=c.choice(["create", "edit"]),
        units_hash="u",
        base_revision=None,
    ),
    "saved": lambda c, w, r, p: steps.Saved(
        destination=WIKI, page_id=7, revision=70, units_hash="u"
    ),
    "not-saved": lambda c, w, r, p: steps.NotSaved(
        destination=WIKI, outcome="protected", needs_person=c.random() < 0.5
    ),
    "changed": lambda c, w, r, p: steps.Changed(
        destination=WIKI, by=c.choice(["source", "wiki"])
    ),
    "closed": lambda c, w, r, p: steps.Closed(
        destination=WIKI, because=c.choice(["flag", "season", "consent"])
    ),
    "stub-saved": lambda c, w, r, p: steps.StubSaved(destination=WIKI, revision=71),
    "narrowed": lambda c, w, r, p: steps.Narrowed(
        destination=WIKI, revision=72, units=("title",)
    ),
    "withdrawal-asked": lambda c, w, r, p: steps.WithdrawalAsked(
        party=c.choice((*p, ARCHIVIST))
    ),
    "withdrawn": lambda c, w, r, p: steps.Withdrawn(
        destination=WIKI, probes=1, still_visible=0
    ),
    "remembered": lambda c, w, r, p: steps.Remembered(
        destination=c.choice(["*", WIKI]), act="refused", was="0" * 64, erased=False
    ),
    "erased": lambda c, w, r, p: steps.Erased(),
    "proposed": lambda c, w, r, p: steps.Proposed(destination=WIKI, units_hash="u"),
    "screened": _screened,
    "not-ours": lambda c, w, r, p: steps.NotOurs(party=c.choice(p)),
    "held": lambda c, w, r, p: steps.Held(
        flag=new_id(),
        against="not-written-yet",
        party=c.choice((*p, None)),
        is_grave=c.random() < 0.5,
    ),
    "reported": lambda c, w, r, p: steps.Reported(
        destination=WIKI, concerns_asker=c.random() < 0.5, is_grave=c.random() < 0.5
    ),
    "label-applied": lambda c, w, r, p: steps.LabelApplied(
        text_hash="", **_label(c, w, r, p)
    ),
    "label-removed": lambda c, w, r, p: steps.LabelRemoved(**_label(c, w, r, p)),
    "notice-applied": lambda c, w, r, p: steps.NoticeApplied(
        type="traditional_knowledge"
    ),
    "notice-removed": lambda c, w, r, p: steps.NoticeRemoved(
        type="traditional_knowledge"
    ),
    "concern-answered": lambda c, w, r, p: steps.ConcernAnswered(concern="nobody"),
    "asked": lambda c, w, r, p: steps.Asked(party=c.choice(p)),
    "flag-answered": lambda c, w, r, p: steps.FlagAnswered(flag=new_id()),
}
OF_JOURNEYS = frozenset(step.kind for step in TABLE)
