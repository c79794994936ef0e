"""One of our accounts at a wiki: signed in when it must be, and each write once."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from knowledge_base.settings import Place
from wikibot.hands.errors import NotSignedIn, WrongWiki
from wikibot.hands.keys import BotPassword
from wikibot.hands.outcomes import AssertFailed, Failure
from wikibot.hands.pywiki import Session
from wikibot.hands.replies import NONSENSE, Reply, failure_of

NOT_A_REPLY = (KeyError, TypeError, ValueError, IndexError)

WHO = {"meta": "userinfo|tokens", "type": "csrf"}
"""Asked with every read, so that nothing is read as somebody else."""


class Account:
    """A name, its key, its session; `ours` are all accounts of ours on that wiki."""

    def __init__(
        self,
        place: Place,
        name: str,
        key: BotPassword,
        *,
        directory: Path,
        ours: frozenset[str],
        patience: float,
    ) -> None:
        self.place, self.name, self._key = place, name, key
        self.ours = ours
        self._session = Session(place, name, directory, patience=patience)
        self.token = ""

    def close(self) -> None:
        self._session.close()

    def write(self, **parameters: Any) -> Reply | Failure:
        """One write; a token or a sign-in that ran out is renewed once.

        Both are said before anything is saved, so nothing is ever saved twice.
        """
        reply: Reply | Failure | _StaleToken = self._write_once(parameters)
        if isinstance(reply, _StaleToken | AssertFailed):
            renewed = self._renew(sign_in=isinstance(reply, AssertFailed))
            if renewed is not None:
                return renewed
            reply = self._write_once(parameters)
        return AssertFailed() if isinstance(reply, _StaleToken) else reply

    def _write_once(
        self, parameters: Mapping[str, Any]
    ) -> "Reply | Failure | _StaleToken":
        if not self.token:
            return _StaleToken()
        reply = self._session.ask(
            **parameters,
            assertuser=self.name,
            token=self.token,
            maxlag=self.place.maxlag,
        )
        if isinstance(reply, Failure):
            return reply
        if _error_code(reply) == "badtoken":
            return _StaleToken()
        failure = failure_of(reply, retry_after=self._session.retry_after)
        return reply if failure is None else failure

    def ask(self, **parameters: Any) -> Reply | Failure:
        reply = self._session.ask(**parameters)
        if isinstance(reply, Failure):
            return reply
        failure = failure_of(reply, retry_after=self._session.retry_after)
        return reply if failure is None else failure

    def ask_signed_in(self, **parameters: Any) -> Reply | Failure:
        """A reply to the right account; it signs in where the wiki knows another."""
        for attempt in range(2):
            reply = self.ask(**parameters)
            if isinstance(reply, Failure):
                return reply
            try:
                if self._is_us(reply):
                    return reply
            except NOT_A_REPLY:
                return NONSENSE
            if attempt == 0:
                failed = self._sign_in()
                if failed is not None:
                    return failed
        return AssertFailed()

    def query(self, **asked: Any) -> Reply | Failure:
        """What the wiki answers to a query, to the right account."""
        return self.ask_signed_in(action="query", **asked, **WHO)

    def query_on(self, **asked: Any) -> Iterator[Reply | Failure]:
        """The replies to a query, portion by portion; a failure is the last of them."""
        while True:
            reply = self.query(**asked)
            yield reply
            if isinstance(reply, Failure) or "continue" not in reply:
                return
            try:
                asked |= dict(reply["continue"])
            except NOT_A_REPLY:
                yield NONSENSE
                return

    def _is_us(self, reply: Reply) -> bool:
        user = reply["query"]["userinfo"]
        if user["name"] != self.name or user.get("anon"):
            return False
        self._session.know_user(user)
        self.token = reply["query"]["tokens"]["csrftoken"]
        return True

    def _renew(self, *, sign_in: bool) -> Failure | None:
        if sign_in:
            failed = self._sign_in()
            if failed is not None:
                return failed
        reply = self.query()
        return reply if isinstance(reply, Failure) else None

    def _sign_in(self) -> Failure | None:
        """Signs in; raises `NotSignedIn` where the wiki refuses, `WrongWiki`."""
        self._session.forget_cookies()
        asked = self.ask(
            action="query", meta="tokens|siteinfo", type="login", siprop="general"
        )
        if isinstance(asked, Failure):
            return asked
        try:
            self._check_host(asked["query"]["general"]["server"])
            token = asked["query"]["tokens"]["logintoken"]
        except NOT_A_REPLY:
            return NONSENSE
        reply = self.ask(
            action="login",
            lgname=[self._key.name],
            lgpassword=[self._key.password],
            lgtoken=token,
        )
        if isinstance(reply, Failure):
            return reply
        said = reply.get("login")
        if not isinstance(said, dict):
            return NONSENSE
        if said.get("result") != "Success":
            raise NotSignedIn(self.name, str(said.get("result", "no answer")))
        self._session.keep_cookies()
        return None

    def _check_host(self, server: str) -> None:
        found = server.partition("//")[2].rstrip("/")
        if found != self.place.host:
            raise WrongWiki(self.place.host, found)


class _StaleToken:
    """The token is not the session's any more."""


def _error_code(reply: Reply) -> str:
    error = reply.get("error")
    return str(error.get("code")) if isinstance(error, dict) else ""
