"""Our units as they would be saved, made from a public view exactly as the bot does."""

from dataclasses import dataclass

from knowledge_base.approving import Seen
from knowledge_base.identity import mark_of
from knowledge_base.kinds import Kind, shipped_kinds
from knowledge_base.pages import is_title_free, page_of
from knowledge_base.settings import Place
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


def propose(store: Store, view: PublicView, place: Place) -> Proposal | TooLong | None:
    """The page as it would be saved there; None where nothing at all would be."""
    if view.visibility is Visibility.NONE:
        return None
    kind = shipped_kinds()[view.kind]
    if kind.wiki is None:
        return None
    units = render(view, kind, language=place.language, addresses=addresses())
    if isinstance(units, TooLong):
        return units
    return Proposal(_title(store, view, place), units, units_hash(units))


def called(kind: Kind, unit: str) -> Words:
    """What a person calls that unit: its field, or what goes with every page."""
    name = unit.removesuffix(OWN)
    for field in kind.fields:
        if field.wiki == name:
            return said_in(dict(field.label), name)
    return str(message(f"unit-called-{name}")), written_in()


def addresses() -> Addresses:
    return Addresses(review_app=room().settings.review_address)


def _title(store: Store, view: PublicView, place: Place) -> str:
    """A title once saved stays; a title of another record gets our number behind it."""
    kind = shipped_kinds()[view.kind]
    with store.reading() as db:
        page = page_of(db, view.record, place.id)
        if page is not None and page.page_id is not None:
            return page.title
        title = title_for(view, kind, record=view.record, language=place.language)
        is_free = is_title_free(db, view.record, place.id, title)
    return title if is_free else with_number(title, view.record)
