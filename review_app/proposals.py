"""Our units as they would be saved, made from a public view exactly as the bot does."""

from collections.abc import Mapping
from dataclasses import dataclass

from knowledge_base.approving import Seen
from knowledge_base.identity import mark_of
from knowledge_base.kinds import Kind, shipped_kinds
from knowledge_base.pages import pages_near
from knowledge_base.store import Store
from policies.view import PublicView
from policies.visibility import Visibility
from review_app.languages import message, said_in, written_in
from review_app.questions import Words
from review_app.room import room
from wikibot.pages.render import OWN, Addresses, TooLong, render
from wikibot.pages.titles import title_for, with_number
from wikibot.pages.units import Units, hashes, units_hash


@dataclass(frozen=True, slots=True)
class Proposal:
    """The page title and the units; their hashes bind a yes to exactly these."""

    title: str
    units: Units
    hash: str

    @property
    def title_hash(self) -> str:
        return mark_of(self.title)

    def is_shown(self, *, units_hash: str, title_hash: str) -> bool:
        """Whether a form with these hashes was filled in beneath this very page."""
        return (self.hash, self.title_hash) == (units_hash, title_hash)

    def seen(self, length: int) -> Seen:
        """What a person had before her eyes who said yes to this."""
        return Seen(
            length=length,
            title=self.title,
            units_hash=self.hash,
            units=hashes(self.units),
        )


def propose(
    store: Store, record: str, views: Mapping[str, PublicView]
) -> Mapping[str, Proposal | TooLong]:
    """The record's page as it would be saved at each place that it has a view for.

    By the place's id; without those where nothing at all would be saved.
    """
    shown = {
        place: view
        for place, view in views.items()
        if view.visibility > Visibility.NONE
        and shipped_kinds()[view.kind].wiki is not None
    }
    titles = _titles(store, record, shown)
    return {
        place: _proposal(view, place, titles[place]) for place, view in shown.items()
    }


def _proposal(view: PublicView, place: str, title: str) -> Proposal | TooLong:
    kind, language = shipped_kinds()[view.kind], _language(place)
    units = render(view, kind, language=language, addresses=addresses())
    if isinstance(units, TooLong):
        return units
    return Proposal(title, units, units_hash(units))


def _language(place: str) -> str:
    return room().settings.place(place).language


def called(kind: Kind, unit: str) -> Words:
    """What a person calls that unit: its field, or what goes with every page."""
    name = unit.removesuffix(OWN)
    for field in kind.fields:
        if field.wiki == name:
            return said_in(dict(field.label), name)
    return str(message(f"unit-called-{name}")), written_in()


def addresses() -> Addresses:
    return Addresses(review_app=room().settings.review_address)


def _titles(
    store: Store, record: str, views: Mapping[str, PublicView]
) -> Mapping[str, str]:
    """A title once saved stays; a title of another record gets our number behind it."""
    wished = {
        place: title_for(
            view,
            shipped_kinds()[view.kind],
            record=record,
            language=_language(place),
        )
        for place, view in views.items()
    }
    with store.reading() as db:
        near = pages_near(db, record, wished)
    saved = {
        page.destination: page.title
        for page in near
        if page.record == record and page.page_id is not None
    }
    taken = {page.destination for page in near if page.record != record}
    return {
        place: saved.get(place, with_number(title, record) if place in taken else title)
        for place, title in wished.items()
    }
