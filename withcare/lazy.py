"""A command known by name alone, imported when somebody asks for it.

A host that runs only the bot has no Flask: it must still be able to read the help.
"""

import importlib
from typing import Any

import rich_click as click

from policies.errors import WithcareError

EXTRAS = {
    "flask": "web",
    "gunicorn": "web",
    "mwparserfromhell": "bot",
    "pywikibot": "bot",
}


class NotInstalled(WithcareError):
    """A command was asked for whose packages this machine does not have."""

    def __init__(self, command: str, package: str) -> None:
        self.command = command
        self.package = package
        extra = EXTRAS.get(package.partition(".")[0])
        cure = f"install withcare with its extra '{extra}'" if extra else "install it"
        super().__init__(
            f"`withcare {command}` needs {package}, which is not installed: {cure}."
        )


class Later(click.RichCommand):
    """Stands for `withcare.commands.NAME:NAME` until it runs."""

    def __init__(
        self, name: str, about: str, *, panel: str = "", hidden: bool = False
    ) -> None:
        super().__init__(
            name=name, help=about, short_help=about, panel=panel or None, hidden=hidden
        )
        self.command_name = name

    def load(self) -> click.Command:
        """The command itself; raises NotInstalled where a package is missing."""
        name = self.command_name
        try:
            module = importlib.import_module(f"withcare.commands.{name}")
        except ModuleNotFoundError as error:
            raise NotInstalled(name, error.name or "a package") from error
        command: click.Command = getattr(module, name)
        return command

    def make_context(
        self,
        info_name: str | None,
        args: list[str],
        parent: click.Context | None = None,
        **extra: Any,
    ) -> click.Context:
        """The context of the real command, so that it parses its own options."""
        return self.load().make_context(info_name, args, parent, **extra)
