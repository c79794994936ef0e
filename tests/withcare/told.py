"""What a store and the files beside it came to, to be compared with another's."""

import zipfile
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, select

from knowledge_base import tables
from knowledge_base.backups.filling import manifest_of
from knowledge_base.chain import verify
from knowledge_base.history import history_of
from knowledge_base.records import get_record
from tests.withcare.mortal_shell import Shell

BACKUP, COPY = "all.zip", "copy-of-keys"


def told(shell: Shell) -> dict[str, Any]:
    """All that the store holds, without ids, secrets and times."""
    store = shell.store
    with store.reading() as db:
        assert verify(db).holds
        found = {
            "steps": _steps(db),
            "records": _rows(db, "records", "kind", "length", "content_hash"),
            "accounts": _rows(db, "accounts", "name", "is_suspended"),
            "roles": _rows(db, "roles", "role"),
            "let in": _ways_in(db),
            "communities": _rows(db, "communities", "state", "needs_second"),
            "invitations": _rows(db, "invitations", "half_mark", "matters"),
            "jobs": _rows(db, "jobs", "kind", "state", "outcome"),
            "batches": _rows(db, "batches", "row", "state", "counts"),
            "owed": _rows(db, "markers", "is_owed"),
            "sizes": {
                table.name: len(db.execute(select(table)).all())
                for table in tables.metadata.sorted_tables
                # A way in that was printed for nobody is made anew; what is found at
                # a desk is marked by the worker where a portion was too large.
                if table.name not in ("links", "steps")
                and not table.name.startswith("desk_")
            },
        }
    store.close()
    return found


def _rows(db: Connection, table: str, *columns: str) -> list[tuple[str, ...]]:
    of = tables.metadata.tables[table].c
    found = db.execute(select(*(of[name] for name in columns)))
    return sorted(tuple(str(value) for value in row) for row in found)


def _ways_in(db: Connection) -> list[str]:
    """Whom each link lets in that was not used; an earlier one ends with a new one."""
    links, of = tables.links.c, tables.accounts.c
    query = select(of.name).join(tables.links, links.account_id == of.id)
    return sorted(db.scalars(query.where(links.used_at.is_(None))))


def _steps(db: Connection) -> list[tuple[str, ...]]:
    """What happened, apart from the ways in that were made."""
    of = tables.steps.c
    query = select(of.kind, of.voice, of.reason, of.by_command)
    found = db.execute(query.where(of.kind != "link-made"))
    return sorted(tuple(str(value) for value in row) for row in found)


def told_with_backup(shell: Shell) -> dict[str, Any]:
    """The same, and what the one backup beside the home holds; no half of one."""
    names = sorted(one.name for one in shell.home.parent.glob(f"{BACKUP}*"))
    with zipfile.ZipFile(shell.home.parent / BACKUP) as archive:
        found = manifest_of(archive)
        assert archive.testzip() is None
    rows = {"rows": found.tables, "head": found.head, "markers": found.markers}
    return told(shell) | rows | {"files": names}


def told_to_the_holder(shell: Shell) -> dict[str, Any]:
    """What whoever holds the keys reads, however often they were turned or copied.

    A turn that is typed again is another one: what it is for has to be the same.
    """
    store = shell.opened
    keys, marks = tables.data_keys.c, tables.desk_readers.c
    replaced = select(keys.id).where(keys.retired_at.is_not(None))
    of_none = select(marks.key_id).where(marks.key_id.not_in(select(keys.id)))
    with store.reading() as db:
        chain = verify(db)
        assert chain.holds
        records = db.scalars(select(tables.records.c.id)).all()
        found = {
            "unreadable": chain.unreadable,
            "steps": {repr(one.step) for id in records for one in history_of(db, id)},
            "content": {id: get_record(db, id).content for id in records},
            "parties": sorted(db.scalars(select(keys.party))),
            "replaced": db.scalars(replaced).all(),
            "marks of a key that is gone": db.scalars(of_none).all(),
        }
    store.close()
    return found


def told_with_copy(shell: Shell) -> dict[str, Any]:
    """The same, and which keys are in the newest copy beside the home."""
    newest = copies_of_keys(shell)[-1].read_text("utf-8").splitlines()
    lines = [line for line in newest if not line.startswith("#")]
    return told_to_the_holder(shell) | {"copy": lines}


def copies_of_keys(shell: Shell) -> list[Path]:
    """Oldest first; one that was killed says less, or nothing."""
    return sorted(shell.home.parent.glob(f"{COPY}*"))
