"""A wiki installed once and kept: sandboxes are made and reset by copying it."""

import fcntl
import hashlib
import json
import secrets
import shutil
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from withcare.sandbox.accounts import (
    ROLES,
    TAG,
    Credentials,
    invent_credentials,
    write_accounts,
)
from withcare.sandbox.layout import Layout, write_private
from withcare.sandbox.mediawiki import PHP_FILES, MediaWiki, find_mediawiki

Pages = Iterable[tuple[str, str]]
KEPT = 8  # images used last; each is about 3 MB
NOWHERE = "http://127.0.0.1"  # nobody serves an image, so its address is never used


def prepare_image(
    directory: Path, pages: Pages = (), *, mediawiki: MediaWiki | None = None
) -> Path:
    """The folder of the image for these (title, text) pages, installed where needed.

    An image that exists is complete: it is built beside and renamed. Two that prepare
    the same image at once wait for each other.
    """
    software = mediawiki or find_mediawiki()
    wanted = tuple(pages)
    image = directory / _key(software, wanted)
    directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    with _alone_in(directory):
        if not is_whole(image):
            _build(image, wanted, software)
        image.touch()
        _forget_old_images(directory)
    return image


def is_whole(image: Path) -> bool:
    """Whether a wiki can be made from it: a server may make its folder anew."""
    return Layout(image).accounts.is_file()


def cache_of(image: Path) -> Path:
    """Translated messages, shared by all sandboxes made from the image."""
    return image / "cache"


def _key(software: MediaWiki, pages: tuple[tuple[str, str], ...]) -> str:
    inputs = hashlib.sha256()
    # All of our own code: an image costs a second, an outdated one costs a day.
    for file in sorted(PHP_FILES.parent.rglob("*.p[hy]*")):
        if file.suffix in (".php", ".py"):
            inputs.update(file.read_bytes())
    versions = (software.version, software.php_version)
    facts = [versions, software.language, str(software.tree), pages]
    inputs.update(json.dumps(facts).encode())
    return inputs.hexdigest()[:16]


@contextmanager
def _alone_in(directory: Path) -> Iterator[None]:
    # The kernel drops this lock with its process, so that a killed run blocks nobody.
    with open(directory / "preparing.lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _build(
    image: Path, pages: tuple[tuple[str, str], ...], software: MediaWiki
) -> None:
    for unfinished in image.parent.glob("building-*"):
        shutil.rmtree(unfinished)
    building = Layout(image.parent / f"building-{secrets.token_hex(4)}")
    building.make()
    accounts = invent_credentials()
    write_private(building.secret, secrets.token_hex(32))
    write_accounts(building.accounts, accounts)
    _install(building, accounts["admin"], software)
    _furnish(building, accounts, pages, software)
    if image.exists():
        shutil.rmtree(image)
    building.directory.rename(image)


def _forget_old_images(directory: Path) -> None:
    images = [path for path in directory.iterdir() if path.is_dir()]
    images.sort(key=lambda image: image.stat().st_mtime, reverse=True)
    for image in images[KEPT:]:
        shutil.rmtree(image)


def _install(building: Layout, admin: Credentials, software: MediaWiki) -> None:
    password = building.temporary / "password"
    write_private(password, admin.password)
    environment = software.environment(
        building, cache=cache_of(building.directory), address=NOWHERE
    )
    # The installer must see no settings at all, not even those of the machine.
    environment["MW_CONFIG_FILE"] = str(building.temporary / "none.php")
    software.run(
        software.tree / "maintenance" / "install.php",
        "--dbtype=sqlite",
        "--dbname=wiki",
        f"--dbpath={building.database}",
        f"--server={NOWHERE}",
        "--scriptpath=",
        f"--confpath={building.temporary}",
        f"--passfile={password}",
        "Sandbox of withcare",
        admin.user,
        environment=environment,
    )
    password.unlink()


def _furnish(
    building: Layout,
    accounts: Mapping[str, Credentials],
    pages: tuple[tuple[str, str], ...],
    software: MediaWiki,
) -> None:
    environment = software.environment(
        building, cache=cache_of(building.directory), address=NOWHERE
    )
    wanted = {
        "tags": [TAG],
        "accounts": [_as_wanted(name, who) for name, who in accounts.items()],
        "author": accounts["deploy"].user,
        "pages": pages,
    }
    told = json.dumps(wanted)
    software.run(PHP_FILES / "furnish.php", environment=environment, told=told)
    jobs = software.tree / "maintenance" / "runJobs.php"
    software.run(jobs, environment=environment)


def _as_wanted(name: str, credentials: Credentials) -> dict[str, object]:
    return {
        "user": credentials.user,
        "password": credentials.password,
        "groups": ROLES[name].groups,
        "grants": ROLES[name].grants,
        "bot_password_name": credentials.bot_password_name,
        "bot_password": credentials.bot_password,
    }
