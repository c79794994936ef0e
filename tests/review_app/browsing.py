"""A real Chromium over a table served on loopback."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, sync_playwright
from werkzeug.serving import make_server

from review_app.guests import COOKIE
from tests.review_app.table import Table

CHROMIUM = Path("/usr/bin/chromium")
# Without these Chromium speaks to its maker while it starts.
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
HEIGHTS = {360: 780, 1280: 900}


@contextmanager
def served(table: Table) -> Iterator[str]:
    """The address of the table's app on a free port."""
    server = make_server("127.0.0.1", 0, table.app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join(10)
        server.server_close()


@contextmanager
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=str(CHROMIUM), args=ARGUMENTS
        )
        yield browser
        browser.close()


@contextmanager
def looking(
    browser: Browser,
    table: Table,
    address: str,
    *,
    who: str,
    language: str,
    scheme: str,
    width: int,
) -> Iterator[BrowserContext]:
    """A window of that width, light or dark, in which that person is signed in."""
    context = browser.new_context(
        viewport={"width": width, "height": HEIGHTS[width]},
        color_scheme="dark" if scheme == "dark" else "light",
        locale=language,
        java_script_enabled=True,
    )
    if who != "visitor":
        cookie = table.person(who).client.get_cookie(COOKIE)
        assert cookie is not None
        context.add_cookies([{"name": COOKIE, "value": cookie.value, "url": address}])
    yield context
    context.close()
