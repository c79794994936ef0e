"""Every answer tells the browser to trust nothing but us, and to keep nothing."""

import re
from pathlib import Path

import msgspec
import pytest
from flask.testing import FlaskClient

import review_app
from knowledge_base.passwords import set_password
from review_app import create_app
from tests.review_app.reading import Page
from tests.review_app.table import Table

TEMPLATES = Path(review_app.__file__).parent / "templates"
PATHS = ["/", "/sign-in", "/r/nothing", "/nowhere", "/queue", "/static/withcare.css"]


@pytest.mark.parametrize("path", PATHS)
def test_every_answer_carries_the_policy(table: Table, path: str) -> None:
    headers = table.person("visitor").opens(path).headers

    assert headers["Content-Security-Policy"].startswith("default-src 'none'; ")
    assert "script" not in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"


@pytest.mark.parametrize("path", ["/account", "/queue", "/r/nothing"])
def test_no_page_is_kept_by_the_browser(table: Table, path: str) -> None:
    headers = table.person("tamsel").opens(path).headers

    assert headers["Cache-Control"] == "no-store"
    assert "Cookie" in headers["Vary"]


def test_no_template_has_a_script_a_style_or_a_word_of_its_own() -> None:
    foreign = re.compile(r"<script|<style|\sstyle=|\son[a-z]+=|https?://", re.I)

    found = [p.name for p in TEMPLATES.rglob("*.html") if foreign.search(p.read_text())]

    assert found == []


# --- over TLS, and under our own name alone


def served_at(table: Table, address: str) -> FlaskClient:
    settings = msgspec.structs.replace(table.settings, review_address=address)
    return create_app(table.store, settings, clock=lambda: table.now).test_client()


def test_over_tls_every_cookie_of_ours_is_of_this_host_alone(table: Table) -> None:
    set_password(
        table.store, table.actors["tamsel"].account or "", "a lantern", now=table.now
    )
    client = served_at(table, "https://review.example.org")
    base = "https://review.example.org"
    form = Page(client.get("/sign-in", base_url=base).text).form("/sign-in")
    sent = {**form.fields, "name": "tamsel", "password": "a lantern"}

    answer = client.post("/sign-in", data=sent, base_url=base, headers={"Origin": base})

    assert answer.status_code == 303
    cookies = answer.headers.getlist("Set-Cookie")
    assert len(cookies) == 3
    for one in cookies:
        assert one.startswith("__Host-withcare")
        assert "Secure" in one
        assert "Path=/" in one
        assert "Domain" not in one
    assert client.get("/account", base_url=base).status_code == 200


@pytest.mark.parametrize("host", ["evil.example", "review.example.org.evil.example"])
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_under_another_name_nothing_is_answered(
    table: Table, host: str, method: str
) -> None:
    client = served_at(table, "https://review.example.org")

    answer = client.open("/report", method=method, base_url=f"https://{host}")

    assert answer.status_code == 400
    assert answer.content_type.startswith("text/plain")
    assert host not in answer.text


@pytest.mark.parametrize(
    ("base", "origin", "code"),
    [
        ("https://review.example.org", "https://review.example.org", 303),
        ("http://127.0.0.1:8470", "https://review.example.org", 303),
        ("http://127.0.0.1:8470", "http://127.0.0.1:8470", 303),
        ("https://review.example.org", "http://127.0.0.1:8470", 403),
        ("https://review.example.org:81", "https://review.example.org:81", 403),
        ("http://review.example.org", "http://review.example.org", 403),
    ],
)
def test_the_settings_say_which_forms_are_ours_and_not_the_request(
    table: Table, base: str, origin: str, code: int
) -> None:
    client = served_at(table, "https://review.example.org")
    seen = client.get("/report", base_url=base)
    fields = Page(seen.text).form("/report").fields
    given = seen.headers["Set-Cookie"].partition(";")[0]  # whatever the scheme

    answer = client.post(
        "/report",
        data={**fields, "page": "x"},
        base_url=base,
        headers={"Origin": origin, "Cookie": given},
    )

    assert answer.status_code == code
