"""Runs commands, each in a process of its own that a power cut ends at a commit.

Everything is loaded once; each command is a fork of it, so that a matrix of many kills
stays fast.
"""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from tests.services.forks import ask, serve

ROOT = Path(__file__).parents[2]
CHANGES_TABLES = ("CREATE", "ALTER", "DROP")
COMMITS_OF_FILES = ("fsync", "link", "replace", "rename")


@dataclass(frozen=True)
class Ended:
    """How a command ended: its exit code, or None where it was killed."""

    exit_code: int | None

    @property
    def was_killed(self) -> bool:
        return self.exit_code is None


class Mortals:
    """The loaded process, asked from outside."""

    def __init__(self, talk: IO[str], listen: IO[str]) -> None:
        self._talk, self._listen = talk, listen

    def run(
        self,
        home: Path,
        *words: str,
        dies_at: int = 0,
        said: Path,
        wrong: Path | None = None,
        at_tables: bool = False,
    ) -> Ended:
        """`dies_at`: 1 is before the first commit, 2 after it, 3 before the second …

        0 lets it live. Files that are settled or named count as commits. `said` is the
        file that gets all that it says; `wrong` what goes to its standard error, where
        that is asked for apart. `at_tables`:
        every change of tables is a moment as well, for MariaDB commits it by itself.
        """
        when = {"dies_at": dies_at, "at_tables": at_tables}
        told = {"said": str(said), "wrong": str(wrong or said)}
        asked = {"home": str(home), "words": words, **told, **when}
        for file in told.values():
            Path(file).write_bytes(b"")
        status = ask(self._talk, self._listen, **asked)
        if os.WIFSIGNALED(status):
            assert os.WTERMSIG(status) == signal.SIGKILL, said.read_text("utf-8")
            return Ended(None)
        return Ended(os.waitstatus_to_exitcode(status))


@contextmanager
def mortals() -> Iterator[Mortals]:
    """The process with everything loaded; it ends with the block."""
    words = [sys.executable, "-m", "tests.withcare.mortal"]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    with subprocess.Popen(  # type: ignore[call-overload]  # the two pipes are the same kind
        words, cwd=ROOT, text=True, start_new_session=True, **pipes
    ) as running:
        try:
            yield Mortals(running.stdin, running.stdout)
            running.stdin.close()
        except BaseException:
            # A command that does not end would be waited for by both of us.
            os.killpg(running.pid, signal.SIGKILL)
            raise


def _live(
    home: str,
    words: Sequence[str],
    dies_at: int,
    said: str,
    wrong: str,
    at_tables: bool,
) -> None:
    """The command itself, in the fork; it never comes back."""
    from withcare.cli import app

    for stream, name in ((1, said), (2, wrong)):
        # Added to, since both may go to the same file.
        os.dup2(os.open(name, os.O_WRONLY | os.O_APPEND), stream)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.environ["WITHCARE_HOME"] = home
    os.chdir(Path(home).parent)  # a file is named as by whoever stands beside the home
    moments = Path(f"{said}.moments")
    die_at(dies_at, moments=moments, at_tables=at_tables, at_files=True)
    code = app.main(list(words), standalone_mode=False)
    sys.stdout.flush()
    os._exit(code)


def die_at(
    moment: int,
    *,
    moments: Path | None = None,
    at_tables: bool = False,
    at_files: bool = False,
) -> None:
    """Puts a power cut at that moment, counted over all commits of the process.

    `moments`: a file that says, at each of them, how many there were. `at_files`:
    where a file is settled or gets its name is a moment too.
    """
    from sqlalchemy.engine.default import DefaultDialect

    commit: Callable[[Any, Any], None] = DefaultDialect.do_commit
    execute: Callable[..., None] = DefaultDialect.do_execute
    passed = 0

    def pass_by() -> None:
        nonlocal passed
        passed += 1
        if moments is not None:
            moments.write_text(str(passed), "utf-8")
        if passed == moment:
            os.kill(os.getpid(), signal.SIGKILL)

    def mortal_commit(dialect: Any, connection: Any) -> None:
        pass_by()
        commit(dialect, connection)
        pass_by()

    def mortal_execute(dialect: Any, cursor: Any, statement: str, *rest: Any) -> None:
        execute(dialect, cursor, statement, *rest)
        if statement.lstrip().upper().startswith(CHANGES_TABLES):
            pass_by()

    DefaultDialect.do_commit = mortal_commit  # type: ignore[method-assign]  # only in the fork
    if at_tables:
        DefaultDialect.do_execute = mortal_execute  # type: ignore[method-assign]  # only in the fork
    if at_files:
        for name in COMMITS_OF_FILES:
            setattr(os, name, _between(pass_by, getattr(os, name), pass_by))


def _between(
    before: Callable[[], None], act: Callable[..., Any], after: Callable[[], None]
) -> Callable[..., Any]:
    def acted(*words: Any, **named: Any) -> Any:
        before()
        outcome = act(*words, **named)
        after()
        return outcome

    return acted


def _load() -> Mapping[str, object]:
    """What a command would load by itself, loaded once for all of them."""
    import withcare.commands.community
    import withcare.commands.kb
    import withcare.commands.keys
    import withcare.commands.review
    import withcare.commands.work
    from policies.rulebook import Rulebook
    from tests.knowledge_base.beforehand import compile_beforehand

    compile_beforehand()
    return {"rulebook": Rulebook.shipped(), "commands": withcare.commands}


if __name__ == "__main__":
    _load()
    serve(_live)
