"""After the wiki wove two edits into one, what stands there is compared again."""

from collections.abc import Mapping

from knowledge_base.pages import keep_base
from wikibot.hands.drafts import Draft
from wikibot.hands.errand import Errand
from wikibot.hands.noticing import notice, notice_unreadable
from wikibot.hands.outcomes import Failure, Saved
from wikibot.hands.wiki import PageText, Wiki
from wikibot.hands.writing import Write
from wikibot.pages.changes import Act, classify
from wikibot.pages.render import unit_names
from wikibot.pages.text import Unreadable, read_units, replace_units
from wikibot.pages.units import Units, texts, unit


def compare(errand: Errand, wiki: Wiki, draft: Draft, saved: Saved) -> Write | None:
    """The edit that puts the page right, or None where nothing is wrong with it.

    What a person wrote in our units stands and is asked about. A unit that is neither
    hers nor ours is nobody's word: it is put right at once.
    """
    read = wiki.read((saved.page_id,))
    before = None if saved.old_revision is None else wiki.text_of(saved.old_revision)
    if isinstance(read, Failure) or isinstance(before, Failure):
        errand.tally.stop("merge-not-read")
        return None
    current = read.get(saved.page_id)
    if current is None:
        return None  # deleted meanwhile; the next poll says so
    standing = read_units(current.text, draft.kind)
    if isinstance(standing, Unreadable):
        notice_unreadable(errand, draft.page, current)
        return None
    ours, found = texts(draft.units), texts(standing)
    nobodys = _nobodys(ours, found, _units_of(before, draft))
    if nobodys:
        return _putting_right(errand, draft, current, found, nobodys)
    _settle(errand, draft, current, standing)
    return None


def _units_of(page: PageText | None, draft: Draft) -> Mapping[str, str]:
    units = None if page is None else read_units(page.text, draft.kind)
    return {} if units is None or isinstance(units, Unreadable) else texts(units)


def _nobodys(
    ours: Mapping[str, str], found: Mapping[str, str], theirs: Mapping[str, str]
) -> frozenset[str]:
    return frozenset(
        name
        for name in ours.keys() | found.keys()
        if found.get(name) not in (ours.get(name), theirs.get(name))
    )


def _putting_right(
    errand: Errand,
    draft: Draft,
    current: PageText,
    found: Mapping[str, str],
    nobodys: frozenset[str],
) -> Write | None:
    ours = texts(draft.units)
    wanted = {**found, **{name: ours.get(name, "") for name in nobodys}}
    units = tuple(unit(n, wanted[n]) for n in unit_names(draft.kind) if wanted.get(n))
    text = replace_units(current.text, units, draft.kind)
    if isinstance(text, Unreadable):
        notice_unreadable(errand, draft.page, current)
        return None
    return Write(draft=draft, text=text, base=current.revision, act=Act.UPDATED)


def _settle(errand: Errand, draft: Draft, current: PageText, standing: Units) -> None:
    """Keeps what stands there now; a person's change of our units is asked about."""
    edits = classify(texts(draft.units), standing)
    if edits:
        notice(errand, draft.page, current, edits, standing)
        return
    with errand.store.writing() as db:
        keep_base(
            db,
            draft.record,
            errand.destination,
            page_id=current.page_id,
            revision=current.revision,
            sha1=current.sha1,
            units=texts(standing),
            status=draft.page.status,
        )
