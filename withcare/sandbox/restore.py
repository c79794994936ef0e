"""Takes a sandbox back to the image it was made from, while its server runs on."""

import fcntl
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from withcare.sandbox.errors import SandboxBusy, SandboxFailed
from withcare.sandbox.image import is_whole
from withcare.sandbox.layout import RESTORED, Layout, write_private
from withcare.sandbox.process_group import ProcessGroup

PATIENCE = 60.0
PAUSE = 0.001


@contextmanager
def quiet(layout: Layout, group: ProcessGroup) -> Iterator[None]:
    """No request is under way while the block runs, and new ones wait for its end.

    A request is over only when its work after the reply is done and its database is
    closed: until then SQLite may still delete a file by its name, which by then would
    be the new one. Raises SandboxBusy.
    """
    until = time.monotonic() + PATIENCE
    with layout.door.open("a") as door, layout.requests.open("a") as requests:
        for lock in (door, requests):
            while not _locked_alone(lock.fileno()):
                _pause(layout, until)
        while group.holds_open(layout.database):
            _pause(layout, until)
        yield


def restore(layout: Layout, image: Path) -> None:
    """Everything as in the image; one that was interrupted leaves no image named."""
    layout.image.unlink(missing_ok=True)
    for name in RESTORED:
        _replace(image / name, layout.directory / name)
    layout.read_only.unlink(missing_ok=True)
    write_private(layout.image, str(image))


def image_of(layout: Layout) -> Path | None:
    """The image the sandbox was made from, or None where it is not whole."""
    if not layout.image.exists():
        return None
    return Path(layout.image.read_text(encoding="utf-8"))


def require_image(layout: Layout) -> Path:
    """The same; raises SandboxFailed where the sandbox or its image is not whole."""
    image = image_of(layout)
    if image is None or not is_whole(image):
        raise SandboxFailed("be reset", "run `withcare sandbox reset` to make it anew")
    return image


def _locked_alone(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _pause(layout: Layout, until: float) -> None:
    if time.monotonic() > until:
        raise SandboxBusy(layout.directory, PATIENCE)
    time.sleep(PAUSE)


def _replace(source: Path, target: Path) -> None:
    fresh, stale = (target.with_name(f".{w}-{target.name}") for w in ("new", "old"))
    for leftover in (fresh, stale):
        _remove(leftover)
    if source.is_dir():
        shutil.copytree(source, fresh)
    else:
        shutil.copy2(source, fresh)
    if target.exists():
        target.rename(stale)
    fresh.rename(target)
    _remove(stale)


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)
