"""What a test may ask for: a real MediaWiki, as new for each test."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from itertools import count
from pathlib import Path

import pytest

from withcare.sandbox import RunningSandbox, Sandbox, SandboxUnavailable
from withcare.sandbox.mediawiki import MediaWiki, find_mediawiki
from withcare.sandbox.templates import onwiki_pages

# Kept between runs: an image is installed once for all workers, and once only.
SANDBOXES = Path(__file__).resolve().parent.parent / "build" / "sandbox"


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Marks what asks for a wiki, so that nobody can forget to."""
    for item in items:
        if "mediawiki" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.wiki)


@pytest.fixture(scope="session")
def mediawiki() -> MediaWiki:
    """MediaWiki of this machine; where it is absent, a skip, and in CI a failure."""
    try:
        return find_mediawiki()
    except SandboxUnavailable as absent:
        if os.environ.get("CI"):
            pytest.fail(str(absent))
        pytest.skip(str(absent))


@pytest.fixture(scope="session")
def sandbox_images() -> Path:
    """Where prepared images are kept, for a test that starts a wiki of its own."""
    return SANDBOXES / "images"


@pytest.fixture(scope="session")
def sandbox_wiki(
    mediawiki: MediaWiki, sandbox_images: Path
) -> Iterator[RunningSandbox]:
    """One running wiki for each parallel worker, with the on-wiki pages deployed."""
    with running_wiki(mediawiki, sandbox_images) as running:
        yield running


@pytest.fixture
def wiki(sandbox_wiki: RunningSandbox) -> RunningSandbox:
    """The running wiki as it was installed: nobody signed in, nothing written."""
    sandbox_wiki.reset()
    return sandbox_wiki


@contextmanager
def running_wiki(
    mediawiki: MediaWiki, images: Path = SANDBOXES / "images"
) -> Iterator[RunningSandbox]:
    """A wiki in a room of its own, with the on-wiki pages deployed."""
    with _room() as room:
        Sandbox.wipe(room)
        running = Sandbox.start(
            room, pages=onwiki_pages(), images=images, mediawiki=mediawiki
        )
        yield running
        running.stop()


@contextmanager
def _room() -> Iterator[Path]:
    """A folder that no other run uses; what killed runs left serving is ended first."""
    SANDBOXES.mkdir(parents=True, exist_ok=True)
    rooms = (SANDBOXES / f"room-{number}" for number in count())
    with ExitStack() as held:
        room = next(room for room in rooms if _is_mine(room, held))
        _end_killed_runs()
        Sandbox.wipe(room)
        yield room


def _end_killed_runs() -> None:
    for lock in SANDBOXES.glob("room-*.lock"):
        with ExitStack() as held:
            if _is_mine(lock.with_suffix(""), held):
                Sandbox.wipe(lock.with_suffix(""))


def _is_mine(room: Path, held: ExitStack) -> bool:
    # The kernel drops the lock with its process: a room that can be locked is free.
    lock = held.enter_context(room.with_suffix(".lock").open("a"))
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
