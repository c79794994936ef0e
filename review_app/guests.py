"""Who sits at the table: a sign-in that can be ended, or a visitor without one.

Who asks, and what she is shown, are read in one moment: what was taken back between
two of them would be shown to somebody who may not see it any more.
"""

import hmac
import logging
import secrets
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256
from ipaddress import IPv6Address, ip_address, ip_network

from flask import Response as FlaskResponse
from flask import g, request
from werkzeug.wrappers import Response

from knowledge_base.accounts import Account
from knowledge_base.faults import StoreFault
from knowledge_base.limits import is_within
from knowledge_base.sign_ins import SignIn, keep_seen, signed_in
from knowledge_base.store import Reading
from review_app.room import room

log = logging.getLogger(__name__)

COOKIE = "withcare"
FORM_COOKIE = "withcare_form"
# Says in which browser a name was signed in before, to nobody but our own key.
KNOWN_COOKIE = "withcare_known"
DAYS = 14
A_YEAR = 365 * 24 * 3600


def cookie(name: str) -> str:
    """The cookie's name as the browser knows it.

    With `__Host-` it takes the cookie from this very host alone, over TLS: a neighbour
    under the same domain can put none of its own in its place (RFC 6265bis, 4.1.3).
    """
    return f"__Host-{name}" if room().is_https else name


@dataclass(frozen=True, slots=True, kw_only=True)
class Guest:
    """`token` is what her forms must carry; `account` is None for a visitor."""

    account: Account | None
    token: str
    mark: str | None = None


def guest() -> Guest:
    """Whoever asks, as she was looked up last while this request is answered."""
    if "guest" not in g:
        if _secret():
            _begun()[0].close()
        else:
            g.guest = _visitor()
    found: Guest = g.guest
    return found


def begin_moment() -> None:
    """Looks up who asks, and keeps the moment at which she was for `one_moment`.

    For a page that only shows: whoever writes has to look again afterwards.
    """
    if _secret():
        g.moment = _begun()


def end_moment(error: BaseException | None = None) -> None:
    """No transaction stays open while a page is drawn."""
    if "moment" in g:
        stack, _ = g.pop("moment")
        stack.close()


@contextmanager
def one_moment() -> Iterator[Reading]:
    """The store at the moment at which it was looked up who asks.

    One that lies within another is the same.
    """
    if "looked_into" in g:
        yield g.looked_into
        return
    stack, g.looked_into = g.pop("moment", None) or _begun()
    try:
        with stack:
            yield g.looked_into
    finally:
        del g.looked_into


def _begun() -> tuple[ExitStack, Reading]:
    with ExitStack() as stack:
        db = stack.enter_context(room().store.reading())
        g.guest = _signed_in(db) or _visitor()
        return stack.pop_all(), db


def stand_in() -> None:
    """Whoever asks counts as a visitor: the store cannot say who she is."""
    if "guest" not in g:
        g.guest = _visitor()


def _secret() -> str:
    return request.cookies.get(cookie(COOKIE), "")


def _signed_in(db: Reading) -> Guest | None:
    found = signed_in(db, _secret(), now=room().now()) if _secret() else None
    if found is None:
        return None
    g.in_use = found
    return Guest(account=found.account, token=found.csrf, mark=found.mark)


def keep_in_use(response: FlaskResponse) -> FlaskResponse:
    """Keeps that the sign-in of whoever asked was used."""
    if "in_use" in g:
        try:
            keep_seen(room().store, g.in_use, now=room().now())
        except StoreFault as fault:
            # A page can be read though nothing can be written; when is worth less.
            log.warning("a sign-in was used and it was not kept when: %s", fault)
    return response


def _visitor() -> Guest:
    """A visitor's forms carry a token that only our key makes from her cookie."""
    known = g.get("new_form_cookie") or request.cookies.get(cookie(FORM_COOKIE), "")
    if not 20 <= len(known) <= 64:
        known = secrets.token_urlsafe(24)
        g.new_form_cookie = known
    return Guest(account=None, token=signed("form", known))


def signed(purpose: str, text: str) -> str:
    """What only the holder of the app's key can make of the text."""
    return hmac.new(room().key, f"{purpose}:{text}".encode(), sha256).hexdigest()


def account() -> Account:
    """The account of the person at the table; the doors saw to it that there is one."""
    found = guest().account
    assert found is not None
    return found


def address_mark() -> str:
    """A mark of the visitor's address; without the app's key it leads nowhere."""
    return signed("address", household(request.remote_addr or ""))[:32]


def household(address: str) -> str:
    """Whom an address stands for: of IPv6 the /64, which one household has whole.

    RFC 6177 and RFC 8981: one person has more addresses in it than anybody can count.
    """
    try:
        found = ip_address(address)
    except ValueError:
        return address
    if isinstance(found, IPv6Address):
        return str(found.ipv4_mapped or ip_network((int(found), 64), strict=False))
    return str(found)


def may_try(what: str, mark: str, *, most: int, minutes: int) -> bool:
    """Counts one try of this and says whether it is still within the limit."""
    return is_within(
        room().store,
        f"{what}:{mark}",
        most=most,
        per=timedelta(minutes=minutes),
        now=room().now(),
    )


def browser_of(name: str) -> str | None:
    """A mark of this browser where that name signed in with it before, else None."""
    id, _, seal = request.cookies.get(cookie(KNOWN_COOKIE), "").partition(".")
    ours = signed("was here", f"{id}:{name}")
    is_known = bool(id) and hmac.compare_digest(seal.encode(), ours.encode())
    return signed("browser", id)[:32] if is_known else None


def _remember_browser(response: Response, name: str) -> None:
    """So that nobody's wrong tries elsewhere can keep her out of this browser."""
    id = secrets.token_urlsafe(24)
    response.set_cookie(
        cookie(KNOWN_COOKIE),
        f"{id}.{signed('was here', f'{id}:{name}')}",
        max_age=A_YEAR,
        httponly=True,
        samesite="Lax",
        secure=room().is_https,
    )


def seat(response: Response, new: SignIn, *, name: str) -> None:
    """Gives the browser its sign-in; no script can read it, no other site send it.

    It is remembered as one in which that name was signed in.
    """
    _remember_browser(response, name)
    response.set_cookie(
        cookie(COOKIE),
        new.secret,
        max_age=DAYS * 24 * 3600,
        httponly=True,
        samesite="Lax",
        secure=room().is_https,
    )
    _forget(response, FORM_COOKIE)


def unseat(response: Response) -> None:
    _forget(response, COOKIE)


def _forget(response: Response, name: str) -> None:
    response.delete_cookie(
        cookie(name), httponly=True, samesite="Lax", secure=room().is_https
    )


def keep_form_cookie(response: FlaskResponse) -> FlaskResponse:
    """Hands a visitor the cookie that her form's token was made from."""
    if "new_form_cookie" in g:
        response.set_cookie(
            cookie(FORM_COOKIE),
            g.new_form_cookie,
            httponly=True,
            samesite="Lax",
            secure=room().is_https,
        )
    return response
