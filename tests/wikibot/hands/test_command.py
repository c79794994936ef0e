"""`withcare bot …` from a shell, with the exit code that a schedule goes by."""

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from knowledge_base.journeys import State
from tests.wikibot.hands.bench import Bench, make_bench, settings_text
from withcare.cli import app
from withcare.sandbox import RunningSandbox

pytest_plugins = ["tests.wiki_fixtures"]


class Shell:
    """A shell with a home of withcare."""

    def __init__(self, bench: Bench, home: Path) -> None:
        self.bench, self.home = bench, home
        self.settle(live=True)

    def settle(self, *, live: bool) -> None:
        text = settings_text(self.bench, live=live)
        (self.home / "settings.toml").write_text(text)

    def __call__(self, *words: str) -> Result:
        runner = CliRunner(env={"WITHCARE_HOME": str(self.home)})
        return runner.invoke(app, ["bot", *words])


@pytest.fixture
def shell(tmp_path: Path, wiki: RunningSandbox) -> Shell:
    home = tmp_path / "home"
    home.mkdir()
    bench = make_bench(home, wiki, f"sqlite:///{home / 'withcare.sqlite'}")
    return Shell(bench, home)


def test_a_run_says_what_it_did_and_the_head_of_the_chain(shell: Shell) -> None:
    record = shell.bench.approved(description="Carved from one trunk.")

    ran = shell("run")

    assert ran.exit_code == 0, ran.output
    assert "own-wiki: 1 saved" in ran.output
    assert "· head " in ran.output
    assert "Carved" not in ran.output
    assert shell.bench.world.state(record) is State.PUBLISHED


def test_a_dry_run_writes_nothing(shell: Shell) -> None:
    record = shell.bench.approved()

    ran = shell("run", "--dry-run")

    assert ran.exit_code == 0
    assert f"created {record}" in ran.output
    assert shell.bench.world.state(record) is State.APPROVED


def test_where_it_is_not_live_the_plan_says_why(shell: Shell) -> None:
    shell.bench.approved()
    shell.settle(live=False)

    ran = shell("publish")

    assert ran.exit_code == 0
    assert "not live" in ran.output


def test_a_conflict_ends_with_two(shell: Shell) -> None:
    record = shell.bench.approved()
    assert shell("run").exit_code == 0
    shell.bench.wiki.visitor("human").edit(shell.bench.page(record).title, "my own")

    ran = shell("watch")

    assert ran.exit_code == 2
    assert f"{record} needs a person: changed-on-wiki" in ran.output


def test_a_wiki_that_is_read_only_ends_with_one(shell: Shell) -> None:
    shell.bench.approved()
    shell.bench.wiki.make_read_only("moving house")

    ran = shell("run")
    shell.bench.wiki.make_writable()

    assert ran.exit_code == 1
    assert "stopped: read-only" in ran.output


def test_each_part_can_be_run_alone(shell: Shell) -> None:
    item = shell.bench.world.item()
    shell.bench.world.concern(item, "nobody")

    for part in ("propose", "publish", "watch", "withdraw", "reconcile", "deploy"):
        ran = shell(part)
        assert ran.exit_code == 0, (part, ran.output)

    assert shell.bench.page(item).status == "proposed"
