"""All pages of ours on a wiki, each whole; the same for the same kinds and registry."""

from pathlib import Path

from knowledge_base.kinds import Pages, shipped_kinds
from wikibot.onwiki.kind_template import category_page, kind_page
from wikibot.onwiki.page import OnwikiPage
from wikibot.onwiki.parts import part_pages
from wikibot.onwiki.words import HELP, READERS
from wikibot.pages.changes import STOP_PAGE

TEXTS = Path(__file__).parent / "texts"


def pages(language: str = "en") -> tuple[OnwikiPage, ...]:
    """Every page to deploy to a wiki in that language.

    What is used or linked stands before what uses or links it: a wiki that parses a
    page and saves its link's target within one second keeps the link red.
    """
    kinds = [
        kind
        for kind in shipped_kinds().values()
        if kind.wiki is not None and kind.wiki.pages is not Pages.NONE
    ]
    return (
        *_reader_languages(language),
        OnwikiPage("MediaWiki:Common.css", _text("common.css"), model="css"),
        *part_pages(),
        *(kind_page(kind, language=language) for kind in kinds),
        *(category_page(kind, language=language) for kind in kinds),
        OnwikiPage(STOP_PAGE, _text("stop.wiki")),
        OnwikiPage(f"{HELP}/ar", _text("help.ar.wiki")),
        OnwikiPage(f"{HELP}/zh", _text("help.zh.wiki")),
        OnwikiPage(HELP, _text("help.en.wiki")),
    )


def _reader_languages(language: str) -> tuple[OnwikiPage, ...]:
    """What {{int:lang}} says to readers of each language that we have words in.

    Readers in the wiki's own language, and those in one that we lack, get the page
    without a language behind it, so that one speaks the wiki's.
    """
    ours = (OnwikiPage(f"MediaWiki:Lang/{tag}", said) for tag, said in READERS.items())
    return (OnwikiPage("MediaWiki:Lang", READERS.get(language, "en")), *ours)


def _text(name: str) -> str:
    return (TEXTS / name).read_text(encoding="utf-8").rstrip()
