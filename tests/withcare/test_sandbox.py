"""The sandbox wiki: started, taken back and ended, with accounts that differ."""

import os
import signal
import stat
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from click.testing import CliRunner

from withcare.commands.sandbox import sandbox as command
from withcare.sandbox import (
    RunningSandbox,
    Sandbox,
    SandboxFailed,
    SandboxUnavailable,
    find,
    prepare_image,
)
from withcare.sandbox.image import is_whole
from withcare.sandbox.mediawiki import MediaWiki, find_mediawiki
from withcare.sandbox.process_group import ProcessGroup
from withcare.sandbox.restore import restore

pytest_plugins = ["tests.wiki_fixtures"]

SECRET = "a text that nobody may read later"


@pytest.fixture
def own_wiki(
    tmp_path: Path, mediawiki: MediaWiki, sandbox_images: Path
) -> Iterator[RunningSandbox]:
    """A wiki that the test may stop or kill."""
    running = Sandbox.start(
        tmp_path / "own", images=sandbox_images, mediawiki=mediawiki
    )
    yield running
    running.stop()


def test_it_answers_as_mediawiki_and_says_where(wiki: RunningSandbox) -> None:
    general = wiki.visitor().get(action="query", meta="siteinfo")["query"]["general"]

    assert general["server"] == wiki.address
    assert general["scriptpath"] == ""
    assert general["generator"] == wiki.version()
    assert wiki.visitor().page("/wiki/Main_Page")[0] == 200


def test_the_skins_and_extensions_are_there(wiki: RunningSandbox) -> None:
    asked = wiki.visitor().get(
        action="query", meta="siteinfo", siprop="extensions|skins|extensiontags"
    )["query"]

    skins = {skin["code"] for skin in asked["skins"]}
    names = {extension["name"] for extension in asked["extensions"]}
    assert {"vector", "vector-2022", "minerva", "monobook", "timeless"} <= skins
    assert {"Gadgets", "ParserFunctions", "Scribunto", "TemplateData"} <= names


def test_a_page_runs_lua(wiki: RunningSandbox) -> None:
    deploy = wiki.visitor("deploy")
    deploy.edit("Module:Sum", "return {of = function() return 40 + 2 end}")

    reply = deploy.get(
        action="parse", text="{{#invoke:Sum|of}}", contentmodel="wikitext"
    )

    assert "<p>42" in reply["parse"]["text"]


def test_links_and_categories_are_there_once_it_settled(wiki: RunningSandbox) -> None:
    wiki.visitor("human").edit("A page", "[[Category:Baskets]]")
    wiki.settle()

    found = wiki.visitor().get(
        action="query", list="categorymembers", cmtitle="Category:Baskets"
    )

    assert [page["title"] for page in found["query"]["categorymembers"]] == ["A page"]


def test_a_reset_takes_an_edit_back(wiki: RunningSandbox) -> None:
    wiki.visitor("human").edit("A page", "to be taken back")
    assert "to be taken back" in wiki.visitor().page("/wiki/A_page")[1]

    wiki.reset()

    status, text = wiki.visitor().page("/wiki/A_page")
    assert status == 404
    assert "to be taken back" not in text


def test_a_reset_takes_messages_and_sessions_back(wiki: RunningSandbox) -> None:
    admin = wiki.visitor("admin")
    admin.edit("MediaWiki:Mainpage", "Elsewhere")
    assert "/wiki/Elsewhere" in wiki.visitor().page("/wiki/Special:Version")[1]

    wiki.reset()

    assert "/wiki/Elsewhere" not in wiki.visitor().page("/wiki/Special:Version")[1]
    who = admin.get(action="query", meta="userinfo")["query"]["userinfo"]
    assert who["id"] == 0


def test_a_reset_while_people_edit_leaves_a_whole_wiki(wiki: RunningSandbox) -> None:
    over = threading.Event()

    def edit_on(name: str) -> None:
        number = 0
        while not over.is_set():
            number += 1
            wiki.visitor().edit(f"{name} {number}", "[[Category:Many]]")

    editors = [threading.Thread(target=edit_on, args=(name,)) for name in ("A", "B")]
    for editor in editors:
        editor.start()
    try:
        for _ in range(10):
            wiki.reset()
    finally:
        over.set()
        for editor in editors:
            editor.join()

    assert "edit" in wiki.visitor("human").edit("Afterwards", "whole")


def test_a_reset_that_was_interrupted_is_done_by_the_next_start(
    own_wiki: RunningSandbox, sandbox_images: Path, tmp_path: Path
) -> None:
    own_wiki.visitor("human").edit("A page", "half taken back")
    broken = tmp_path / "image"
    (broken / "database").mkdir(parents=True)
    with pytest.raises(FileNotFoundError):
        restore(own_wiki.layout, broken)
    own_wiki.layout.accounts.unlink()

    again = Sandbox.start(own_wiki.directory, images=sandbox_images)

    assert again.is_ready()
    assert again.visitor("human").page("/wiki/A_page")[0] == 404


def test_the_bot_signs_in_edits_with_its_tag_and_is_marked(
    wiki: RunningSandbox,
) -> None:
    bot = wiki.visitor("bot")
    saved = bot.edit("A page", "by the bot", bot=1, tags="withcare")

    changes = bot.get(
        action="query", list="recentchanges", rcprop="flags|tags|user", rclimit=1
    )["query"]["recentchanges"]

    assert saved["edit"]["result"] == "Success"
    assert changes[0]["user"] == "WithcareBot"
    assert changes[0]["bot"]
    assert changes[0]["tags"] == ["withcare"]


@pytest.mark.parametrize(
    "act",
    [
        {"action": "delete", "title": "A page"},
        {"action": "protect", "title": "A page", "protections": "edit=sysop"},
        {"action": "revisiondelete", "type": "revision", "ids": 1, "hide": "content"},
    ],
    ids=lambda act: act["action"],
)
def test_the_bot_can_neither_delete_nor_hide(
    wiki: RunningSandbox, act: dict[str, object]
) -> None:
    wiki.visitor("human").edit("A page", "by a person")

    reply = wiki.visitor("bot").post(**act)

    assert reply["error"]["code"] == "permissiondenied"


def hide_the_first_text(wiki: RunningSandbox) -> int:
    """A page whose first text is hidden by the withdrawal account; its revision."""
    human = wiki.visitor("human")
    first: int = human.edit("A page", SECRET, summary="begun")["edit"]["newrevid"]
    human.edit("A page", "nothing to see")
    reply = wiki.visitor("withdrawal").post(
        action="revisiondelete",
        type="revision",
        ids=first,
        hide="content|comment",
        suppress="yes",
    )
    assert reply["revisiondelete"]["status"] == "Success"
    assert "errors" not in reply["revisiondelete"]["items"][0]
    return first


def test_what_the_withdrawal_account_hid_nobody_else_reads(
    wiki: RunningSandbox,
) -> None:
    first = hide_the_first_text(wiki)

    for role in (None, "human", "bot", "deploy"):
        visitor = wiki.visitor(role)
        for path in (
            f"/index.php?oldid={first}",
            f"/index.php?oldid={first}&action=raw",
            f"/api.php?action=parse&oldid={first}&format=json",
            f"/rest.php/v1/revision/{first}",
            f"/rest.php/v1/revision/{first}/html",
        ):
            assert SECRET not in visitor.page(path)[1], (role, path)


def test_what_the_withdrawal_account_hid_the_admin_sees(wiki: RunningSandbox) -> None:
    first = hide_the_first_text(wiki)

    asked = wiki.visitor("admin").get(
        action="query", prop="revisions", revids=first, rvprop="content", rvslots="main"
    )

    revision = asked["query"]["pages"][0]["revisions"][0]
    assert revision["slots"]["main"]["content"] == SECRET
    assert revision["suppressed"]


def test_the_withdrawal_account_deletes_and_hides_the_log(wiki: RunningSandbox) -> None:
    wiki.visitor("human").edit("A page", SECRET)
    withdrawal = wiki.visitor("withdrawal")
    deleted = withdrawal.post(action="delete", title="A page", reason="withdrawn")

    hidden = withdrawal.post(
        action="revisiondelete",
        type="logging",
        ids=deleted["delete"]["logid"],
        hide="content",
        suppress="yes",
    )

    assert hidden["revisiondelete"]["status"] == "Success"
    log = wiki.visitor().get(action="query", list="logevents", leaction="delete/delete")
    assert "A page" not in str(log)


def test_the_deploy_account_writes_templates_and_scripts(wiki: RunningSandbox) -> None:
    deploy = wiki.visitor("deploy")

    for title in ("Template:Label", "MediaWiki:Gadget-a.js", "MediaWiki:Gadget-a.css"):
        assert deploy.edit(title, "/* ours */")["edit"]["result"] == "Success"


def test_the_read_only_file_locks_edits(wiki: RunningSandbox) -> None:
    human = wiki.visitor("human")
    wiki.make_read_only("moving house")

    refused = human.edit("A page", "too late")
    wiki.make_writable()

    assert refused["error"]["code"] == "readonly"
    assert human.edit("A page", "in time")["edit"]["result"] == "Success"


def test_the_request_log_counts_what_arrived(wiki: RunningSandbox) -> None:
    human = wiki.visitor("human")
    with wiki.request_log.recording() as recording:
        human.edit("A page", SECRET)
        human.page("/wiki/A_page")
    human.page("/wiki/A_page")

    told = [(request.method, request.path) for request in recording.requests]
    assert told[-2:] == [("POST", "/api.php"), ("GET", "/wiki/A_page")]
    assert len(recording.api) == 2  # the token, and the edit
    assert recording.edits[0].params["title"] == "A page"


def test_the_request_log_holds_no_text_and_no_secret(wiki: RunningSandbox) -> None:
    with wiki.request_log.recording():
        wiki.visitor("human").edit("A page", SECRET)

    noted = wiki.layout.request_log.read_text()
    assert "lgpassword" not in noted
    assert wiki.accounts["human"].bot_password not in noted
    assert "token=" not in noted
    assert SECRET not in noted


def test_the_request_log_is_off_until_it_is_asked_for(wiki: RunningSandbox) -> None:
    before = wiki.request_log.mark()
    wiki.visitor().page("/wiki/Main_Page")

    assert not wiki.request_log.is_on
    assert wiki.request_log.since(before) == ()


def test_nothing_outside_the_wikis_folders_is_served(wiki: RunningSandbox) -> None:
    for path in (
        "/images/../accounts.json",
        "/images/%2e%2e/accounts.json",
        "/accounts.json",
        "/extensions/Gadgets/../../../../../etc/hostname",
        "/includes/Setup.php",
        "/maintenance/install.php",
        "/resources/Resources.php",
        "/mw-config/index.php",
    ):
        assert wiki.visitor().page(path)[0] == 404, path


def test_the_accounts_are_for_their_owner_alone(wiki: RunningSandbox) -> None:
    for file in (wiki.layout.accounts, wiki.layout.secret):
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert wiki.accounts["bot"].bot_password not in repr(wiki)


def test_starting_it_again_changes_nothing(
    own_wiki: RunningSandbox, sandbox_images: Path
) -> None:
    again = Sandbox.start(own_wiki.directory, images=sandbox_images)

    assert again == own_wiki
    assert again.group.members() == own_wiki.group.members()


def test_a_stop_ends_every_process_and_keeps_the_pages(
    own_wiki: RunningSandbox, sandbox_images: Path
) -> None:
    own_wiki.visitor("human").edit("A page", "kept")
    own_wiki.stop()
    assert own_wiki.group.members() == ()
    assert find(own_wiki.directory) is None

    again = Sandbox.start(own_wiki.directory, images=sandbox_images)

    assert "kept" in again.visitor().page("/wiki/A_page")[1]
    assert again.address == own_wiki.address


def test_a_wiki_keeps_its_pages_when_its_image_is_gone(
    own_wiki: RunningSandbox, sandbox_images: Path, tmp_path: Path
) -> None:
    own_wiki.visitor("human").edit("A page", "kept")
    own_wiki.stop()
    own_wiki.layout.image.write_text(str(tmp_path / "gone"))

    again = Sandbox.start(own_wiki.directory, images=sandbox_images)

    assert "kept" in again.visitor().page("/wiki/A_page")[1]
    with pytest.raises(SandboxFailed, match="withcare sandbox reset"):
        again.reset()


def test_a_stop_ends_the_workers_of_a_killed_server(own_wiki: RunningSandbox) -> None:
    leader, *workers = own_wiki.group.members()
    os.kill(leader, signal.SIGKILL)
    assert set(workers) <= set(own_wiki.group.members())

    own_wiki.stop()

    assert own_wiki.group.members() == ()


START_AND_DIE = """
import os, signal, sys
from pathlib import Path
from withcare.sandbox import Sandbox
Sandbox.start(Path(sys.argv[1]), images=Path(sys.argv[2]))
os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.mark.usefixtures("mediawiki")
def test_a_killed_run_is_cleared_by_the_next(
    tmp_path: Path, sandbox_images: Path
) -> None:
    program = [sys.executable, "-c", START_AND_DIE, str(tmp_path), str(sandbox_images)]
    died = subprocess.run(program, check=False, stdin=subprocess.DEVNULL)
    left = find(tmp_path)
    assert died.returncode == -signal.SIGKILL
    assert left is not None

    with stopped_afterwards(Sandbox.start(tmp_path, images=sandbox_images)) as again:
        assert again.version() is not None
    assert left.group.members() == ()


def test_a_lock_file_of_a_wiki_that_is_gone_is_ignored(
    own_wiki: RunningSandbox, sandbox_images: Path
) -> None:
    for pid in own_wiki.group.members():
        os.kill(pid, signal.SIGKILL)
    own_wiki.group.end()
    assert own_wiki.layout.running.exists()
    assert find(own_wiki.directory) is None

    assert (
        Sandbox.start(own_wiki.directory, images=sandbox_images).version() is not None
    )


HOLD_OPEN = "import sys; file = open(sys.argv[1], 'w'); print(flush=True); input()"


def test_a_group_says_which_folder_it_has_files_open_in(tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    command = (sys.executable, "-c", HOLD_OPEN, str(folder / "file"))
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as reader:
        assert reader.stdout is not None
        reader.stdout.readline()
        group = ProcessGroup(command)

        assert group.members() == (reader.pid,)
        assert group.holds_open(folder)
        assert not group.holds_open(tmp_path / "other")
        reader.kill()


def test_an_image_of_which_a_part_is_left_is_made_anew(
    mediawiki: MediaWiki, tmp_path: Path
) -> None:
    image = prepare_image(tmp_path, [("Template:A", "a")], mediawiki=mediawiki)
    (image / "accounts.json").unlink()

    again = prepare_image(tmp_path, [("Template:A", "a")], mediawiki=mediawiki)

    assert again == image
    assert is_whole(image)


def test_where_mediawiki_is_absent_it_says_what_to_install(tmp_path: Path) -> None:
    with pytest.raises(SandboxUnavailable, match="debian_packages.sh demo"):
        find_mediawiki(tmp_path)


@pytest.mark.usefixtures("mediawiki")
def test_the_command_starts_shows_resets_and_stops(tmp_path: Path) -> None:
    def said(word: str) -> str:
        ran = CliRunner(env={"WITHCARE_HOME": str(tmp_path)}).invoke(command, [word])
        assert ran.exit_code == 0, ran.output
        return ran.output

    assert "withcare sandbox start" in said("status")
    first = said("start")
    assert f"written:   {tmp_path / 'settings.toml'}" in first
    assert "withcare bot run" in first
    running = find(tmp_path / "sandbox")
    assert running is not None
    with stopped_afterwards(running):
        assert "runs already" in said("start")
        shown = said("status")
        assert running.address in shown
        assert "withcare sandbox stop" in shown
        running.visitor("human").edit("A page", "to be taken back")
        assert "as new" in said("reset")
        assert running.visitor().page("/wiki/A_page")[0] == 404
        assert "stopped" in said("stop")
    assert find(tmp_path / "sandbox") is None
    for credentials in running.accounts.values():
        assert credentials.password not in first + shown
        assert credentials.bot_password not in first + shown


@contextmanager
def stopped_afterwards(running: RunningSandbox) -> Iterator[RunningSandbox]:
    try:
        yield running
    finally:
        running.stop()
