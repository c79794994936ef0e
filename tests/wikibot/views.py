"""Public views for the tests of pages: of invented records, made the only way."""

from collections.abc import Mapping

from knowledge_base.kinds import Kind, shipped_kinds
from policies.content import Content
from policies.decision import Decision, Duty, DutyKind
from policies.purposes import Purpose
from policies.view import OwnWords, PublicView, public_view
from policies.visibility import Visibility
from wikibot.pages.render import Addresses, render
from wikibot.pages.units import Units

RECORD = "8f3a" * 8
WEAVERS = "c" * 32
NAMES = {WEAVERS: "The Tidewater Weavers (an invented people)"}
ADDRESSES = Addresses("https://review.example.org")
ITEM: Kind = shipped_kinds()["item"]

Values = Mapping[str, str | tuple[str, ...]]


def decided(
    visibility: Visibility = Visibility.FULL, duties: frozenset[Duty] = frozenset()
) -> Decision:
    return Decision(
        record=RECORD,
        destination="sandbox",
        purpose=Purpose.SHOW,
        visibility=visibility,
        at_most=visibility,
        duties=duties,
        questions=(),
        reasons=(),
        made_so_by=Purpose.SHOW,
        rulebook="0" * 16,
        valid_until=None,
        keeps_secret=False,
    )


def content(kind: str, values: Values) -> Content:
    raw = {
        name: (value,) if isinstance(value, str) else value
        for name, value in values.items()
    }
    return shipped_kinds()[kind].content(raw)


def shown(
    values: Values,
    *duties: Duty,
    kind: str = "item",
    words: tuple[OwnWords, ...] = (),
    visibility: Visibility = Visibility.FULL,
) -> PublicView:
    """The view of an invented record with these values."""
    decision = decided(visibility, frozenset(duties))
    return public_view(
        RECORD, kind, content(kind, values), decision, words=words, names=NAMES
    )


def units_of(view: PublicView) -> Units:
    """The units of the view; none of the tests' pages is too long."""
    found = render(view, shipped_kinds()[view.kind], addresses=ADDRESSES)
    assert isinstance(found, tuple)
    return found


def own(field: str, text: str, *, instead: bool = False) -> OwnWords:
    """Words of the invented people for a field."""
    return OwnWords(WEAVERS, NAMES[WEAVERS], field, text, "en", instead)


def label(key: str) -> Duty:
    return Duty(DutyKind.SHOW_LABEL, key, WEAVERS)


def warning(words: str) -> Duty:
    return Duty(DutyKind.WARN, "label:tk/culturally_sensitive", words)


BASKET: Values = {
    "title": "Storm basket",
    "identifier": "INV.1984.12",
    "maker": ("Ilsa Invented", "Pavel Invented"),
    "date": "about 1932",
    "description": "Round, with a lid.\nIt was repaired twice.",
    "link": "https://example.org/basket?view=full&lang=en",
}
FULL_BASKET = shown(
    BASKET,
    label("tk/attribution"),
    label("tk/community_voice"),
    warning("Please read this in a quiet place."),
    Duty(DutyKind.SHOW_NOTICE, "attribution_incomplete"),
    Duty(DutyKind.ATTRIBUTE, WEAVERS, "Told by Ama, who is invented."),
    Duty(DutyKind.CAVEAT, "label:tk/non_verified", "not-verified"),
    words=(own("title", "Where the tide rests"), own("description", "Ours.")),
)
