"""`withcare kb`: keep the records."""

import os
import stat
from pathlib import Path

import rich_click as click
from click.exceptions import Exit

from knowledge_base.chain import Head, verify
from knowledge_base.collections import (
    add_collection,
    destinations_for,
    find_collection,
)
from knowledge_base.erasure import AlreadyErased
from knowledge_base.exchange.batches import problems_of, require_batch
from knowledge_base.exchange.importing import import_file
from knowledge_base.exchange.later import import_later
from knowledge_base.exchange.mappings import mapping_named
from knowledge_base.exchange.shape import Format, Told
from knowledge_base.institutions import KIND as INSTITUTION
from knowledge_base.institutions import institutions
from knowledge_base.keys import make_master
from knowledge_base.kinds import kind_named
from knowledge_base.notes import Note
from knowledge_base.projection import AlreadyKnown
from knowledge_base.receiving import receive
from knowledge_base.records import NoSuchRecord, get_record
from knowledge_base.resealing import has_keys
from knowledge_base.settings import FILE, NOTHING_SET
from knowledge_base.steps import Erased, Voice
from knowledge_base.store import create, version_at
from knowledge_base.versions import require_needed
from knowledge_base.views import desk_view
from knowledge_base.workflow import note
from policies.errors import WithcareError
from withcare.backups import HeadAsKept, backup, restore
from withcare.calendar import calendar
from withcare.exit_codes import ExitCode
from withcare.importing import say, shown_progress, told
from withcare.opening import (
    account_named,
    actor,
    acts_as,
    open_store,
    right_now,
    settings,
    today,
    with_reason,
)
from withcare.sandbox.layout import write_private
from withcare.searching import search
from withcare.upgrades import upgrade


class HomeIsOpen(WithcareError):
    """The home could not be made for its owner alone; nothing was written."""


@click.group()
def kb() -> None:
    """Keep the records: set up, import, erase, audit, backup."""


kb.add_command(backup)
kb.add_command(restore)
kb.add_command(upgrade)
kb.add_command(search)
kb.add_command(calendar)


@kb.command()
def init() -> None:
    """Make the home, its settings and an empty store; again changes nothing."""
    home = settings().home
    home.mkdir(parents=True, exist_ok=True)
    keys = home / "keys"
    keys.mkdir(mode=0o700, exist_ok=True)
    if stat.S_IMODE(keys.stat().st_mode) != 0o700:
        keys.chmod(0o700)
    written = home / FILE
    if not written.exists():
        write_private(written, NOTHING_SET)
    url = settings().database_url
    found = version_at(url)
    if found is not None:
        # Of another version it is upgraded, with a backup, and never by the way.
        require_needed(found)
    create(url, now=right_now())
    if not has_keys(url):
        make_master(keys)
    _for_owner_alone(home)
    click.echo(f"The store is ready in {home}.")


def _for_owner_alone(home: Path) -> None:
    """Records wait here that nobody has answered for yet."""
    for path in home.glob("withcare.sqlite*"):
        path.chmod(0o600)
    if os.stat(home).st_mode & 0o002:
        raise HomeIsOpen(f"Anyone may write to {home}; run `chmod o-w {home}`.")


@kb.command()
@click.argument("name")
@acts_as
def institution(name: str, acting: str | None) -> None:
    """Write down an institution and print its id; twice the same name is refused.

    Roles and collections can then be for this institution alone.
    """
    store = open_store()
    by = actor(store, acting, Voice.OPERATOR, None)
    with store.reading() as db:
        if name in {one.name for one in institutions(db)}:
            raise AlreadyKnown(f"An institution {name!r}")
    content = {"name": (name,)}
    click.echo(receive(store, INSTITUTION, content, by=by, now=right_now()))


@kb.command()
@click.argument("slug")
@click.option("--title", required=True, help="What the collection is called.")
@click.option("--holder", help="Who keeps it.")
@click.option("--licence", help="The licence of its description, as cc0-1.0.")
@click.option(
    "--item-pages",
    type=click.Choice(["all", "none"]),
    default="none",
    help="Whether its items get pages of their own.",
)
@click.option(
    "--institution", metavar="ID", help="Whose it is, and all that comes into it."
)
@acts_as
@with_reason
def collection(
    slug: str,
    title: str,
    holder: str | None,
    licence: str | None,
    item_pages: str,
    institution: str | None,
    acting: str | None,
    reason: str | None,
) -> None:
    """Make a collection, so that records can be imported into it."""
    store = open_store()
    by = actor(store, acting, Voice.INSTITUTION, reason)
    content = {
        "title": (title,),
        "holder": (holder,) if holder else (),
        "licence_metadata": (licence,) if licence else (),
        "item_pages": (item_pages,),
    }
    towards = tuple(one.id for one in store.destinations)
    id = add_collection(
        store,
        slug,
        content,
        by=by,
        now=right_now(),
        institution=institution,
        towards=towards,
    )
    click.echo(id)


@kb.command("import")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--collection", "slug", required=True, help="Its short name.")
@click.option("--kind", default="item", help="The kind of its records.")
@click.option(
    "--format",
    "preset",
    default="auto",
    help="How columns become fields: auto, a preset's name, or the path of a mapping "
    "of yours (.yaml).",
)
@click.option(
    "--written-as",
    type=click.Choice([one.value for one in Format]),
    help="How the file is written, where that is found out wrongly.",
)
@click.option("--encoding", help="How its letters are written: utf-8, cp1252 …")
@click.option("--delimiter", help="What stands between cells; a tab is written tab.")
@click.option(
    "--separator", help="What stands between the values of one cell; '' for nothing."
)
@click.option("--dry-run", is_flag=True, help="Say what would come in, write nothing.")
@click.option("--later", is_flag=True, help="Let `withcare work` do it; say its name.")
@acts_as
@with_reason
def import_(
    file: Path,
    slug: str,
    kind: str,
    preset: str,
    written_as: str | None,
    encoding: str | None,
    delimiter: str | None,
    separator: str | None,
    dry_run: bool,
    later: bool,
    acting: str | None,
    reason: str | None,
) -> None:
    """Take records in from a file of JSON lines, CSV or TSV.

    The same file again changes nothing; after a stop it goes on where it was. How the
    file is written is found out; what you say of it is believed instead.
    """
    store = open_store()
    by = actor(store, acting, Voice.INSTITUTION, reason)
    known = tuple(one.id for one in store.destinations)
    with store.reading() as db:
        collection = find_collection(db, slug)
        towards = destinations_for(db, kind_named(kind), collection, known)
    as_told = Told(
        format=None if written_as is None else Format(written_as),
        encoding=encoding,
        delimiter=_NAMED.get(delimiter or "", delimiter),
        separator=separator,
    )
    if later and not dry_run:
        job = import_later(
            store,
            file,
            collection=collection,
            kind=kind,
            mapping=preset,
            towards=towards,
            told=as_told,
            by=by,
            now=right_now(),
        )
        click.echo(f"The worker imports it as {job}: `withcare work --list`.")
        return
    with shown_progress() as progress:
        report = import_file(
            store,
            file,
            collection=collection,
            kind=kind_named(kind),
            mapping=mapping_named(preset),
            towards=towards,
            by=by,
            now=right_now,
            told=as_told,
            progress=progress,
            dry_run=dry_run,
        )
    say(report)
    if report.tally.errors:
        raise Exit(ExitCode.NEEDS_A_PERSON)


@kb.command()
@click.argument("batch")
@acts_as
def problems(batch: str, acting: str | None) -> None:
    """List what was wrong in the rows of an import, which printed this BATCH."""
    store = open_store()
    who = account_named(store, acting)
    with store.reading() as db:
        require_batch(db, batch, who)
        for problem in problems_of(db, batch):
            click.echo(told(problem))


_NAMED = {"tab": "\t", "\\t": "\t"}  # no shell makes it easy to type a tab


@kb.command()
@click.argument("record")
@acts_as
def show(record: str, acting: str | None) -> None:
    """Show where a record stands and what happened to it, without its words."""
    store = open_store()
    who = account_named(store, acting)
    with store.reading() as db:
        view = desk_view(db, store, record, who, on=today())
    if view.is_covered:
        raise NoSuchRecord
    click.echo(f"{view.kind} {view.record}, {view.length} steps")
    for prospect in view.prospects:
        journey = prospect.journey
        click.echo(f"  towards {journey.destination}: {journey.state.value}")
    for entry in view.history:
        who_did = entry.actor or entry.voice.value
        click.echo(f"  {entry.at:%Y-%m-%d %H:%M} {entry.step.kind} ({who_did})")


@kb.command()
@click.argument("record")
@acts_as
@with_reason
def erase(record: str, acting: str | None, reason: str | None) -> None:
    """Empty a record for good: its content and every text in its history.

    Typed again it writes nothing more.
    """
    store = open_store()
    by = actor(store, acting, Voice.INSTITUTION, reason)
    with store.reading() as db:
        seen = get_record(db, record).length
    one = Note(record=record, seen=seen, step=Erased(), by=by)
    try:
        note(store, [one], now=right_now())
    except AlreadyErased as known:
        click.echo(known)
        return
    click.echo("Erased. The history keeps that it was, and when.")


@kb.group()
def audit() -> None:
    """Check that the history is whole."""


@audit.command("verify")
@click.option(
    "--since",
    type=HeadAsKept(),
    metavar="POSITION:HASH",
    help="An earlier head you kept, or the line of a digest.",
)
def audit_verify(since: Head | str | None) -> None:
    """Walk the chain of all steps and say what was changed, cut or put in."""
    store = open_store()
    told = store.markers.line_to_keep if store.markers else None
    with store.reading() as db:
        found = verify(db, since=since, told=told or str)
    for line in found.broken:
        click.echo(f"  {line}")
    click.echo(f"{found.steps} steps, {found.erased} texts erased")
    if found.unreadable:
        click.echo(f"{found.unreadable} texts cannot be read: their key is gone")
    click.echo(f"head {found.steps}:{found.head}")
    if not found.holds:
        raise Exit(ExitCode.NEEDS_A_PERSON)
