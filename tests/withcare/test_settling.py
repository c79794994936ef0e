"""`sandbox start` leaves what the bot needs, and touches nothing a person wrote."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from knowledge_base.settings import read_settings
from wikibot.hands.keys import key_file, read_key
from withcare.cli import app
from withcare.exit_codes import ExitCode
from withcare.sandbox import RunningSandbox
from withcare.sandbox.settling import ID, Settled, settle

pytest_plugins = ["tests.wiki_fixtures"]
TABLE = "http://127.0.0.1:8470"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    made = tmp_path / "home"
    made.mkdir()
    return made


def run(home: Path, *words: str) -> str:
    ran = CliRunner(env={"WITHCARE_HOME": str(home)}).invoke(app, list(words))
    assert ran.exit_code == ExitCode.DONE, ran.output
    return ran.output


def settled(home: Path, wiki: RunningSandbox) -> Settled:
    return settle(home, wiki, table=TABLE)


def test_the_bot_runs_with_what_was_written(home: Path, wiki: RunningSandbox) -> None:
    run(home, "kb", "init")

    written = settled(home, wiki).written

    assert {path.stat().st_mode & 0o777 for path in written} == {0o600}
    assert "0 saved" in run(home, "bot", "run")
    assert "0 pages deployed" in run(home, "bot", "deploy")


def test_only_this_one_wiki_on_this_machine_is_named(
    home: Path, wiki: RunningSandbox
) -> None:
    settled(home, wiki)

    [place] = read_settings(home, {}).destinations

    assert (place.id, place.live) == (ID, True)
    assert place.host.startswith("127.0.0.1:")
    assert wiki.address.endswith(place.host)


def test_again_changes_nothing(home: Path, wiki: RunningSandbox) -> None:
    settled(home, wiki)
    assert settled(home, wiki) == Settled((), ())


def test_what_a_person_wrote_stays(home: Path, wiki: RunningSandbox) -> None:
    settled(home, wiki)
    own = home / "settings.toml"
    key = key_file(home / "keys", ID, wiki.accounts["bot"].user)
    for path in (own, key):
        path.write_text(path.read_text() + "# mine\n")

    done = settled(home, wiki)

    assert (done.written, set(done.theirs)) == ((), {own, key})
    assert own.read_text().endswith("# mine\n")
    assert key.read_text().endswith("# mine\n")


def test_what_we_wrote_follows_the_wiki(home: Path, wiki: RunningSandbox) -> None:
    """Another port, or new passwords after the wiki was made anew."""
    earlier = RunningSandbox(
        "http://127.0.0.1:9", wiki.directory, wiki.accounts, wiki.group
    )
    settled(home, earlier)

    assert settled(home, wiki).written == (home / "settings.toml",)

    [place] = read_settings(home, {}).destinations
    assert wiki.address.endswith(place.host)


def test_a_wiki_that_is_not_on_this_machine_is_never_live(
    home: Path, wiki: RunningSandbox
) -> None:
    elsewhere = RunningSandbox(
        "http://wiki.example.org", wiki.directory, wiki.accounts, wiki.group
    )
    settled(home, elsewhere)
    [place] = read_settings(home, {}).destinations
    assert not place.live


def test_the_keys_can_be_read_by_the_bot(home: Path, wiki: RunningSandbox) -> None:
    settled(home, wiki)
    for role in ("bot", "withdrawal", "deploy"):
        who = wiki.accounts[role]
        key = read_key(key_file(home / "keys", ID, who.user))
        assert (key.name, key.password) == (who.login_name, who.bot_password)
