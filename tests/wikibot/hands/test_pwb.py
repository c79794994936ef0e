"""People who know pywikibot feel at home, and no option of theirs widens a yes."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from knowledge_base.journeys import State
from tests.wikibot.hands.bench import Bench, make_bench, settings_text
from withcare.sandbox import RunningSandbox

pytest_plugins = ["tests.wiki_fixtures"]

ROOT = Path(__file__).parents[3]
PWB = Path(sys.executable).with_name("pwb")

USER_CONFIG = """
family = mylang = "ourwiki"
family_files["ourwiki"] = "{api}"
usernames["ourwiki"]["ourwiki"] = "{account}"
password_file = "user-password.py"
put_throttle = 0
pwb_cut_off = 0.99
"""


class Pwb:
    """A person's pywikibot, with a home of withcare beside it."""

    def __init__(self, bench: Bench, home: Path, directory: Path) -> None:
        self.bench, self.home, self.directory = bench, home, directory
        directory.mkdir()
        self.settings(live=True)
        self.user_config()
        password = directory / "user-password.py"
        password.touch(mode=0o600)
        who = bench.wiki.accounts["bot"]
        password.write_text(
            f'("{who.user}", BotPassword("withcare", "{who.bot_password}"))\n'
        )

    def settings(self, *, live: bool) -> None:
        text = settings_text(self.bench, live=live)
        (self.home / "settings.toml").write_text(text)

    def user_config(self, account: str = "WithcareBot", api: str = "") -> None:
        path = self.directory / "user-config.py"
        path.touch(mode=0o600)
        path.write_text(
            USER_CONFIG.format(api=api or self.bench.wiki.api, account=account)
        )

    def move_to(self, host: str) -> None:
        """Both files name another host, where nobody may be listening."""
        path = self.home / "settings.toml"
        path.write_text(path.read_text().replace(self.bench.place.host, host))
        self.user_config(api=f"http://{host}/api.php")

    def __call__(self, *words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [str(PWB), *words],
            check=False,
            capture_output=True,
            text=True,
            timeout=120,
            stdin=subprocess.DEVNULL,
            cwd=self.directory,
            env={
                "PATH": os.environ["PATH"],
                "HOME": str(self.directory),
                "PYWIKIBOT_DIR": str(self.directory),
                "WITHCARE_HOME": str(self.home),
            },
        )


@pytest.fixture
def pwb(tmp_path: Path, wiki: RunningSandbox) -> Iterator[Pwb]:
    home = tmp_path / "home"
    home.mkdir()
    bench = make_bench(home, wiki, f"sqlite:///{home / 'withcare.sqlite'}")
    yield Pwb(bench, home, tmp_path / "pywikibot")
    bench.world.store.close()


def test_kb_sync_saves_what_was_approved_and_no_more(pwb: Pwb) -> None:
    record, waiting = pwb.bench.approved(), pwb.bench.world.item()

    ran = pwb("kb_sync", "-always")

    assert ran.returncode == 0, ran.stderr
    assert "1 saved" in ran.stderr + ran.stdout
    assert pwb.bench.world.state(record) is State.PUBLISHED
    assert pwb.bench.world.state(waiting) is State.IN_REVIEW


def test_generators_make_a_run_smaller_and_never_larger(pwb: Pwb) -> None:
    one, other = pwb.bench.approved(), pwb.bench.approved()
    title = pwb.bench.page(one).title

    ran = pwb("kb_sync", f"-page:{title}", "-page:Main Page", "-ns:0", "-limit:5")

    assert ran.returncode == 0, ran.stderr
    assert pwb.bench.world.state(one) is State.PUBLISHED
    assert pwb.bench.world.state(other) is State.APPROVED


def test_a_filter_alone_chooses_among_the_pages_that_are_due(pwb: Pwb) -> None:
    pwb.bench.published()
    both = [pwb.bench.approved(), pwb.bench.approved()]
    other, one = sorted(both, key=lambda record: pwb.bench.page(record).title)
    wanted = f"-titleregex:{re.escape(pwb.bench.page(one).title)}"

    ran = pwb("kb_sync", wanted, "-limit:1")

    assert ran.returncode == 0, ran.stderr
    assert pwb.bench.world.state(one) is State.PUBLISHED
    assert pwb.bench.world.state(other) is State.APPROVED


def test_a_limit_alone_saves_so_many_pages(pwb: Pwb) -> None:
    records = [pwb.bench.approved(), pwb.bench.approved()]

    ran = pwb("kb_sync", "-limit:1")

    assert ran.returncode == 0, ran.stderr
    states = [pwb.bench.world.state(record) for record in records]
    assert sorted(states) == [State.APPROVED, State.PUBLISHED]


def test_a_filter_that_lets_nothing_through_saves_nothing(pwb: Pwb) -> None:
    record = pwb.bench.approved()

    ran = pwb("kb_sync", "-ns:10")

    assert ran.returncode == 0, ran.stderr
    assert pwb.bench.world.state(record) is State.APPROVED


@pytest.mark.parametrize("script", ["kb_sync", "kb_withdraw"])
@pytest.mark.parametrize(
    "words",
    [("-site:wikipedia:test",), ("-family:wikipedia", "-lang:test"), ("-site:x:y",)],
    ids=" ".join,
)
def test_another_wiki_on_the_command_line_is_refused_before_it_is_asked(
    pwb: Pwb, script: str, words: tuple[str, ...]
) -> None:
    pwb.bench.approved()

    ran = pwb(script, *words)

    assert ran.returncode == 1
    assert "settings.toml" in ran.stderr
    assert "Traceback" not in ran.stderr


@pytest.mark.parametrize(
    "words",
    [
        ("-transcludes:Withcare item", "-ns:0", "-limit:9"),
        ("-maxlag:3", "-putthrottle:0", "-log:a.log"),
        ("-site:ourwiki:ourwiki", "-user:WithcareBot", "-always"),
    ],
    ids=" ".join,
)
def test_the_options_of_pywikibot_are_known(pwb: Pwb, words: tuple[str, ...]) -> None:
    record = pwb.bench.published(description="One.")
    pwb.bench.tell_otherwise(record, description="Two.")
    pwb.bench.approve_again(record)
    pwb.bench.wiki.settle()

    ran = pwb("kb_sync", f"-dir:{pwb.directory}", *words)

    assert ran.returncode == 0, ran.stderr
    assert "Two." in pwb.bench.text(record)


def test_simulate_writes_nothing_anywhere(pwb: Pwb) -> None:
    record = pwb.bench.approved()

    with pwb.bench.wiki.request_log.recording() as recording:
        ran = pwb("kb_sync", "-simulate")

    assert ran.returncode == 0, ran.stderr
    assert f"created {record}" in ran.stderr + ran.stdout
    assert recording.edits == ()
    assert pwb.bench.world.state(record) is State.APPROVED


def test_a_summary_of_ones_own_is_refused_with_the_reason(pwb: Pwb) -> None:
    pwb.bench.approved()

    ran = pwb("kb_sync", "-summary:hello")

    assert ran.returncode == 1
    assert "public history" in ran.stderr


def test_what_it_does_not_know_it_refuses(pwb: Pwb) -> None:
    assert pwb("kb_sync", "-everything").returncode == 1
    assert pwb("kb_withdraw", "-page:Main Page").returncode == 1


@pytest.mark.parametrize(
    "changed",
    [{"account": "SomebodyElse"}, {"api": "http://127.0.0.1:9/api.php"}],
    ids=["account", "wiki"],
)
def test_where_the_two_files_disagree_nothing_is_done(
    pwb: Pwb, changed: dict[str, str]
) -> None:
    record = pwb.bench.approved()
    pwb.user_config(**changed)

    with pwb.bench.wiki.request_log.recording() as recording:
        ran = pwb("kb_sync")

    assert ran.returncode == 1
    assert "settings.toml" in ran.stderr
    assert recording.edits == ()
    assert pwb.bench.world.state(record) is State.APPROVED


def test_another_user_on_the_command_line_is_refused(pwb: Pwb) -> None:
    pwb.bench.approved()

    ran = pwb("kb_sync", "-user:HumanEditor")

    assert ran.returncode == 1
    assert "WithcareBot" in ran.stderr


def test_a_wiki_that_is_not_live_gets_a_plan(pwb: Pwb) -> None:
    record = pwb.bench.approved()
    pwb.settings(live=False)

    ran = pwb("kb_sync")

    assert ran.returncode == 0
    assert f"created {record}" in ran.stderr + ran.stdout
    assert pwb.bench.world.state(record) is State.APPROVED


def test_help_shows_our_options_and_those_of_pywikibot(pwb: Pwb) -> None:
    ran = pwb("kb_sync", "-help")

    said = ran.stdout + ran.stderr
    assert "-summary:    Is refused" in said
    assert "-transcludes" in said
    assert "-help:global" in said
    assert "-putthrottle" in pwb("kb_sync", "-help:global").stdout


def test_kb_withdraw_takes_back(pwb: Pwb) -> None:
    record = pwb.bench.published()
    pwb.bench.withdraw(record)

    ran = pwb("kb_withdraw")

    assert ran.returncode == 0, ran.stderr
    assert pwb.bench.world.state(record) is State.WITHDRAWN


def test_a_log_of_pywikibot_holds_no_content(pwb: Pwb) -> None:
    pwb.bench.approved(description="Quillfeather of the invented shore")

    ran = pwb("kb_sync", "-log", "-debug")

    assert ran.returncode == 0, ran.stderr
    logs = list(pwb.directory.glob("logs/*"))
    assert logs != []
    for log in logs:
        text = log.read_text(errors="replace")
        assert "Quillfeather" not in text
        assert pwb.bench.wiki.accounts["bot"].bot_password not in text


def test_the_example_of_a_user_config_loads(tmp_path: Path) -> None:
    example = tmp_path / "user-config.py"
    example.write_bytes((ROOT / "user-config.example.py").read_bytes())
    example.chmod(0o600)
    password = tmp_path / "user-password.py"
    password.touch(mode=0o600)
    program = (
        "import pywikibot; from pywikibot import config;"
        "site = pywikibot.Site;"
        "print(config.family, config.usernames['ourwiki']['ourwiki'],"
        " config.pwb_cut_off, config.put_throttle, config.password_file,"
        " 'contact' in config.user_agent_description)"
    )
    loaded = subprocess.run(
        [sys.executable, "-W", "error", "-c", program],
        check=True,
        capture_output=True,
        text=True,
        cwd=tmp_path,
        env={"PATH": os.environ["PATH"], "PYWIKIBOT_DIR": str(tmp_path)},
    )

    said = "ourwiki WithcareBot 0.99 10 user-password.py True"
    assert loaded.stdout.strip() == said
    assert loaded.stderr == ""


@pytest.mark.parametrize(
    "words", [("-page",), ("-limit",), ("-limit:x", "-page:A")], ids=" ".join
)
def test_an_option_without_its_value_ends_in_a_sentence(
    pwb: Pwb, words: tuple[str, ...]
) -> None:
    record = pwb.bench.approved()

    ran = pwb("kb_sync", *words)

    assert ran.returncode == 1
    assert "An option" in ran.stderr
    assert "Traceback" not in ran.stderr
    assert pwb.bench.world.state(record) is State.APPROVED


@pytest.mark.parametrize(
    "words", [("kb_sync",), ("kb_sync", "-page:A"), ("kb_withdraw",)], ids=" ".join
)
def test_a_wiki_that_is_down_ends_in_a_sentence(
    pwb: Pwb, words: tuple[str, ...]
) -> None:
    record = pwb.bench.approved()
    pwb.move_to("127.0.0.1:9")

    ran = pwb(*words)

    assert ran.returncode == 1
    assert "does not answer" in " ".join(ran.stderr.split())
    assert "Traceback" not in ran.stderr
    assert pwb.bench.world.state(record) is State.APPROVED
