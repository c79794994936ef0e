"""`withcare kb backup` and `withcare kb restore`: the whole store as one file."""

from pathlib import Path

import rich_click as click

from knowledge_base.asking import ask_by_the_rulebook
from knowledge_base.backups import back_up
from knowledge_base.backups import restore as fill
from knowledge_base.chain import Head
from knowledge_base.kept_views import renew_all
from withcare.opening import open_store, right_now, settings


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


@click.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
def backup(file: Path) -> None:
    """Write the whole store into one new FILE, for its owner alone.

    Others may write meanwhile: it holds what stood at one moment. Keep the printed
    head somewhere else than the file.
    """
    store = open_store()
    manifest = back_up(store, file, now=right_now())
    store.close()
    rows = sum(one.rows for one in manifest.tables.values())
    click.echo(f"{rows} rows are in {file}, also those that nobody may see.")
    click.echo("Keys, settings.toml and who is signed in are not in it.")
    position, hash = manifest.head
    click.echo(f"head {position}:{hash}")


@click.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False, exists=True))
@click.option(
    "--newest-head",
    "newest",
    type=HeadAsWritten(),
    metavar="POSITION:HASH",
    required=True,
    help="The newest head that anything printed; the backup has to end there.",
)
def restore(file: Path, newest: Head) -> None:
    """Fill the empty store that the settings name from a backup.

    Only the newest backup is taken: in an older one what was taken back or erased
    since would be there again.
    """
    manifest = fill(settings().database_url, file, newest=newest)
    store = open_store()
    ask_by_the_rulebook(store, now=right_now())
    renew_all(store, now=right_now())
    store.close()
    click.echo(f"The store is as it was on {manifest.made_at:%Y-%m-%d %H:%M} UTC.")
    click.echo("Everybody signs in anew; a link that was not used is made again.")
