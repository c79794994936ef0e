"""What only the withdrawal account may do on a wiki: hide, delete, and have remade."""

from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

from wikibot.hands.account import NOT_A_REPLY
from wikibot.hands.around import near, talk_of, written
from wikibot.hands.deleted_there import archived, is_hidden, is_peoples, texts_by_id
from wikibot.hands.mediawiki import MediaWiki, joined, portions
from wikibot.hands.outcomes import Failure, Missing
from wikibot.hands.replies import NONSENSE, Reply
from wikibot.hands.titles_there import logged, standing
from wikibot.hands.wiki import (
    TAG,
    Archived,
    LogEntry,
    Near,
    Revision,
    Standing,
    Written,
)

_Id = TypeVar("_Id", int, str)
"""Revisions and log entries are known by a number, what is archived by its second."""


class TakingBack(MediaWiki):
    """The same wiki, as the account sees it that can take back."""

    def revisions(self, page_id: int) -> tuple[Revision, ...] | Failure:
        """See `WithdrawalWiki.revisions`."""
        rows: list[Reply] = []
        for reply in self._account.query_on(
            prop="revisions",
            pageids=page_id,
            rvprop="ids|sha1|comment|user",
            rvlimit="max",
        ):
            if isinstance(reply, Failure):
                return reply
            try:
                page = reply["query"]["pages"][0]
                if page.get("missing"):
                    return Missing()
                rows.extend(page["revisions"])
            except NOT_A_REPLY:
                return NONSENSE
        try:
            return self._revisions(rows)
        except NOT_A_REPLY:
            return NONSENSE

    def hide_revisions(
        self, page_id: int, revisions: Sequence[int], *, reason: str
    ) -> tuple[int, ...] | Failure:
        """See `WithdrawalWiki.hide_revisions`."""
        del page_id
        return self._hide("revision", revisions, reason)

    def talk_of(self, titles: Sequence[str]) -> tuple[str, ...] | Failure:
        """See `WithdrawalWiki.talk_of`."""
        return talk_of(self._account, titles)

    def near(self, titles: Sequence[str], *, most: int) -> tuple[Near, ...] | Failure:
        """See `WithdrawalWiki.near`."""
        return near(self._account, titles, most=most)

    def written(self, page_id: int, *, most: int) -> tuple[Written, ...] | Failure:
        """See `WithdrawalWiki.written`."""
        return written(self._account, page_id, most=most)

    def archived(self, titles: Sequence[str]) -> tuple[Archived, ...] | Failure:
        """See `WithdrawalWiki.archived`."""
        return archived(self._account, titles)

    def hide_archived(
        self, title: str, at: Sequence[str], *, reason: str
    ) -> tuple[str, ...] | Failure:
        """See `WithdrawalWiki.hide_archived`."""
        return self._hide("archive", at, reason, target=[title])

    def log_entries(self, titles: Sequence[str]) -> tuple[LogEntry, ...] | Failure:
        """See `WithdrawalWiki.log_entries`."""
        return logged(self._account, titles)

    def standing_at(self, titles: Sequence[str]) -> Mapping[str, Standing] | Failure:
        """See `WithdrawalWiki.standing_at`."""
        return standing(self._account, titles)

    def hide_log_entries(
        self, entries: Sequence[int], *, reason: str
    ) -> tuple[int, ...] | Failure:
        """See `WithdrawalWiki.hide_log_entries`."""
        return self._hide("logging", entries, reason)

    def delete(self, page_id: int, *, reason: str) -> Failure | None:
        """See `WithdrawalWiki.delete`; without a reason the log quotes the page."""
        reply = self._account.write(
            action="delete", pageid=page_id, reason=[reason], tags=TAG
        )
        if isinstance(reply, Missing):
            return None
        return reply if isinstance(reply, Failure) else None

    def purge(self, titles: Sequence[str]) -> Failure | None:
        """See `WithdrawalWiki.purge`."""
        for some in portions(titles):
            reply = self._account.write(action="purge", titles=joined(some))
            if isinstance(reply, Failure):
                return reply
        return None

    def _hide(
        self, type: str, ids: Sequence[_Id], reason: str, **at: Any
    ) -> tuple[_Id, ...] | Failure:
        left: list[_Id] = []
        for some in portions(ids):
            reply = self._account.write(
                action="revisiondelete",
                type=type,
                ids=some,
                hide=["content", "comment"],
                suppress="yes",
                reason=[reason],
                tags=TAG,
                **at,
            )
            if isinstance(reply, Failure):
                return reply
            try:
                items = reply["revisiondelete"]["items"]
            except NOT_A_REPLY:
                return NONSENSE
            # The whole may say Success while an item says an error.
            done = {str(one.get("id")) for one in items if not one.get("errors")}
            left.extend(id for id in some if str(id) not in done)
        return tuple(left)

    def _revisions(self, rows: Sequence[Reply]) -> tuple[Revision, ...]:
        texts = texts_by_id(rows)
        ours = self._account.ours
        return tuple(
            Revision(row["revid"], is_hidden(row), is_peoples(row, texts, ours))
            for row in rows
        )
