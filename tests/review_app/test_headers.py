"""Every answer tells the browser to trust nothing but us, and to keep nothing."""

import re
from pathlib import Path

import pytest

import review_app
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
