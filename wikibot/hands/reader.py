"""An anonymous reader: no account, no cookie, nothing that could open a door."""

from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode, urljoin, urlsplit

import requests

from knowledge_base.settings import Place
from wikibot.hands.loopback import is_loopback
from wikibot.hands.outcomes import Unreachable

MOST_REDIRECTS = 4


def _nobody(request: requests.PreparedRequest) -> requests.PreparedRequest:
    """Signs nothing: without it a .netrc of this machine would lend its rights."""
    return request


@dataclass(frozen=True, slots=True)
class Answer:
    """What anyone gets at an address."""

    status: int
    text: str = field(repr=False)


class Reader:
    """Reads the wiki of a place as anyone would; each request stands alone."""

    def __init__(self, place: Place, *, patience: float = 30.0) -> None:
        self._place, self._patience = place, patience
        self._scripts = place.api.removesuffix("/api.php")

    def api(self, **parameters: Any) -> Answer | Unreachable:
        return self._get("api.php", {"format": "json", "formatversion": 2} | parameters)

    def index(self, **parameters: Any) -> Answer | Unreachable:
        return self._get("index.php", parameters)

    def rest(self, path: str) -> Answer | Unreachable:
        return self._get(f"rest.php/v1/{path}", {})

    def _get(self, path: str, parameters: dict[str, Any]) -> Answer | Unreachable:
        place = self._place
        asked = f"?{urlencode(parameters)}" if parameters else ""
        address = f"{place.scheme}://{place.host}{self._scripts}/{path}{asked}"
        try:
            with requests.Session() as session:
                session.trust_env = not is_loopback(place.host)
                session.auth = _nobody
                session.headers["user-agent"] = f"withcare probe ({place.contact})"
                return self._follow(session, address)
        except (requests.RequestException, OSError) as error:
            return Unreachable(type(error).__name__)

    def _follow(self, session: requests.Session, address: str) -> Answer | Unreachable:
        """Goes where the wiki sends a reader, as long as it is the same wiki."""
        for _ in range(MOST_REDIRECTS):
            reply = session.get(address, timeout=self._patience, allow_redirects=False)
            if not reply.is_redirect:
                text = reply.content.decode("utf-8", "replace")
                return Answer(reply.status_code, text)
            address = urljoin(address, reply.headers["location"])
            if urlsplit(address).netloc != self._place.host:
                break
        return Unreachable("redirect")
