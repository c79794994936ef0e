"""The command `withcare`: finds the group asked for and says errors plainly."""

import os
import sys
from collections.abc import Sequence
from typing import Any

import rich_click as click
from click.exceptions import Exit, NoArgsIsHelpError

from policies.errors import WithcareError
from withcare.exit_codes import ExitCode
from withcare.file_faults import told_of_file
from withcare.lazy import Later

KEEP = "What we know"
ANSWER = "Those concerned"
SHARE = "The wiki"

COMMANDS = (
    Later("kb", "Keep the records: set up, import, erase, audit, backup.", panel=KEEP),
    Later("keys", "List, replace and hand over what seals the records.", panel=KEEP),
    Later("policies", "Read, check and explain the rules.", panel=KEEP),
    Later("work", "Do what falls due in the background.", panel=KEEP),
    Later("community", "Name communities; write down whom they named.", panel=ANSWER),
    Later("review", "Serve the review app; add accounts to it.", panel=ANSWER),
    Later("bot", "Propose, publish, watch and withdraw pages.", panel=SHARE),
    Later("sandbox", "Run a wiki of our own on this machine.", panel=SHARE),
    Later("demo", "Show the whole way of a record, once.", hidden=True),
)


class Withcare(click.RichGroup):
    """The root group; it alone decides with which code the command ends."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """In the order of the table above: a record is kept before it is shared."""
        return list(self.commands)

    def main(
        self,
        args: Sequence[str] | None = None,
        prog_name: str | None = None,
        complete_var: str | None = None,
        standalone_mode: bool = True,
        windows_expand_args: bool = True,
        **extra: Any,
    ) -> Any:
        """Ends the process with 0, 1 or 2; click alone gives a typing error a 2."""
        name = prog_name or "withcare"
        self._main_shell_completion(extra, name, complete_var)
        words = list(sys.argv[1:] if args is None else args)
        try:
            code = self._run(name, words, **extra)
            sys.stdout.flush()
        except BrokenPipeError:
            code = _stop_talking()
        if standalone_mode:
            sys.exit(code)
        return code

    def _run(self, name: str, words: list[str], **extra: Any) -> int:
        try:
            with self.make_context(name, words, **extra) as context:
                self.invoke(context)
        except Exit as ending:
            return ending.exit_code
        except NoArgsIsHelpError as asked:
            click.echo(asked.message)
        except click.ClickException as error:
            error.show()
            return ExitCode.ERROR
        except WithcareError as error:
            click.echo(f"withcare: {error}", err=True)
            return ExitCode.ERROR
        except OSError as error:
            said = told_of_file(error)
            if said is None:
                raise
            click.echo(f"withcare: {said}", err=True)
            return ExitCode.ERROR
        except (click.Abort, KeyboardInterrupt, EOFError):
            click.echo("withcare: stopped before it was done.", err=True)
            return ExitCode.ERROR
        return ExitCode.DONE


@click.group(cls=Withcare, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="withcare")
def app() -> None:
    """Share heritage as far as those concerned have said, and no further."""


for _command in COMMANDS:
    app.add_command(_command)


def main() -> None:
    """The console script."""
    _open_missing_streams()
    app.main(prog_name="withcare")


def _open_missing_streams() -> None:
    # A schedule may start us without streams; the next file opened would then become
    # stream 0 and be handed to every process we start.
    for number, name in enumerate(("stdin", "stdout", "stderr")):
        if getattr(sys, name) is None:
            os.open(os.devnull, os.O_RDWR)
            mode = "w" if number else "r"
            setattr(sys, name, open(number, mode, closefd=False))  # noqa: SIM115 - for life


def _stop_talking() -> int:
    # Whoever read our output has gone; Python would try once more when it ends.
    nothing = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nothing, sys.stdout.fileno())
    return ExitCode.ERROR
