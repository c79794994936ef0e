"""`withcare work`, as it is typed and stopped."""

import os
import signal
import subprocess
import sys
from pathlib import Path

from knowledge_base.clearing import LEFT, REBUILD, made_at
from knowledge_base.store import Store
from knowledge_base.watching import Watermark, keep_watermark
from policies.rulebook import Rulebook
from tests.withcare.test_commands import Shell, import_words, shell
from withcare.exit_codes import ExitCode

__all__ = ["shell"]


def test_it_does_what_is_due_and_ends(shell: Shell) -> None:
    assert "not tried yet" not in shell.done("work", "--once")
    listed = shell.done("work", "--list")
    for kind in ("dates", "questions", "views"):
        assert f"{kind}: done" in listed


def test_one_kind_alone_is_done_where_it_is_named(shell: Shell) -> None:
    shell.done("work", "--once", "--only", "dates")
    assert shell.done("work", "--list").startswith("dates: done")
    assert shell.run("work", "--only", "dats").exit_code == ExitCode.ERROR


def test_what_the_worker_leaves_to_somebody_is_said(
    tmp_path: Path, mariadb_url: str
) -> None:
    shell = Shell(tmp_path / "home")
    shell.home.mkdir()
    (shell.home / "settings.toml").write_text(f'database = "{mariadb_url}"\n', "utf-8")
    shell.done("kb", "init")
    assert REBUILD not in shell.done("work", "--list")
    rulebook = Rulebook.shipped()
    store = Store.open(mariadb_url, rulebook=rulebook, destinations=(), keys=None)
    with store.writing() as db:
        keep_watermark(db, LEFT, Watermark(made_at(db)))
    store.close()
    assert REBUILD in shell.done("work", "--list")


def test_who_waits_ends_when_told_to(shell: Shell, tmp_path: Path) -> None:
    words = [sys.executable, "-m", "withcare", "work"]
    environment = {**os.environ, "WITHCARE_HOME": str(shell.home)}
    with subprocess.Popen(
        words, env=environment, stderr=subprocess.PIPE, stdin=subprocess.DEVNULL
    ) as waiting:
        while "views: done" not in shell.run("work", "--list").stdout:
            assert waiting.poll() is None
        waiting.send_signal(signal.SIGTERM)
        assert waiting.wait() == ExitCode.DONE
        assert waiting.stderr is not None
        assert waiting.stderr.read() == b""


def test_an_import_is_left_to_the_worker_shown_and_done(shell: Shell) -> None:
    rows = shell.home / "rows.csv"
    rows.write_text("identifier,title\nB.1,Kettle (invented)\n", "utf-8")
    said = shell.done(*import_words(rows), "--later")
    job = said.split()[5].rstrip(":")
    assert f"import {job}: 0 rows, asked for" in shell.done("work", "--list")
    shell.done("work", "--once")
    assert f"import {job}: done, 1 rows" in shell.done("work", "--list")
    assert "1 unchanged" in shell.done(*import_words(rows))


def test_an_import_that_was_left_is_cancelled_by_its_house(shell: Shell) -> None:
    rows = shell.home / "rows.csv"
    rows.write_text("identifier,title\nB.1,Kettle (invented)\n", "utf-8")
    job = shell.done(*import_words(rows), "--later").split()[5].rstrip(":")
    nobody = shell.run("work", "--cancel", job)
    assert nobody.exit_code == ExitCode.ERROR
    assert "--as ACCOUNT" in nobody.stderr
    for other in ("dates", "0" * 32):
        refused = shell.run("work", "--cancel", other, "--as", "ilse")
        assert "no such job here" in refused.stderr
    assert "Cancelled" in shell.done("work", "--cancel", job, "--as", "ilse")
    shell.done("work", "--once")
    assert f"import {job}: cancelled" in shell.done("work", "--list")
    assert "1 received" in shell.done(*import_words(rows))


def test_an_import_that_cannot_be_done_needs_a_person(shell: Shell) -> None:
    rows = shell.home / "rows.csv"
    rows.write_text("identifier,title\nB.1,Kettle (invented)\n", "utf-8")
    shell.done(*import_words(rows), "--later")
    rows.unlink()
    ended = shell.run("work", "--once")
    assert ended.exit_code == ExitCode.NEEDS_A_PERSON
    assert "import: refused" in ended.stderr
    anyone = shell.done("work", "--list")
    assert "add --as ACCOUNT to read why" in anyone
    assert str(rows) not in anyone
    assert str(rows) in shell.done("work", "--list", "--as", "ilse")
