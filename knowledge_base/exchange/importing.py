"""Imports a file: preview and import are the same code, and twice is once."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import select

from knowledge_base.exchange.arrivals import Errand
from knowledge_base.exchange.batches import Batch
from knowledge_base.exchange.mappings import Mapping, check_fit, find_mapping
from knowledge_base.exchange.opening import Print, look_at
from knowledge_base.exchange.passage import Passage
from knowledge_base.exchange.reading import Task
from knowledge_base.exchange.report import ImportReport, Progress
from knowledge_base.exchange.rows import FileRefused
from knowledge_base.exchange.shape import Shape, Told, find_shape
from knowledge_base.exchange.tally import MOST_NAMES, named
from knowledge_base.identity import mark_of
from knowledge_base.kinds import Kind
from knowledge_base.records import NoSuchRecord
from knowledge_base.steps import Actor
from knowledge_base.store import Store
from knowledge_base.tables import records


@dataclass(frozen=True, slots=True)
class _Plan:
    """What is known of an import before its first row."""

    found: Print
    shape: Shape
    mapping: Mapping
    batch: Batch
    errand: Errand


def import_file(
    store: Store,
    path: Path,
    *,
    collection: str,
    kind: Kind,
    mapping: Mapping | None = None,
    towards: tuple[str, ...] = (),
    by: Actor,
    now: Callable[[], datetime],
    told: Told | None = None,
    progress: Progress | None = None,
    dry_run: bool = False,
    limit: int | None = None,
    looked_at: str | None = None,
) -> ImportReport:
    """Takes the rows of the file in, or says with `dry_run` what that would do.

    Without a mapping the columns are recognised. The same file again goes on where a
    killed import stopped, and after one that ended changes nothing. With a `limit` it
    stops after so many rows, to be gone on with. `looked_at` is the batch that somebody
    looked at before: of a file that is another by now, or would be read otherwise,
    nothing comes in. Raises `FileRefused`, `MappingUnfit` and `NoSuchRecord` (no such
    collection) before anything is written, and `Forbidden` and `ImportUnderWay`, after
    which all earlier portions stay.
    """
    plan = _plan(
        store,
        path,
        told or Told(),
        mapping,
        collection=collection,
        kind=kind,
        towards=towards,
        by=by,
    )
    if looked_at is not None and plan.batch.id != looked_at:
        raise FileRefused(
            f"{path} is not what it was when its import was asked for, or would be "
            "read otherwise: look at it, and ask for the import again."
        )
    task = Task(path, plan.shape, plan.mapping, kind)
    passage = Passage(store, plan.errand, plan.batch, task, now=now, writes=not dry_run)
    passage.carry(plan.found.size, progress=progress, limit=limit)
    return _report(plan, passage)


def _plan(
    store: Store,
    path: Path,
    told: Told,
    mapping: Mapping | None,
    *,
    collection: str,
    kind: Kind,
    towards: tuple[str, ...],
    by: Actor,
) -> _Plan:
    """What there is to do, found out before anything is written."""
    institution = _institution_of(store, collection)
    found = look_at(path)
    shape = find_shape(found, told)
    mapping = mapping or find_mapping(kind, shape.columns)
    check_fit(mapping, kind)
    batch = Batch(
        file_hash=found.hash,
        mapping=_mark_of(mapping, shape, kind),
        source=_source_of(mapping, collection, institution),
        collection=collection,
    )
    errand = Errand(
        kind=kind,
        source=batch.source,
        collection=collection,
        institution=institution,
        towards=towards,
        batch=batch.id,
        by=by,
    )
    return _Plan(found, shape, mapping, batch, errand)


def _institution_of(store: Store, collection: str) -> str | None:
    """Whose the collection is, and so all that comes into it."""
    query = select(records.c.institution_id).where(records.c.id == collection)
    with store.reading() as db:
        found = db.execute(query).first()
    if found is None:
        raise NoSuchRecord
    institution: str | None = found.institution_id
    return institution


def _source_of(mapping: Mapping, collection: str, institution: str | None) -> str:
    """Within which a number means one record, and never another institution's.

    Else the numbers of one would tell, or stop, what comes in at another.
    """
    source = mapping.source or f"collection/{collection}"
    return source if institution is None else f"institution/{institution}/{source}"


def _mark_of(mapping: Mapping, shape: Shape, kind: Kind) -> str:
    """Reading a file otherwise is another batch, as another mapping is."""
    read_as = (shape.format.value, shape.encoding, shape.delimiter, shape.separator)
    return mark_of("\n".join((mapping.hash, kind.kind, *read_as)))


def _report(plan: _Plan, passage: Passage) -> ImportReport:
    # A column of the beginning goes nowhere also where it holds nothing. Of very many
    # columns not all are named.
    unmapped = map(named, plan.mapping.unmapped(plan.shape.columns)[:MOST_NAMES])
    left_out = dict.fromkeys(unmapped, 0)
    return ImportReport(
        batch=plan.batch.id,
        shape=plan.shape,
        mapping=plan.mapping.mapping,
        mapped={one.column: one.to for one in plan.mapping.columns},
        tally=passage.tally,
        left_out=left_out | passage.tally.left_out,
        says_no_restriction_field=plan.mapping.says_no_restriction_field,
        problems=tuple(passage.first_problems),
        problems_more=passage.problems_more,
        resumed_after=passage.resumed_after,
        is_complete=passage.is_complete,
        is_preview=not passage.writes,
    )
