"""Where the bot may go, as whom, and what it may not do on the way."""

import subprocess
import sys
from pathlib import Path

import msgspec
import pytest

from knowledge_base.journeys import State
from knowledge_base.settings import Place, Settings
from tests.wikibot.hands.bench import Bench
from wikibot.hands.errors import AlreadyRunning, KeyUnusable, NotConfigured
from wikibot.hands.keys import BotPassword, read_key, write_key
from wikibot.hands.locks import alone
from wikibot.hands.optout import is_left_alone
from wikibot.hands.site import connect
from wikibot.hands.stored import as_stored, sha1_of

pytest_plugins = ["tests.wiki_fixtures"]

KEY = BotPassword("Bot@name", "secret")


def settings_in(home: Path, **changed: object) -> Settings:
    place = Place(id="w", label="W", host="127.0.0.1:1", account="Bot")
    place = msgspec.structs.replace(place, **changed)
    return Settings(home=home, contact="mailto:a@b.example", destinations=(place,))


def test_a_key_is_read_from_a_file_of_its_own(tmp_path: Path) -> None:
    write_key(tmp_path / "keys" / "w.Bot", KEY)

    assert read_key(tmp_path / "keys" / "w.Bot") == KEY
    assert "secret" not in repr(KEY)


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o777])
def test_a_key_that_others_could_read_is_refused(tmp_path: Path, mode: int) -> None:
    write_key(tmp_path / "w.Bot", KEY)
    (tmp_path / "w.Bot").chmod(mode)

    with pytest.raises(KeyUnusable, match="others") as refused:
        read_key(tmp_path / "w.Bot")

    assert "secret" not in str(refused.value)


@pytest.mark.parametrize("text", ["", "one line", "a\nb\nc", "no-at-sign\nsecret"])
def test_a_key_that_is_none_is_refused_without_showing_it(
    tmp_path: Path, text: str
) -> None:
    path = tmp_path / "w.Bot"
    path.touch(mode=0o600)
    path.write_text(text)

    with pytest.raises(KeyUnusable) as refused:
        read_key(path)

    assert "secret" not in str(refused.value)


def test_a_link_to_a_key_is_refused(tmp_path: Path) -> None:
    write_key(tmp_path / "real", KEY)
    (tmp_path / "w.Bot").symlink_to(tmp_path / "real")

    with pytest.raises(KeyUnusable):
        read_key(tmp_path / "w.Bot")


def test_without_an_account_nobody_starts(tmp_path: Path) -> None:
    with pytest.raises(NotConfigured, match="account"):
        connect(settings_in(tmp_path, account=""), "w")


def test_without_a_way_to_reach_a_person_nobody_starts(tmp_path: Path) -> None:
    silent = msgspec.structs.replace(settings_in(tmp_path), contact="")

    with pytest.raises(NotConfigured, match="contact"):
        connect(silent, "w")


def test_two_runs_at_once_are_refused(tmp_path: Path) -> None:
    with (
        alone(tmp_path / "x.lock", "w"),
        pytest.raises(AlreadyRunning),
        alone(tmp_path / "x.lock", "w"),
    ):
        pytest.fail("both hold the lock")


def test_a_busy_publisher_does_not_keep_a_withdrawal_waiting(bench: Bench) -> None:
    record = bench.published()
    bench.withdraw(record)

    with alone(bench.doors().lock("publish"), "a test"):
        tally = bench.run()

    assert (tally.withdrawn, tally.trouble) == (1, ["busy"])
    assert tally.exit_code == 1


def test_where_it_is_not_live_nothing_is_sent_and_nothing_written(
    bench: Bench,
) -> None:
    record = bench.approved()
    bench.changed(live=False)
    length = bench.world.length(record)

    with bench.wiki.request_log.recording() as recording:
        tally = bench.run()

    assert tally.planned == [(record, "created")]
    assert recording.requests == ()
    assert bench.world.length(record) == length
    assert bench.world.state(record) is State.APPROVED


def test_a_run_restricted_to_pages_saves_only_those(bench: Bench) -> None:
    one, other = bench.approved(), bench.approved()

    tally = bench.run(only=frozenset({bench.page(one).title}))

    assert tally.saved == 1
    assert bench.world.state(one) is State.PUBLISHED
    assert bench.world.state(other) is State.APPROVED


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("{{nobots}}", True),
        ("{{ Nobots }}", True),
        ("{{bots|deny=all}}", True),
        ("{{bots|deny=OtherBot, withcare_bot}}", True),
        ("{{bots|allow=OtherBot}}", True),
        ("{{bots|allow=none}}", True),
        ("{{Withcare leave}}", True),
        ("{{bots|deny=OtherBot}}", False),
        ("{{bots|allow=Withcare bot}}", False),
        ("{{bots|allow=all}}", False),
        ("<!-- {{nobots}} -->", False),
        ("<nowiki>{{nobots}}</nowiki>", False),
        ("No bots here.", False),
    ],
)
def test_the_ways_to_say_leave_this_page_alone(text: str, left: bool) -> None:
    assert is_left_alone(text, "Withcare bot") is left


def test_a_text_is_known_as_the_wiki_stores_it(bench: Bench) -> None:
    text = "  e\u0301 one\r\ntwo \t\r\n\n"
    bench.wiki.visitor("human").edit("A page", text)
    reply = bench.wiki.visitor().get(
        action="query",
        titles="A page",
        prop="revisions",
        rvprop="sha1|content",
        rvslots="main",
    )
    stored = reply["query"]["pages"][0]["revisions"][0]

    assert stored["slots"]["main"]["content"] == as_stored(text)
    assert stored["sha1"] == sha1_of(text)


def test_no_flask_comes_with_the_hands() -> None:
    program = "import wikibot.hands.run, sys; print('flask' in sys.modules)"
    told = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        check=True,
        text=True,
        cwd=Path(__file__).parents[3],
    )

    assert told.stdout.strip() == "False"
