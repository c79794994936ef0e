"""What we need of a wiki, and no more: polled, read, written, taken back.

The rest of the hands knows only this promise. It is kept by `mediawiki.MediaWiki`, and
tests hold any other keeper to the same.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from wikibot.hands.outcomes import EditOutcome, Failure

TAG = "withcare"
"""The change tag of every edit of ours; all of them can be found and undone by it."""


@dataclass(frozen=True, slots=True)
class Change:
    """Something happened to a page; by whom is never kept, only whether it was us."""

    page_id: int  # 0 where the wiki does not say
    title: str
    revision: int
    is_ours: bool
    is_log: bool
    is_save: bool  # by the account that saves pages, with our tag
    takes_back: bool  # an edit by the account that takes back, with our tag
    key: str  # one for each, to know it again where two polls overlap
    came_to: str = ""  # the title at which a page appeared: made there or moved there


@dataclass(frozen=True, slots=True, kw_only=True)
class Poll:
    """All that one request tells: what happened since, and whether we may go on.

    `at` is the wiki's own clock. `changes` are oldest first.
    """

    at: datetime
    host: str
    changes: tuple[Change, ...]
    told_to_stop: bool
    has_messages: bool
    is_blocked: bool
    is_complete: bool  # False: more happened than can be read this way


@dataclass(frozen=True, slots=True, kw_only=True)
class PageText:
    """A page as it stands now. `sha1` is of the text as the wiki stores it."""

    page_id: int
    title: str
    revision: int
    text: str = field(repr=False)
    sha1: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """One save. `page_id` is None for a new page, which is then made by its title.

    `base` is the revision the text was made from; None only for a stub, which wins
    over whatever stands there.
    """

    page_id: int | None
    title: str
    text: str = field(repr=False)
    summary: str = ""
    base: int | None = None
    token: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class OwnSave:
    """A revision of ours found on the wiki: with our account and our tag."""

    page_id: int
    title: str
    revision: int
    text: str = field(repr=False)
    sha1: str = ""


@dataclass(frozen=True, slots=True)
class Revision:
    """One revision of a page; `is_hidden`: from everyone but suppressors."""

    id: int
    is_hidden: bool
    is_peoples: bool  # has words of others; whose they are stays with the wiki


@dataclass(frozen=True, slots=True)
class Archived:
    """A deleted revision; `at` is the second by which the archive knows it."""

    id: int
    parent: int  # 0: a page began with it
    title: str
    at: str
    is_hidden: bool
    is_peoples: bool


@dataclass(frozen=True, slots=True)
class LogEntry:
    """A public log entry; `page_id` is the page's own, whatever stands there now."""

    id: int
    page_id: int  # 0 where the wiki does not say
    title: str
    moved_to: str  # "" where nothing was moved
    is_hidden: bool


@dataclass(frozen=True, slots=True)
class Standing:
    """A page that stands at a title; `leads_to` is "" where it is no redirect."""

    page_id: int
    leads_to: str


@dataclass(frozen=True, slots=True)
class Near:
    """A talk page or a subpage; the subpages of a talk page are talk too."""

    page_id: int
    title: str
    is_talk: bool


@dataclass(frozen=True, slots=True)
class Written:
    """What one version of a page says, and its summary."""

    id: int
    text: str = field(repr=False)
    summary: str = field(repr=False)


class Wiki(Protocol):
    """A wiki with one account signed in."""

    def poll(self, since: datetime | None) -> Poll | Failure:
        """What happened since; one request. `None` asks for nothing but the rest."""

    def edit(self, edit: Edit) -> EditOutcome:
        """Saves one page, in one request, and never twice."""

    def read(self, page_ids: Sequence[int]) -> Mapping[int, PageText] | Failure:
        """The pages as they stand; one that was deleted is left out."""

    def text_of(self, revision: int) -> PageText | None | Failure:
        """That revision of a page; None where it is gone or hidden from us."""

    def own_saves(
        self, *, page_id: int | None, title: str
    ) -> tuple[OwnSave, ...] | Failure:
        """What we saved there, newest first; where `page_id` is None, by title."""

    def changes_of_ours(self, since: datetime) -> tuple[Change, ...] | Failure:
        """Every edit of ours since then, however short the wiki's memory is."""

    def close(self) -> None:
        """Ends the connection; the account stays signed in for the next run."""


class WithdrawalWiki(Wiki, Protocol):
    """The same with the rights to hide and delete, used by withdrawals alone."""

    def revisions(self, page_id: int) -> tuple[Revision, ...] | Failure:
        """All revisions of the page, newest first."""

    def hide_revisions(
        self, page_id: int, revisions: Sequence[int], *, reason: str
    ) -> tuple[int, ...] | Failure:
        """Hides text and summary from everyone; returns those that stayed visible."""

    def log_entries(self, titles: Sequence[str]) -> tuple[LogEntry, ...] | Failure:
        """The public log entries of these titles, newest first for each."""

    def standing_at(self, titles: Sequence[str]) -> Mapping[str, Standing] | Failure:
        """What stands at these titles now, whoever made it; free ones left out."""

    def hide_log_entries(
        self, entries: Sequence[int], *, reason: str
    ) -> tuple[int, ...] | Failure:
        """Hides what the entries name; returns those that stayed visible."""

    def talk_of(self, titles: Sequence[str]) -> tuple[str, ...] | Failure:
        """The titles of the talk pages that belong to these, there or not."""

    def near(self, titles: Sequence[str], *, most: int) -> tuple[Near, ...] | Failure:
        """Talk pages and subpages of these titles; more than `most` are too many."""

    def written(self, page_id: int, *, most: int) -> tuple[Written, ...] | Failure:
        """Every version of a page, newest first; more than `most` are too many."""

    def archived(self, titles: Sequence[str]) -> tuple[Archived, ...] | Failure:
        """The deleted revisions at these titles, of whatever page they were."""

    def hide_archived(
        self, title: str, at: Sequence[str], *, reason: str
    ) -> tuple[str, ...] | Failure:
        """Hides deleted revisions; returns the seconds of those that stayed."""

    def delete(self, page_id: int, *, reason: str) -> Failure | None:
        """Deletes the page alone; None when it is gone."""

    def purge(self, titles: Sequence[str]) -> Failure | None:
        """Has what shows these pages made anew."""
