"""A home, and the commands that live and die there."""

import shutil
from dataclasses import dataclass
from pathlib import Path

from knowledge_base.keyrings import keyring_of
from knowledge_base.settings import read_settings
from knowledge_base.store import Store
from policies.rulebook import Rulebook
from tests.withcare.mortal import Mortals
from withcare.exit_codes import ExitCode


@dataclass(frozen=True)
class Shell:
    """A home, and the process in which its commands live and die."""

    home: Path
    loaded: Mortals

    def run(self, *words: str, dies_at: int = 0) -> int | None:
        """The exit code; None where it was killed."""
        said = self.home.parent / "said"
        ended = self.loaded.run(self.home, *words, dies_at=dies_at, said=said)
        return ended.exit_code

    def done(self, *words: str) -> None:
        assert self.run(*words) == ExitCode.DONE, self.said

    @property
    def said(self) -> str:
        return (self.home.parent / "said").read_text("utf-8")

    @property
    def store(self) -> Store:
        url = read_settings(self.home, {}).database_url
        return Store.open(url, rulebook=Rulebook.shipped(), destinations=(), keys=None)

    @property
    def opened(self) -> Store:
        """The store as commands open it: with its keys, its markers and its wiki."""
        found = read_settings(self.home, {})
        return Store.open(
            found.database_url,
            rulebook=Rulebook.shipped(),
            destinations=found.policies,
            markers=found.marker_book(),
            keys=keyring_of(found),
        )

    def copied_to(self, folder: Path) -> "Shell":
        folder.mkdir(parents=True)
        if self.home.exists():
            shutil.copytree(self.home, folder / "home")
        return Shell(folder / "home", self.loaded)
