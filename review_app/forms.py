"""What a form must carry before any view reads it, and how its fields are read."""

import hmac
from dataclasses import dataclass
from urllib.parse import urlsplit

from flask import abort, request
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import Forbidden, SecurityError

from knowledge_base.columns import KEY_LENGTH, UnstorableText, storable
from knowledge_base.names import NotAName, check_name
from review_app.guests import guest
from review_app.room import room

TOKEN = "token"
LOOPBACK = ("localhost", "127.0.0.1")
LONGEST_LINE = 400
LONGEST_TEXT = 20_000


class NotFromHere(Forbidden):
    """The form was not filled in on this site, or was open for too long."""


@dataclass(frozen=True, slots=True)
class Problem:
    """Something to put right; `field` is the id of the field it stands beside."""

    field: str
    message: str


def check_post() -> None:
    """Refuses every act whose form was not ours, or not this person's."""
    if request.method in ("GET", "HEAD", "OPTIONS"):
        return
    if not comes_from_here():
        raise NotFromHere
    # Compared as bytes: a token from outside may hold any letter.
    given = request.form.get(TOKEN, "").encode()
    if not hmac.compare_digest(given, guest().token.encode()):
        raise NotFromHere


def comes_from_here() -> bool:
    """Browsers say where a form comes from; what says nothing has only its token."""
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None and site not in ("same-origin", "none"):
        return False
    origin = request.headers.get("Origin")
    return origin is None or origin in _our_origins()


def _our_origins() -> frozenset[str]:
    """Where our forms come from: the settings say so, not the request's own header.

    On this machine itself every port is ours that we are asked under.
    """
    stated = urlsplit(room().settings.review_address)
    ours = {f"{stated.scheme}://{stated.netloc}"}
    if urlsplit(request.host_url).hostname in LOOPBACK:
        ours.add(request.host_url.rstrip("/"))
    return frozenset(ours)


def our_hosts(review_address: str) -> tuple[str, ...]:
    """The names under which the review table answers: its own, and this machine's."""
    return (urlsplit(review_address).hostname or "", *LOOPBACK)


def check_host() -> None:
    """Refuses what was asked under another name, before anything is made of it."""
    if isinstance(request.routing_exception, SecurityError):
        raise request.routing_exception


def check_address() -> None:
    """An address with an id that nothing could have is that of nothing: the cover."""
    for written in (request.view_args or {}).values():
        if not _is_key(str(written)):
            abort(404)


def check_letters() -> None:
    """Refuses letters that no database keeps, before any view reads them.

    Raises `UnstorableText` for a form, which a person typed or pasted; an address
    that holds one was not made by us.
    """
    if any(not _is_storable(one) for one in _all_of(request.args)):
        abort(400)
    for one in _all_of(request.form):
        storable(one)


def _all_of(given: MultiDict[str, str]) -> list[str]:
    return [*given, *(value for values in given.listvalues() for value in values)]


def _is_storable(text: str) -> bool:
    try:
        storable(text)
    except UnstorableText:
        return False
    return True


def _is_key(text: str) -> bool:
    return len(text) <= KEY_LENGTH and _is_storable(text)


def chosen(name: str) -> str | None:
    """An id or code from the page's address; None where there is none."""
    written = request.args.get(name) or None
    if written is not None and not _is_key(written):
        abort(400)
    return written


def line(name: str, *, longest: int = LONGEST_LINE) -> str:
    """The field on one line, without its edges; "" where nothing was written."""
    return " ".join(request.form.get(name, "").split())[:longest]


def text(name: str, *, longest: int = LONGEST_TEXT) -> str:
    """The field as it was written, line breaks in one form."""
    written = request.form.get(name, "").replace("\r\n", "\n").strip()
    if len(written) > longest:
        abort(413)
    return written


def number(name: str) -> int:
    """A number that only our own form writes; anything else is not our form."""
    written = request.form.get(name, "")
    if not (written.isascii() and written.isdecimal() and len(written) < 10):
        abort(400)
    return int(written)


def is_ticked(name: str) -> bool:
    return request.form.get(name) == "yes"


def is_seen(name: str) -> bool:
    """Whether a name, where one was written, holds only letters that people see."""
    try:
        return not name or bool(check_name(name))
    except NotAName:
        return False


def safe_path(written: str | None, default: str) -> str:
    """An address on this site to go back to, or the default."""
    if not written or not written.startswith("/") or written.startswith("//"):
        return default
    if "\\" in written or any(ord(char) < 33 for char in written):
        return default
    return written
