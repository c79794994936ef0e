"""Puts our templates, styles and pages of help on a wiki, whole, and overwrites nobody.

A page that is not as we last left it was changed by people: that drift is reported, and
the page stays as it is.
"""

import difflib
import json
from collections.abc import Iterator, Mapping
from pathlib import Path

from wikibot.hands.errand import Errand
from wikibot.hands.mediawiki import MediaWiki
from wikibot.hands.outcomes import Failure, NoChange, Saved
from wikibot.hands.stored import as_stored, sha1_of
from wikibot.hands.wiki import Edit, PageText
from wikibot.onwiki import OnwikiPage, pages
from wikibot.pages.changes import STOP_PAGE, Act


def wanted(errand: Errand) -> tuple[OnwikiPage, ...]:
    """Every page of ours in the wiki's language; the stop page is the account's own."""
    found = pages(errand.place.language)
    own = (OnwikiPage(errand.stop_page, p.text) for p in found if p.title == STOP_PAGE)
    return (*(page for page in found if page.title != STOP_PAGE), *own)


def deploy(errand: Errand, wiki: MediaWiki, ledger: Path) -> Iterator[str]:
    """Creates and updates the pages; yields a difference or a line for each of them.

    `ledger` remembers the hash of what was last deployed, by title. Where the errand
    rehearses, nothing is written.
    """
    found = wanted(errand)
    standing = wiki.read_titles([page.title for page in found])
    if isinstance(standing, Failure):
        errand.fail("*", standing)
        return
    last = _read(ledger)
    for page in found:
        current = standing.get(page.title)
        if current is not None and current.sha1 == sha1_of(page.text):
            last[page.title] = current.sha1
            continue
        if _is_drift(errand, page, current, last):
            errand.tally.call("*", f"drift: {page.title}")
            continue
        yield from _difference(page, current)
        if errand.rehearses:
            continue
        goes_on = _save(errand, wiki, page, current, last)
        _write(ledger, last)  # at once: what a killed run made is ours all the same
        if not goes_on:
            break
    if not errand.rehearses:
        _write(ledger, last)


def _is_drift(
    errand: Errand,
    page: OnwikiPage,
    current: PageText | None,
    last: Mapping[str, str],
) -> bool:
    if current is None:
        return False
    # People write on the stop page: that is what it is for.
    return last.get(page.title) != current.sha1 or page.title == errand.stop_page


def _difference(page: OnwikiPage, current: PageText | None) -> Iterator[str]:
    before = "" if current is None else current.text
    yield from difflib.unified_diff(
        before.splitlines(),
        as_stored(page.text).splitlines(),
        fromfile=page.title if current else "no page",
        tofile=page.title,
        lineterm="",
    )


def _save(
    errand: Errand,
    wiki: MediaWiki,
    page: OnwikiPage,
    current: PageText | None,
    last: dict[str, str],
) -> bool:
    edit = Edit(
        page_id=None if current is None else current.page_id,
        title=page.title,
        text=page.text,
        summary=errand.summary(Act.CREATED if current is None else Act.UPDATED),
        base=None if current is None else current.revision,
    )
    outcome = wiki.edit(edit)
    if isinstance(outcome, Saved | NoChange):
        last[page.title] = sha1_of(page.text)
        errand.tally.saved += 1
        return True
    return errand.fail("*", outcome)


def _read(ledger: Path) -> dict[str, str]:
    if not ledger.exists():
        return {}
    found: dict[str, str] = json.loads(ledger.read_text("utf-8"))
    return found


def _write(ledger: Path, last: Mapping[str, str]) -> None:
    beside = ledger.with_suffix(".new")
    beside.write_text(json.dumps(last, indent=1, sort_keys=True), "utf-8")
    beside.replace(ledger)
