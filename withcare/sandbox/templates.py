"""The on-wiki pages a new sandbox begins with: templates, modules and the gadget."""

from importlib import import_module
from importlib.util import find_spec


def onwiki_pages() -> tuple[tuple[str, str], ...]:
    """Title and text of each page; none where the bot's side has no such pages."""
    # By name: only a new sandbox needs the bot's side, and it may not be installed.
    found = find_spec("wikibot.onwiki")
    if found is None or found.origin is None:
        return ()
    pages = import_module("wikibot.onwiki").pages()
    return tuple((str(page.title), str(page.text)) for page in pages)
