"""Reads what stood on a page before its stub, so that people's words come back.

Where a closing hid it, only the account that takes back can read it; it is signed in
for such a page alone.
"""

import logging

from policies.errors import WithcareError
from wikibot.hands.doors import Doors
from wikibot.hands.errand import Errand
from wikibot.hands.errors import AlreadyRunning
from wikibot.hands.locks import alone
from wikibot.hands.outcomes import Failure, Unreachable
from wikibot.hands.wiki import PageText, Wiki

log = logging.getLogger(__name__)


class BeneathStubs:
    """Both accounts' eyes: the daily one looks first."""

    def __init__(self, errand: Errand, wiki: Wiki, doors: Doors) -> None:
        self._errand, self._wiki, self._doors = errand, wiki, doors

    def __call__(self, revision: int) -> PageText | None | Failure:
        """That revision; None where neither of our accounts can read it."""
        found = self._wiki.text_of(revision)
        return self._hidden(revision) if found is None else found

    def _hidden(self, revision: int) -> PageText | None | Failure:
        lock = self._doors.lock("withdraw")
        try:
            with alone(lock, self._errand.destination):
                wiki = self._doors.withdrawal()
                try:
                    return wiki.text_of(revision)
                finally:
                    wiki.close()
        except AlreadyRunning:
            return Unreachable("the account that takes back is busy")
        except WithcareError as error:
            log.warning("%s", error)
            return None
