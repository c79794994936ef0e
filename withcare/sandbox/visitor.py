"""Somebody at the sandbox wiki, with or without an account: reads, signs in, edits.

For the demo and the tests, which act as people do; the bot has hands of its own.
"""

import json
from collections.abc import Mapping
from http.client import HTTPException
from http.cookiejar import CookieJar
from typing import Any, Self
from urllib.error import HTTPError, URLError
from urllib.parse import urlencode
from urllib.request import (
    HTTPCookieProcessor,
    OpenerDirector,
    ProxyHandler,
    Request,
    build_opener,
)

from withcare.sandbox.accounts import Credentials
from withcare.sandbox.errors import SandboxFailed

SECONDS = 60.0


class Visitor:
    """One person with one browser; it speaks the parameters of MediaWiki's API."""

    def __init__(self, address: str) -> None:
        self.address = address
        self._cookies = CookieJar()
        self._opener = _opener(self._cookies)

    @classmethod
    def signed_in(cls, address: str, credentials: Credentials) -> Self:
        """Somebody signed in; raises SandboxFailed where the wiki refuses."""
        visitor = cls(address)
        reply = visitor._send(
            {
                "action": "login",
                "lgname": credentials.login_name,
                "lgpassword": credentials.bot_password,
                "lgtoken": visitor._token("login"),
            }
        )
        if reply.get("login", {}).get("result") != "Success":
            # The reason alone: the reply may hold a token.
            reason = reply.get("login", {}).get("reason", reply.get("error"))
            raise SandboxFailed(f"sign {credentials.user} in", str(reason))
        return visitor

    def get(self, **parameters: object) -> dict[str, Any]:
        """What the API answers to a question."""
        asked = urlencode(_as_sent(parameters))
        return self._json(Request(f"{self.address}/api.php?{asked}"))

    def post(self, **parameters: object) -> dict[str, Any]:
        """What the API answers to an act; a refusal stands under `error`."""
        return self._send({**parameters, "token": self._token("csrf")})

    def edit(self, title: str, text: str, **parameters: object) -> dict[str, Any]:
        """What the API answers when this person saves the page."""
        return self.post(
            **{**parameters, "action": "edit", "title": title, "text": text}
        )

    def page(self, path: str) -> tuple[int, str]:
        """The status and the text of any address of the wiki, as a browser gets it."""
        try:
            with self._opener.open(f"{self.address}{path}", timeout=SECONDS) as reply:
                return reply.status, reply.read().decode("utf-8", "replace")
        except HTTPError as refused:
            with refused:
                return refused.code, refused.read().decode("utf-8", "replace")

    def _token(self, type: str) -> str:
        reply = self.get(action="query", meta="tokens", type=type)
        return str(reply["query"]["tokens"][f"{type}token"])

    def _send(self, parameters: Mapping[str, object]) -> dict[str, Any]:
        body = urlencode(_as_sent(parameters)).encode()
        return self._json(Request(f"{self.address}/api.php", data=body))

    def _json(self, request: Request) -> dict[str, Any]:
        with self._opener.open(request, timeout=SECONDS) as reply:
            answer: dict[str, Any] = json.load(reply)
        return answer


def version_at(address: str) -> str | None:
    """The version of the MediaWiki that answers there, or None where none does."""
    try:
        reply = Visitor(address).get(action="query", meta="siteinfo")
    except (URLError, HTTPException, ConnectionError, TimeoutError, ValueError):
        return None
    generator = reply.get("query", {}).get("general", {}).get("generator")
    return str(generator) if generator else None


def _opener(cookies: CookieJar) -> OpenerDirector:
    # A proxy of the machine must never see the loopback address.
    return build_opener(ProxyHandler({}), HTTPCookieProcessor(cookies))


def _as_sent(parameters: Mapping[str, object]) -> dict[str, object]:
    return {"format": "json", "formatversion": 2, **parameters}
