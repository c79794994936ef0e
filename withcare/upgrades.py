"""`withcare kb upgrade`: the store as this version needs it, after a backup."""

from datetime import datetime
from pathlib import Path

import rich_click as click

from knowledge_base.asking import ask_by_the_rulebook
from knowledge_base.backups import back_up_as_it_stands, clear_left_over
from knowledge_base.backups.settling import settle
from knowledge_base.kept_views import renew_all
from knowledge_base.keys import make_master
from knowledge_base.markers.book import MarkerBook
from knowledge_base.resealing import has_keys, seal_what_is_open
from knowledge_base.settings import Settings
from knowledge_base.store import create, version_at
from knowledge_base.versions import known_versions, needed_version, wrong_version
from withcare.opening import open_store, right_now, settings

BACKUPS = "backups"


@click.command()
def upgrade() -> None:
    """Bring the store to this version of withcare, after a backup.

    The backup goes into WITHCARE_HOME/backups; keep it until you have seen that all is
    well. Stopped half-way it goes on when typed again.
    """
    found, now = settings(), right_now()
    clear_left_over(found.home)
    url, needed = found.database_url, needed_version()
    version = version_at(url)
    if version is None or version not in known_versions():
        raise wrong_version(version)
    if version != needed:
        path = _backup_file(found, version, now)
        markers = MarkerBook(found.markers).head()
        head = back_up_as_it_stands(url, path, now=now, markers=markers).head
        click.echo(f"As it was, of version {version}, it is in {path}.")
        click.echo(f"head {head[0]}:{head[1]}")
    create(url, now=now)
    if not has_keys(url):
        make_master(found.keys)
    store = open_store(found)
    seal_what_is_open(store, now=now)
    ask_by_the_rulebook(store, now=now)
    renew_all(store, now=now)
    click.echo(f"The store is of version {needed}.")
    settle(store)
    store.close()


def _backup_file(found: Settings, version: str, now: datetime) -> Path:
    folder = found.home / BACKUPS
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder / f"before-upgrade-from-{version}-{now:%Y-%m-%d-%H%M%S-%f}.zip"
