"""Takes pictures of our pages on a real wiki, to look at; see build/pictures/wiki.

`python -m tests.wikibot.pictures [PAGE …]`; invented records alone. One wiki is in
English and one in Arabic; each is taken in the skins that the package brings.
"""

import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import quote, urlencode

from playwright.sync_api import Browser

from knowledge_base.kinds import shipped_kinds
from policies.decision import Duty, DutyKind
from policies.view import PublicView
from tests.review_app.browsing import HEIGHTS, chromium
from tests.wikibot.views import (
    ADDRESSES,
    BASKET,
    FULL_BASKET,
    ITEM,
    WEAVERS,
    label,
    own,
    shown,
)
from wikibot.onwiki import pages
from wikibot.pages.render import render
from wikibot.pages.text import new_page, stub
from withcare.sandbox import RunningSandbox, Sandbox
from withcare.sandbox.mediawiki import find_mediawiki

PICTURES = Path(__file__).resolve().parents[2] / "build" / "pictures" / "wiki"
SKINS = ("vector-2022", "minerva", "timeless", "monobook")
LANGUAGES = ("en", "ar")
HELP = {"help": "Help:Withcare", "help-ar": "Help:Withcare/ar"}
ABOUT = (
    "Seven people built a map of ferries in three days. Everything here is invented. "
    "It shows where the boats went when the bay had no bridge."
)


@dataclass(frozen=True, slots=True)
class Sheet:
    """A page under a short name, with its wikitext."""

    name: str
    title: str
    text: str


def sheets(language: str) -> tuple[Sheet, ...]:
    """One page of each kind, one with all that can go with it, and one that rests."""
    found = [Sheet("labels", "Storm basket (INV.1)", page_of(FULL_BASKET, language))]
    plain = {**BASKET, "licence_metadata": "cc-by-sa-4.0", "culture": "Zephrindle"}
    found.append(Sheet("item", "Oar (INV.2)", page_of(shown(plain), language)))
    found.append(Sheet("own", "Long words (INV.3)", page_of(_long(), language)))
    for kind in ("collection", "project", "initiative", "edition"):
        view = shown(_about(kind), kind=kind)
        found.append(Sheet(kind, f"An invented {kind}", page_of(view, language)))
    found.append(Sheet("stub", "What rests", stub(ITEM, language=language)))
    return tuple(found)


def _long() -> PublicView:
    """An Arabic telling beside an English one, a long word, and a notice."""
    values = {
        **BASKET,
        "title": "Basket-with-" + "a-very-" * 9 + "long-name",
        "materials": ("reed", "linen straps", "tar"),
    }
    telling = "سلة تحملها النساء على الظهر في أيام السوق. كل هذا مختلق."
    return shown(
        values,
        label("tk/seasonal"),
        Duty(DutyKind.SHOW_NOTICE, "attribution_incomplete"),
        Duty(DutyKind.ATTRIBUTE, WEAVERS, "قالته أما، وهي شخص مختلق."),
        words=(replace(own("description", telling), language="ar"),),
    )


def _about(kind: str) -> dict[str, str | tuple[str, ...]]:
    """Something invented for every public field that the kind has."""
    found: dict[str, str | tuple[str, ...]] = {}
    for field in shipped_kinds()[kind].fields:
        if field.public and field.wiki:
            found[field.name] = _something(field.type.value, field.name)
    return found


def _something(type: str, name: str) -> str:
    known = {
        "link": "https://example.org/invented",
        "licence": "cc-by-4.0",
        "date": "20–24 September 2031",
    }
    if name in ("description", "about", "considerations", "needs", "access"):
        return ABOUT
    return known.get(type, f"{name.replace('_', ' ').capitalize()} (invented)")


def page_of(view: PublicView, language: str) -> str:
    kind = shipped_kinds()[view.kind]
    units = render(view, kind, language=language, addresses=ADDRESSES)
    assert isinstance(units, tuple)
    return new_page(units, kind, language=language)


@contextmanager
def wiki_in(language: str) -> Iterator[RunningSandbox]:
    """A wiki in that language with our templates and the invented pages on it."""
    made = tuple((one.title, one.text) for one in pages(language))
    software = replace(find_mediawiki(), language=language)
    with tempfile.TemporaryDirectory() as home:
        running = Sandbox.start(Path(home), pages=made, mediawiki=software)
        try:
            bot = running.visitor("bot")
            for sheet in sheets(language):
                saved = bot.edit(sheet.title, sheet.text)
                assert saved["edit"]["result"] == "Success", saved
            yield running
        finally:
            running.stop()


def main(wanted: list[str]) -> None:
    """All pages, or those whose names are given, in every skin and width."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    with chromium() as browser:
        for language in LANGUAGES:
            with wiki_in(language) as wiki:
                titles = {one.name: one.title for one in sheets(language)} | HELP
                for name, title in titles.items():
                    if not wanted or name in wanted:
                        for skin in SKINS:
                            take(browser, wiki, f"{name}-{language}-{skin}", title)


def take(browser: Browser, wiki: RunningSandbox, name: str, title: str) -> None:
    """The whole page, narrow and wide, as a reader without an account gets it."""
    skin = next(one for one in SKINS if name.endswith(one))
    query = urlencode({"title": title, "useskin": skin}, quote_via=quote)
    for width, height in HEIGHTS.items():
        context = browser.new_context(viewport={"width": width, "height": height})
        page = context.new_page()
        page.goto(f"{wiki.address}/index.php?{query}", wait_until="networkidle")
        page.screenshot(path=str(PICTURES / f"{name}-{width}.png"), full_page=True)
        context.close()


if __name__ == "__main__":
    main(sys.argv[1:])
