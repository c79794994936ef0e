"""`withcare kb backup` and `withcare kb restore`: the whole store as one file."""

import re
from pathlib import Path

import rich_click as click

from knowledge_base.asking import ask_by_the_rulebook
from knowledge_base.backups import (
    Restored,
    Since,
    back_up,
    require_empty,
)
from knowledge_base.backups import restore as fill
from knowledge_base.backups.settling import settle
from knowledge_base.chain import Head
from knowledge_base.kept_views import renew_all
from knowledge_base.keyrings import keyring_of
from knowledge_base.markers.book import MarkerBook
from knowledge_base.markers.key import FILE as KEY
from knowledge_base.resealing import seal_what_is_open
from knowledge_base.settings import Settings
from policies.errors import WithcareError
from withcare.opening import open_store, right_now, settings
from withcare.sandbox.layout import write_private


class HeadAsWritten(click.ParamType[Head]):
    """A head of the chain as every run prints it, POSITION:HASH."""

    name = "head"

    def convert(
        self,
        value: object,
        param: click.Parameter | None,
        ctx: click.Context | None,
    ) -> Head:
        position, _, hash = str(value).partition(":")
        if not position.isdigit() or not hash:
            self.fail("write it as POSITION:HASH", param, ctx)
        return int(position), hash


class HeadAsKept(click.ParamType[Head | str]):
    """The same, or the line that a steward's digest has of it."""

    name = "head"

    def convert(
        self,
        value: object,
        param: click.Parameter | None,
        ctx: click.Context | None,
    ) -> Head | str:
        if re.fullmatch(r"[0-9a-f]{64}", str(value)):
            return str(value)
        return HeadAsWritten().convert(value, param, ctx)


@click.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
def backup(file: Path) -> None:
    """Write the whole store into one new FILE, for its owner alone.

    Others may write meanwhile: it holds what stood at one moment. Keep the printed
    head somewhere else than the file.
    """
    store = open_store()
    manifest = back_up(store, file, now=right_now())
    rows = sum(one.rows for one in manifest.tables.values())
    click.echo(f"{rows} rows are in {file}, also those that nobody may see.")
    click.echo("The master key, settings.toml and who is signed in are not in it; the")
    click.echo("keys of the parties are, wrapped: without keys/master nobody reads it.")
    position, hash = manifest.head
    click.echo(f"head {position}:{hash}")


@click.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False, exists=True))
@click.option(
    "--markers",
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    help="The newest file of markers; without it the one in the home.",
)
@click.option(
    "--markers-gone",
    "is_lost",
    is_flag=True,
    help="Say that this file is gone for good.",
)
@click.option(
    "--master-gone",
    is_flag=True,
    help="Say that the master key of then is gone for good, and what it sealed.",
)
@click.option(
    "--newest-head",
    "newest",
    type=HeadAsWritten(),
    metavar="POSITION:HASH",
    help="The newest head that anything printed, if the backup ends there.",
)
def restore(
    file: Path,
    markers: Path | None,
    is_lost: bool,
    newest: Head | None,
    master_gone: bool,
) -> None:
    """Fill the empty store that the settings name from a backup.

    What was taken back or erased since the backup was made is taken back again: it
    stands in the file of markers. Then `withcare bot reconcile` compares the store
    with each wiki; until that was done the bot only reads and takes back.
    """
    found, now = settings(), right_now()
    require_empty(found.database_url)
    _require_key(found, markers)
    since = Since(newest=newest, book=_book(found, markers, is_lost), is_lost=is_lost)
    restored = fill(
        found.database_url,
        file,
        since=since,
        destinations=found.policies,
        keys=keyring_of(found),
        is_gone=master_gone,
        room=found.home,
        now=now,
    )
    store = open_store(found)
    seal_what_is_open(store, now=now)
    ask_by_the_rulebook(store, now=now)
    renew_all(store, now=now)
    settle(store)
    _tell(restored)


def _book(found: Settings, named: Path | None, is_lost: bool) -> MarkerBook | None:
    """The file that was named, from here on the home's own; or that one; or None.

    Raises `TwoMarkerFiles` where the home has another one already.
    """
    own = found.markers
    if is_lost:
        if named is not None or own.exists():
            raise TwoMarkerFiles(own if named is None else named)
        return None
    if named is not None and not (own.exists() and named.samefile(own)):
        if own.exists() and own.read_bytes() != named.read_bytes():
            raise TwoMarkerFiles(own)
        own.parent.mkdir(parents=True, exist_ok=True)
        write_private(own, named.read_text("utf-8"))
    return MarkerBook(own) if own.exists() else None


def _require_key(found: Settings, named: Path | None) -> None:
    """A key of its own, made by the way, would know nothing of these markers."""
    there = named is not None or found.markers.exists()
    if there and not (found.keys / KEY).exists():
        raise KeyNotPutBack(found.keys / KEY)


class KeyNotPutBack(WithcareError):
    """The key of the markers is not there; nothing was written."""

    def __init__(self, path: Path) -> None:
        super().__init__(
            f"The key {path}, by which the markers know what comes in again, is not "
            "there: put your copy of the folder keys/ back. If it is gone for good, "
            f"make another with `(umask 077; openssl rand -hex 32 > {path})`; then "
            "what was erased is known by its record alone."
        )


class TwoMarkerFiles(WithcareError):
    """It is not clear which markers count; nothing was written."""

    def __init__(self, path: Path) -> None:
        super().__init__(
            f"There is a file of markers, {path}, beside what you say: move it away if "
            "it does not belong to this backup, or leave the option out and use it."
        )


def _tell(restored: Restored) -> None:
    made_at = restored.manifest.made_at
    click.echo(f"The store is as it was on {made_at:%Y-%m-%d %H:%M} UTC.")
    if restored.replayed is not None:
        replayed = restored.replayed
        click.echo(
            f"{replayed.markers} markers were read; {replayed.news} of them the backup "
            "did not know of, and they were taken back again."
        )
    if restored.is_recovering:
        click.echo(
            "Until `withcare bot reconcile` has compared it with each wiki, nothing is "
            "saved there."
        )
    click.echo("Everybody signs in anew; a link that was not used is made again.")
