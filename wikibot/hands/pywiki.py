"""Pywikibot, held so that one call is one request and every answer comes back to us.

Pywikibot tries again by itself after many answers, also where an edit may have been
saved already. Here it keeps the manners (throttle, cookies, user agent, maxlag,
simulate), and nothing is sent twice that our own code has not decided to send twice.
"""

import json
from math import ceil
from pathlib import Path
from typing import Any

import requests
from pywikibot import config, family
from pywikibot.comms import http
from pywikibot.data import api
from pywikibot.data.api import encode_url
from pywikibot.exceptions import Error as PywikibotError
from pywikibot.site import APISite

from knowledge_base.settings import Place
from wikibot.hands.loopback import is_loopback
from wikibot.hands.outcomes import NotWritten, Unreachable
from wikibot.hands.replies import NONSENSE, Reply

NO_ANSWER = (requests.RequestException, PywikibotError, OSError, ValueError)


class OneRequest(api.Request):
    """A request that is sent once; its reply is returned as it came."""

    def send(self) -> Reply | NotWritten | Unreachable:
        """The reply's JSON, or why there is none; nothing is tried again."""
        if self.write and config.simulate:
            return NotWritten()
        self._params.setdefault("format", ["json"])
        self._params.setdefault("formatversion", ["2"])
        self.site.throttle(write=self.write)
        try:
            response = http.request(
                self.site,
                uri=self.site.apipath(),
                method="POST",
                data=encode_url(self._encoded_items()),
                headers={"Content-Type": "application/x-www-form-urlencoded"},
                # Another host is another wiki: nothing is carried there.
                allow_redirects=False,
            )
        except NO_ANSWER as error:
            return Unreachable(type(error).__name__)
        return _read(response)


def _read(response: requests.Response) -> Reply | Unreachable:
    try:
        reply = json.loads(response.content)
    except (ValueError, RecursionError):
        return NONSENSE
    return reply if isinstance(reply, dict) else NONSENSE


class OneRequestSite(APISite):
    """A site that does not ask who it is before anybody needs to know."""

    def login(self, *_args: Any, **_options: Any) -> None:
        """Nothing: the first poll says who is signed in, and we sign in ourselves."""

    @staticmethod
    def _request_class(_options: dict[str, Any]) -> type[api.Request]:
        return OneRequest


class Session:
    """One account at one wiki: its cookies, its directory, its pace."""

    def __init__(
        self, place: Place, account: str, directory: Path, *, patience: float
    ) -> None:
        self.place, self.account = place, account
        self._directory, self._patience = directory, patience
        self._session = requests.Session()
        self._jar = http.PywikibotCookieJar()
        self._session.cookies = self._jar  # type: ignore[assignment]  # as pywikibot
        # A proxy of the machine must never see the loopback address.
        self._session.trust_env = not is_loopback(place.host)
        self._enter()
        self._jar.load(account, ignore_discard=True)
        self.site = _site(place, account)
        self._throttle = self.site.throttle  # made now, while our directory is set
        self.retry_after = 0

    def ask(self, **parameters: Any) -> Reply | NotWritten | Unreachable:
        """Sends one request; `assertuser` and `maxlag` are the caller's to give."""
        self._enter()
        request = self.site.simple_request(**parameters)
        assert isinstance(request, OneRequest)
        answer = request.send()
        throttle = self._throttle
        # The wiki's wish ends the batch; it does not put this process to sleep.
        self.retry_after, throttle.retry_after = throttle.retry_after, 0
        return answer

    def know_user(self, userinfo: Reply) -> None:
        """Who the wiki says we are, so that pywikibot need not ask again."""
        self.site._userinfo = dict(userinfo)

    def keep_cookies(self) -> None:
        """Stays signed in for the next run; the file is its owner's alone."""
        self._enter()
        self._jar.save(ignore_discard=True)

    def forget_cookies(self) -> None:
        self._jar.clear()

    def close(self) -> None:
        self._session.close()

    def _enter(self) -> None:
        """Makes this account pywikibot's own: it has one session for all of them."""
        http.session, http.cookie_jar = self._session, self._jar
        config.base_dir = str(self._directory)
        config.socket_timeout = (self._patience, ceil(self._patience))
        config.minthrottle, config.put_throttle = 0, self.place.seconds_between_edits
        config.maxthrottle = max(60, ceil(self.place.seconds_between_edits))
        config.max_retries, config.retry_wait = 0, 1
        config.password_file = None
        config.user_agent_format = "withcare ({script_comments}) {pwb} {http_backend}"
        config.user_agent_description = self.place.contact or None


def _site(place: Place, account: str) -> OneRequestSite:
    """The site, of a family made in process: no family file, no default wiki."""
    name = f"withcare{place.id}".replace("-", "").replace("_", "").lower()
    made = family.AutoFamily(name, f"{place.scheme}://{place.host}{place.api}")
    config.family = config.mylang = name  # else it would be wikipedia:test
    config.usernames[name][name] = account
    # Not `pywikibot.Site`: it would hand out the site of an earlier call again.
    return OneRequestSite(name, made, account)
