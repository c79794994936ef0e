"""The page that tells how to restore is typed, line by line, on an empty machine."""

import re
import shlex
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from knowledge_base.journeys import State
from knowledge_base.keyrings import keyring_of
from knowledge_base.records import get_record
from knowledge_base.settings import read_settings
from knowledge_base.store import Store
from policies.rulebook import Rulebook
from tests.knowledge_base.conftest import OWN_WIKI
from tests.wikibot.hands.bench import Bench, make_bench, settings_text
from withcare.cli import app
from withcare.sandbox import RunningSandbox

pytest_plugins = ["tests.wiki_fixtures"]

PAGE = Path(__file__).parents[3] / "docs" / "operating.md"
PUT_BACK = ("settings.toml", "keys", "markers.jsonl")
WORDS, GOES = "Carved from one trunk (invented).", "Sewn of bark (invented)."


def typed(home: Path, line: str) -> Result:
    """A line of the page, in that home, without its first word."""
    first, *words = shlex.split(line)
    assert first == "withcare"
    words = [str(home / word) if word == "all.zip" else word for word in words]
    runner = CliRunner(env={"WITHCARE_HOME": str(home)})
    return runner.invoke(app, words)


def lines_of_the_page() -> list[str]:
    """What the section has typed, in its order."""
    section = PAGE.read_text("utf-8").partition("\n## Restoring\n")[2]
    found = re.search(r"```\n(.*?)```", section.partition("\n## ")[0], re.DOTALL)
    assert found is not None
    return [line.strip() for line in found[1].splitlines() if line.strip()]


@pytest.fixture
def bench(tmp_path: Path, wiki: RunningSandbox) -> Bench:
    home = tmp_path / "home"
    home.mkdir()
    made = make_bench(home, wiki, f"sqlite:///{home / 'withcare.sqlite'}")
    (home / "settings.toml").write_text(settings_text(made))
    return made


def test_what_the_page_says_restores(
    bench: Bench, tmp_path: Path, any_database_url: str
) -> None:
    old, new = bench.settings.home, tmp_path / "new"
    kept = bench.published(description=WORDS)
    withdrawn = bench.published(description=GOES)
    backup = tmp_path / "all.zip"
    assert typed(old, f"withcare kb backup {backup}").exit_code == 0
    stood_at = bench.page(withdrawn).title
    bench.withdraw(withdrawn)
    bench.world.store.close()
    new.mkdir()
    shutil.move(backup, new)
    for name in PUT_BACK:
        assert f"`{name}" in PAGE.read_text("utf-8")
        put_back(old / name, new / name)
    let_it_name(any_database_url, new / "settings.toml")
    shutil.rmtree(old)
    assert GOES in bench.text_at(stood_at)

    for line in lines_of_the_page():
        done = typed(new, line)
        assert done.exit_code == 0, f"{line}: {done.output}"

    settings = read_settings(new, {})
    bench.world.store = Store.open(
        settings.database_url,
        rulebook=Rulebook.shipped(),
        destinations=(OWN_WIKI,),
        keys=keyring_of(settings),
    )
    assert GOES not in bench.text_at(stood_at)
    assert bench.world.state(kept) is State.PUBLISHED
    assert bench.world.state(withdrawn) is State.WITHDRAWN
    with bench.world.store.reading() as db:
        assert get_record(db, kept).content["description"] == (WORDS,)
    bench.world.store.close()


def put_back(old: Path, new: Path) -> None:
    if old.is_dir():
        shutil.copytree(old, new)
    else:
        shutil.copy2(old, new)


def let_it_name(database: str, settings: Path) -> None:
    """What the page says of `database`: without that line it is a file in the home."""
    if not database.startswith("sqlite"):
        line = f'database = "{database}"\n'
        settings.write_text(line + settings.read_text("utf-8"), "utf-8")
