"""Where a sandbox wiki keeps what is its own, and which of it a reset takes back."""

import os
import secrets
from dataclasses import dataclass
from pathlib import Path

# A reset replaces these by what the prepared image holds.
RESTORED = ("database", "uploads", "accounts.json", "secret")


@dataclass(frozen=True, slots=True)
class Layout:
    """The files of one sandbox; the names below are also read by `php/*.php`."""

    directory: Path

    @property
    def database(self) -> Path:
        return self.directory / "database"

    @property
    def uploads(self) -> Path:
        return self.directory / "uploads"

    @property
    def accounts(self) -> Path:
        return self.directory / "accounts.json"

    @property
    def secret(self) -> Path:
        return self.directory / "secret"

    @property
    def temporary(self) -> Path:
        return self.directory / "tmp"

    @property
    def image(self) -> Path:
        """A file that names the prepared image this sandbox was made from."""
        return self.directory / "image"

    @property
    def running(self) -> Path:
        """The lock file: it names the process group that serves this sandbox."""
        return self.directory / "running.json"

    @property
    def door(self) -> Path:
        """Every request passes it; a reset keeps it shut while it waits and works."""
        return self.directory / "door.lock"

    @property
    def requests(self) -> Path:
        """Held shared by every request, and alone by a reset."""
        return self.directory / "requests.lock"

    @property
    def request_log(self) -> Path:
        return self.directory / "requests.log"

    @property
    def log_requests(self) -> Path:
        """While this file is there, requests are noted."""
        return self.directory / "log-requests"

    @property
    def read_only(self) -> Path:
        """While this file has a text, the wiki takes no edit and shows it as reason."""
        return self.directory / "read-only"

    @property
    def server_log(self) -> Path:
        return self.directory / "server.log"

    def make(self) -> None:
        """The empty folders, open to nobody else."""
        for folder in (self.directory, self.database, self.uploads, self.temporary):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)


def write_private(path: Path, text: str) -> None:
    """A file for its owner alone, from its first byte; written beside and renamed."""
    beside = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with open(descriptor, "w", encoding="utf-8") as file:
            file.write(text)
    except OSError:
        beside.unlink()
        raise
    beside.replace(path)
