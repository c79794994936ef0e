"""The whole text of a page about to be saved, with every word of people's kept."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from knowledge_base.pages import PageState
from wikibot.hands.drafts import Draft
from wikibot.hands.errand import Errand
from wikibot.hands.noticing import note_gone, note_left, notice, notice_unreadable
from wikibot.hands.optout import is_left_alone
from wikibot.hands.outcomes import Failure
from wikibot.hands.stored import sha1_of
from wikibot.hands.wiki import Edit, PageText
from wikibot.pages.changes import Act, changed_units, classify, field_words
from wikibot.pages.render import unit_names
from wikibot.pages.text import (
    Unreadable,
    beside_stub,
    is_stub,
    new_page,
    read_units,
    replace_units,
)
from wikibot.pages.units import Units, hashes, texts, unit

Beneath = Callable[[int], PageText | None | Failure]
"""Reads a revision that stood before a stub, hidden or not."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Write:
    """One page about to be saved, and the revision its text was made from."""

    draft: Draft
    text: str
    base: int | None
    act: Act

    @property
    def is_new(self) -> bool:
        return is_new(self.draft.page)

    def edit(self, errand: Errand) -> Edit:
        """The save itself; its summary says what changed and nothing of what."""
        page, kind = self.draft.page, self.draft.kind
        before = hashes(as_units(page.base_units, self.draft))
        changed = changed_units(before, self.draft.units)
        # Of a page that rested not even a field is named: why it rested is not told.
        words = (
            ()
            if page.status == "stub"
            else field_words(changed, kind, errand.place.language)
        )
        return Edit(
            page_id=None if self.is_new else page.page_id,
            title=page.title,
            text=self.text,
            summary=errand.summary(self.act, words),
            base=self.base,
        )


def is_new(page: PageState) -> bool:
    """Whether the page is to be made: it never was, or it is gone and wanted again."""
    return page.page_id is None or page.status == "gone"


def act_of(draft: Draft) -> Act:
    """What the save does; whatever surely shows less says no more than `updated`."""
    if is_new(draft.page):
        return Act.CREATED
    if draft.takes_away:
        return Act.LESS
    edits = classify(draft.page.base_units, draft.units)
    if any(not edit.shows_more for edit in edits):
        return Act.LESS
    return Act.UPDATED


def as_units(base: Mapping[str, str], draft: Draft) -> Units:
    """The units we last knew, in the order of the source."""
    return tuple(unit(n, base[n]) for n in unit_names(draft.kind) if base.get(n))


def is_ours_alone(errand: Errand, draft: Draft) -> bool:
    """Whether the page, as we last knew it, held nothing but our units.

    Then its whole text is known here, and nothing need be read before the save: what
    somebody adds at this very moment is woven in by the wiki, from the base revision.
    """
    return draft.page.status in ("live", "less") and _was_ours_alone(errand, draft)


def _was_ours_alone(errand: Errand, draft: Draft) -> bool:
    last = as_units(draft.page.base_units, draft)
    return draft.page.base_sha1 == sha1_of(_whole(errand, draft, last))


def _whole(errand: Errand, draft: Draft, units: Units) -> str:
    return new_page(units, draft.kind, language=errand.place.language)


def write_unread(errand: Errand, draft: Draft) -> Write:
    """For a new page, or one that is ours alone."""
    return Write(
        draft=draft,
        text=_whole(errand, draft, draft.units),
        base=None if is_new(draft.page) else draft.page.base_revision,
        act=act_of(draft),
    )


def write_into(
    errand: Errand, draft: Draft, current: PageText | None, beneath: Beneath
) -> Write | None:
    """For a page on which people wrote too; None where a person is asked instead."""
    page = draft.page
    if current is None:
        note_gone(errand, page)
        return None
    if is_left_alone(current.text, errand.place.account):
        note_left(errand, page)
        return None
    if page.status == "stub" and is_stub(current.text):
        ground = _before_the_stub(errand, draft, current, beneath)
    elif _asks(errand, page, current, read_units(current.text, draft.kind)):
        return None
    else:
        ground = current.text
    if ground is None:
        return None
    text = replace_units(ground, draft.units, draft.kind)
    if isinstance(text, Unreadable) or _cuts_too_much(errand, draft, ground, text):
        notice_unreadable(errand, page, current)
        return None
    return Write(draft=draft, text=text, base=current.revision, act=act_of(draft))


def _asks(
    errand: Errand, page: PageState, current: PageText, standing: Units | Unreadable
) -> bool:
    """Whether people changed our units since we last knew them; then it is noticed."""
    if isinstance(standing, Unreadable):
        notice_unreadable(errand, page, current)
        return True
    edits = classify(page.base_units, standing)
    if edits:
        notice(errand, page, current, edits, standing)
    return bool(edits)


def _before_the_stub(
    errand: Errand, draft: Draft, current: PageText, beneath: Beneath
) -> str | None:
    """The page as it was, and what people wrote beside its stub; None: not now.

    What cannot be read is never written over: people's words may stand there.
    """
    page = draft.page
    if _was_ours_alone(errand, draft):
        text = _whole(errand, draft, draft.units)
    else:
        found = None if page.base_revision is None else beneath(page.base_revision)
        if isinstance(found, Failure):
            errand.fail(page.record, found)
            return None
        if found is None or is_stub(found.text):
            errand.tally.call(page.record, "words-not-read")
            return None
        if is_left_alone(found.text, errand.place.account):
            # It says so beneath its stub too: a person brings it back, or nobody does.
            errand.tally.call(page.record, "left-alone")
            return None
        if _asks(errand, page, found, read_units(found.text, draft.kind)):
            return None
        text = found.text
    added = beside_stub(current.text)
    return f"{text.rstrip()}\n\n{added}" if added else text


def _cuts_too_much(errand: Errand, draft: Draft, before: str, after: str) -> bool:
    """Whether what is not ours would shrink: that is never meant."""
    standing = read_units(before, draft.kind)
    if isinstance(standing, Unreadable):
        return True
    theirs_before = len(before) - _size(standing)
    theirs_after = len(after) - _size(draft.units)
    return theirs_after < theirs_before * (1 - errand.place.most_bytes_shrunk)


def _size(units: Units) -> int:
    return sum(len(text) for text in texts(units).values())
