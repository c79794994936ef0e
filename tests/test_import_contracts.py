"""Each import contract bites: a project with one wrong import in it is refused."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
PACKAGES = [
    "withcare",
    "review_app",
    "wikibot",
    "wikibot/pages",
    "wikibot/hands",
    "knowledge_base",
    "policies",
]

WRONG = [
    ("Imports run downward only", "policies/x.py", "import knowledge_base"),
    ("Imports run downward only", "knowledge_base/x.py", "import wikibot"),
    ("Imports run downward only", "wikibot/x.py", "import review_app"),
    ("Imports run downward only", "review_app/x.py", "import withcare"),
    (
        "The review app uses nothing of the bot but its pages",
        "review_app/x.py",
        "import wikibot.hands",
    ),
    (
        "The review app uses nothing of the bot but its pages",
        "review_app/x.py",
        "import wikibot",
    ),
    ("Pages know wikitext, not the wiki", "wikibot/pages/x.py", "import wikibot.hands"),
    ("Flask stays in the review app", "withcare/x.py", "import flask"),
    ("Flask stays in the review app", "knowledge_base/x.py", "import werkzeug.utils"),
    ("Pywikibot stays in the hands", "withcare/x.py", "import pywikibot"),
    ("Pywikibot stays in the hands", "wikibot/pages/x.py", "import pywikibot.page"),
    ("Databases stay in the knowledge base", "policies/x.py", "import sqlite3"),
    ("Databases stay in the knowledge base", "review_app/x.py", "import sqlalchemy"),
    ("The network is reached from five places", "knowledge_base/x.py", "import socket"),
    ("The network is reached from five places", "policies/x.py", "import requests"),
    (
        "What anyone may see is read as it is kept",
        "review_app/x.py",
        "import knowledge_base.public",
    ),
    (
        "What anyone may see is read as it is kept",
        "withcare/demo.py",
        "from knowledge_base.public import public_views",
    ),
    (
        "Public pages lay no desk and ask no rulebook",
        "review_app/public.py",
        "from knowledge_base.views import public_views",
    ),
    (
        "Public pages lay no desk and ask no rulebook",
        "review_app/shared.py",
        "import knowledge_base.gate",
    ),
]

RIGHT = {
    "review_app/__init__.py": "import flask, wikibot.pages, knowledge_base",
    "wikibot/hands/site.py": "import pywikibot, requests",
    "wikibot/kb_sync.py": "import pywikibot, wikibot.hands",
    "knowledge_base/store.py": "import sqlalchemy, policies",
    "knowledge_base/web.py": "import socket, urllib3",
    "knowledge_base/gate.py": "import policies",
    "knowledge_base/public.py": "import knowledge_base.gate",
    "knowledge_base/views.py": "import knowledge_base.public",
    "review_app/desk.py": "import knowledge_base.views",
    "review_app/public.py": "import review_app.desk",
    "review_app/shared.py": "import knowledge_base.store",
    "withcare/sandbox.py": "import socket, subprocess",
    "withcare/review.py": "import review_app, wikibot.hands",
}


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A small project that keeps every contract."""
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    for package in PACKAGES:
        (tmp_path / package).mkdir()
        (tmp_path / package / "__init__.py").touch()
    for path, line in RIGHT.items():
        (tmp_path / path).write_text(f"{line}\n")
    return tmp_path


def verdicts(project: Path) -> dict[str, str]:
    """KEPT or BROKEN, by the name of the contract."""
    done = subprocess.run(
        [BIN / "lint-imports", "--no-cache", "--no-logo"],
        cwd=project,
        capture_output=True,
        text=True,
        check=False,
    )
    verdict = re.compile(r"^(.+?) (KEPT|BROKEN)\b.*$", re.MULTILINE)
    return dict(verdict.findall(done.stdout))


def test_a_project_that_keeps_to_them_passes(project: Path) -> None:
    found = verdicts(project)

    assert set(found.values()) == {"KEPT"}
    assert {name for name, _, _ in WRONG} < set(found)


@pytest.mark.parametrize(("contract", "path", "line"), WRONG)
def test_a_wrong_import_breaks_its_contract(
    project: Path, contract: str, path: str, line: str
) -> None:
    (project / path).write_text(f"{line}\n")

    assert verdicts(project)[contract] == "BROKEN"


def test_a_cycle_breaks_its_contract(project: Path) -> None:
    (project / "policies/one.py").write_text("import policies.two\n")
    (project / "policies/two.py").write_text("import policies.one\n")

    assert verdicts(project)["No cycles"] == "BROKEN"


def faults_of(line: str, path: str) -> str:
    """What ruff says of a line in that file."""
    command = [str(BIN / "ruff"), "check", "--select=TID251", "--stdin-filename", path]
    done = subprocess.run(
        [*command, "-"],
        cwd=ROOT,
        input=f"{line}\n",
        capture_output=True,
        text=True,
        check=False,
    )
    return done.stdout


@pytest.mark.parametrize(
    "line",
    ["import urllib.request", "from urllib import request", "import http.client"],
)
def test_the_standard_librarys_clients_are_held_too(line: str) -> None:
    assert "TID251" in faults_of(line, "knowledge_base/gate.py")
    assert "TID251" not in faults_of(line, "knowledge_base/web.py")
    assert "TID251" not in faults_of(line, "wikibot/hands/publish.py")
