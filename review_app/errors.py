"""What went wrong, said kindly and with the way on; never what was protected."""

import logging

from flask import Flask, render_template, request
from werkzeug.exceptions import HTTPException, SecurityError

from knowledge_base.columns import UnstorableText
from knowledge_base.faults import StoreBusy, StoreFault
from knowledge_base.journeys import NotPossible
from knowledge_base.links import NoSuchLink
from knowledge_base.projection import AlreadyKnown
from knowledge_base.rights import Forbidden
from knowledge_base.store import UnnamedDestination
from knowledge_base.workflow import Stale
from review_app.forms import NotFromHere
from review_app.guests import guest, stand_in
from review_app.languages import message
from review_app.typed import carried, typed, way_back

Answer = tuple[str, int]
RETRY_AFTER, RETRY_AWAY = 5, 60  # seconds
log = logging.getLogger(__name__)


def cover() -> Answer:
    """The neutral cover: one page for what is restricted, unanswered or not there."""
    return render_template("cover.html"), 404


def sign_out_first() -> Answer:
    """For a browser that belongs to somebody else's work just now."""
    return _page("sign-out-first", 409)


def signed_out() -> Answer:
    """For a form that was sent after its sign-in had ended: nothing she typed is gone.

    It says nothing of the record, and is not shown for a form from elsewhere.
    """
    return render_template("signed_out.html", texts=typed(), back=way_back()), 403


def say_errors(app: Flask) -> None:
    """Words for everything that may go wrong; what is not named here is a 500."""
    app.register_error_handler(NotFromHere, _not_from_here)
    app.register_error_handler(Forbidden, _forbidden)
    app.register_error_handler(NotPossible, _moved_on)
    app.register_error_handler(Stale, _moved_on)
    app.register_error_handler(AlreadyKnown, _taken)
    app.register_error_handler(NoSuchLink, _no_such_link)
    app.register_error_handler(UnstorableText, _unstorable)
    app.register_error_handler(StoreBusy, _busy)
    app.register_error_handler(StoreFault, _away)
    app.register_error_handler(UnnamedDestination, _away)
    app.register_error_handler(SecurityError, _not_our_host)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(500, _broken)


def _page(about: str, code: int) -> Answer:
    return render_template("error.html", about=about), code


def _not_from_here(error: NotFromHere) -> Answer:
    return _page("form-too-old", 403)


def _forbidden(error: Forbidden) -> Answer:
    return _page("not-yours", 403)


def _moved_on(error: NotPossible | Stale) -> Answer:
    return _page("moved-on", 409)


def _taken(error: AlreadyKnown) -> Answer:
    return _page("already-there", 409)


def _no_such_link(error: NoSuchLink) -> Answer:
    return _page("link-over", 410)


def _unstorable(error: UnstorableText) -> Answer:
    return _page("unstorable", 422)


def _busy(error: StoreBusy) -> tuple[str, int, dict[str, str]]:
    html = render_template(
        "busy.html", texts=typed(), fields=carried(), back=way_back()
    )
    return html, 503, {"Retry-After": str(RETRY_AFTER)}


def _away(error: StoreFault | UnnamedDestination) -> tuple[str, int, dict[str, str]]:
    """Whoever runs this can mend it: the sentence with the remedy is in the log."""
    log.error("%s: %s", request.endpoint, error)
    stand_in()
    html = render_template("away.html", texts=typed(), back=way_back())
    return html, 503, {"Retry-After": str(RETRY_AWAY)}


def _not_our_host(error: SecurityError) -> tuple[str, int, dict[str, str]]:
    """Without a page round it: under a name that is not ours there are no links."""
    said = str(message("error-not-understood"))
    return said, 400, {"Content-Type": "text/plain; charset=utf-8"}


def _http(error: HTTPException) -> Answer | HTTPException:
    code = error.code or 500
    if code < 400:
        return error
    if code == 404:
        return cover()
    known = {403: "not-yours", 405: "not-there", 413: "too-large", 429: "too-often"}
    return _page(known.get(code, "not-understood"), code)


def _broken(error: Exception) -> Answer:
    try:
        guest()
    except StoreFault:
        stand_in()
    return _page("broken", 500)
