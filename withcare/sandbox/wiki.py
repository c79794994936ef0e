"""A wiki of our own on this machine: start it, find it, take it back, end it.

It listens on the loopback address only, at the root (`/api.php`, `/index.php`); pages
stand under `/wiki/`.
"""

import fcntl
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from withcare.sandbox.accounts import Credentials, read_accounts
from withcare.sandbox.errors import SandboxBusy
from withcare.sandbox.image import Pages, prepare_image
from withcare.sandbox.layout import Layout
from withcare.sandbox.mediawiki import MediaWiki, find_mediawiki
from withcare.sandbox.process_group import ProcessGroup
from withcare.sandbox.requests_log import RequestLog
from withcare.sandbox.restore import image_of, quiet, require_image, restore
from withcare.sandbox.server import Server, read_server, start_server
from withcare.sandbox.visitor import Visitor, version_at


@dataclass(frozen=True, slots=True)
class RunningSandbox:
    """A wiki that is being served; without accounts where a reset was interrupted."""

    address: str
    directory: Path
    accounts: Mapping[str, Credentials]
    group: ProcessGroup

    @property
    def api(self) -> str:
        return f"{self.address}/api.php"

    @property
    def layout(self) -> Layout:
        return Layout(self.directory)

    @property
    def request_log(self) -> RequestLog:
        return RequestLog(self.layout)

    def version(self) -> str | None:
        """What MediaWiki calls itself, or None where it does not answer."""
        return version_at(self.address)

    def is_ready(self) -> bool:
        """Whether it answers, and no reset of it was interrupted."""
        return image_of(self.layout) is not None and self.version() is not None

    def visitor(self, role: str | None = None) -> Visitor:
        """Somebody at the wiki: signed in as one of `accounts`, or without one."""
        if role is None:
            return Visitor(self.address)
        return Visitor.signed_in(self.address, self.accounts[role])

    def settle(self) -> None:
        """Returns when all that was asked is done, also what follows a reply (jobs)."""
        with quiet(self.layout, self.group):
            return

    def reset(self) -> None:
        """Pages, accounts, sessions, caches, files and the read-only lock as installed.

        Requests that come meanwhile wait; nobody is signed in afterwards.
        """
        with quiet(self.layout, self.group):
            restore(self.layout, require_image(self.layout))

    def make_read_only(self, reason: str) -> None:
        """Locks the wiki against every write, until the file is gone or a reset."""
        self.layout.read_only.write_text(reason, encoding="utf-8")

    def make_writable(self) -> None:
        self.layout.read_only.unlink(missing_ok=True)

    def stop(self) -> None:
        """Ends the whole group; the wiki's pages stay for the next start."""
        # SQLite takes back by itself what a killed request left half done.
        with suppress(SandboxBusy):
            self.settle()
        self.group.end()


class Sandbox:
    """The door to the sandbox wikis of this machine."""

    @classmethod
    def start(
        cls,
        directory: Path,
        *,
        pages: Pages = (),
        request_log: bool = False,
        images: Path | None = None,
        mediawiki: MediaWiki | None = None,
    ) -> RunningSandbox:
        """The wiki of this directory, served; one that runs already is returned.

        A new one is made from the image for `pages`, kept in `images` (by default in
        the directory); an older one keeps its pages until it is wiped. What a killed
        run left serving is ended first. Raises SandboxUnavailable.
        """
        layout = Layout(directory.resolve())
        layout.make()
        with _one_start_at_a_time(layout):
            running = find(directory)
            if running is None or not running.is_ready():
                if running is not None:
                    running.group.end()
                software = mediawiki or find_mediawiki()
                store = (images or layout.directory / "images").resolve()
                running = _serve(layout, store, pages, software)
        if request_log:
            running.request_log.switch_on()
        else:
            running.request_log.switch_off()
        return running

    @classmethod
    def renew(cls, directory: Path, *, pages: Pages = ()) -> RunningSandbox | None:
        """As a reset, and with these pages; None where the wiki is not running."""
        layout = Layout(directory.resolve())
        running = find(directory)
        if running is None:
            layout.image.unlink(missing_ok=True)
            return None
        image = prepare_image(layout.directory / "images", pages)
        with quiet(layout, running.group):
            restore(layout, image)
        return find(directory)

    @classmethod
    def wipe(cls, directory: Path) -> None:
        """Ends the wiki of this directory; the next start begins with a new one."""
        running = find(directory)
        if running is not None:
            running.stop()
        Layout(directory.resolve()).image.unlink(missing_ok=True)


def find(directory: Path) -> RunningSandbox | None:
    """The sandbox of this directory where a process of it runs, or None."""
    layout = Layout(directory.resolve())
    server = read_server(layout)
    return None if server is None else _running(layout, server)


def _serve(
    layout: Layout, images: Path, pages: Pages, software: MediaWiki
) -> RunningSandbox:
    image = image_of(layout)
    if image is None:
        image = prepare_image(images, pages, mediawiki=software)
        restore(layout, image)
    return _running(layout, start_server(layout, image, software))


def _running(layout: Layout, server: Server) -> RunningSandbox:
    accounts = read_accounts(layout.accounts) if layout.accounts.exists() else {}
    return RunningSandbox(server.address, layout.directory, accounts, server.group)


@contextmanager
def _one_start_at_a_time(layout: Layout) -> Iterator[None]:
    with open(layout.directory / "starting.lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
