"""`withcare work`, as it is typed and stopped."""

import os
import signal
import subprocess
import sys
from pathlib import Path

from tests.withcare.test_commands import Shell, shell
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
