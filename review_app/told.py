"""The history of a record as it is told on a page: who, when, what, in words."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from markupsafe import Markup

from knowledge_base.history import Entry
from knowledge_base.reasons import reasons
from knowledge_base.steps import Voice
from review_app.languages import message, said_in

# The text of every other kind is a record's content, or belongs to the software.
_WITH_NOTE = frozenset(
    {"answered", "asked", "held", "one-is-enough", "refused", "withdrawal-asked"}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One step; `template` is the include that has words for its kind."""

    entry: Entry
    template: str
    who: Markup
    party: str
    why: str
    note: str  # what somebody wrote beside the step, for those who see the record


def tell(parties: Mapping[str, str], entries: Iterable[Entry]) -> tuple[Told, ...]:
    """The steps, newest first, with the names of parties and of those who took them."""
    told = [
        Told(
            entry=one,
            template=f"history/{one.step.kind}.html",
            who=_who(one),
            party=_party(one, parties),
            why=_why(one.reason),
            note=(one.text or "") if one.step.kind in _WITH_NOTE else "",
        )
        for one in entries
    ]
    return tuple(reversed(told))


def _who(entry: Entry) -> Markup:
    if entry.voice is Voice.SOFTWARE or entry.actor is None:
        return message(f"who-{entry.voice.value}")
    name = entry.actor_name
    return (
        message("who-account") if name is None else Markup("<bdi>{}</bdi>").format(name)
    )


def _party(entry: Entry, names: Mapping[str, str]) -> str:
    party = getattr(entry.step, "party", None) or getattr(entry.step, "community", None)
    return party_name(party, names)


def party_name(party: str | None, names: Mapping[str, str]) -> str:
    """The name under which a party is shown on a desk; "" where there is no party."""
    if not party:
        return ""
    if party in ("archivist", "nobody"):
        return str(message(f"party-{party}"))
    return names.get(party) or str(message("party-unnamed"))


def _why(code: str | None) -> str:
    known = reasons().get(code or "")
    return (code or "") if known is None else said_in(dict(known.label))[0]
