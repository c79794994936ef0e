"""Where no MediaWiki can be had: what would be published, as files in a folder.

It reads what is kept of what anyone may see: what nobody may see any more is no page.
"""

from knowledge_base.history import journeys_in
from knowledge_base.journeys import State
from knowledge_base.kept_views import kept_view
from knowledge_base.kinds import shipped_kinds
from wikibot.pages.render import Addresses, TooLong, render
from wikibot.pages.text import new_page
from withcare.demo.house import WIKI, House
from withcare.demo.setting_up import opened
from withcare.opening import today


def write_pages(house: House) -> int:
    """One file for each approved page, named by its record; returns how many."""
    pages = house.home / "pages"
    pages.mkdir(exist_ok=True)
    written = 0
    with opened(house) as store, store.reading() as db:
        approved = [one.record for one in journeys_in(db, WIKI, (State.APPROVED,))]
        on = today()
        for id in approved:
            view = kept_view(db, store, id, WIKI, on=on)
            if view is None:
                continue
            kind = shipped_kinds()[view.kind]
            units = render(view, kind, language="en", addresses=Addresses(house.table))
            if isinstance(units, TooLong):
                continue
            text = new_page(units, kind, language="en")
            (pages / f"{id}.wiki").write_text(text, "utf-8")
            written += 1
    return written
