"""What every answer tells the browser: trust nothing but us, keep nothing of it."""

from flask import Flask, Response, request

from review_app.guests import keep_form_cookie
from review_app.room import room

POLICY = "; ".join(
    (
        "default-src 'none'",
        "style-src 'self'",
        "img-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)

# Whoever has the address of one of these has what it opens: it goes on to nobody,
# not even with the stylesheet's request into our own web server's log.
SECRET_ADDRESSES = frozenset({"auth.link", "reports.receipt"})


def send_headers(app: Flask) -> None:
    """Sets the headers after every view of the app."""
    app.after_request(keep_form_cookie)
    app.after_request(_guard)


def _guard(response: Response) -> Response:
    headers = response.headers
    headers["Content-Security-Policy"] = POLICY
    headers["X-Content-Type-Options"] = "nosniff"
    # Not "no-referrer": browsers would then send our own forms with `Origin: null`.
    is_secret = request.endpoint in SECRET_ADDRESSES
    headers["Referrer-Policy"] = "strict-origin" if is_secret else "same-origin"
    headers["Cross-Origin-Opener-Policy"] = "same-origin"
    headers["Cross-Origin-Resource-Policy"] = "same-origin"
    headers["Permissions-Policy"] = "camera=(), geolocation=(), microphone=()"
    headers["X-Robots-Tag"] = "noindex"
    if room().is_https:
        headers["Strict-Transport-Security"] = "max-age=31536000"
    if request.endpoint == "static":
        headers["Cache-Control"] = "public, max-age=3600"
    else:
        headers["Cache-Control"] = "no-store"
        response.vary.update(("Cookie", "Accept-Language"))
    return response
