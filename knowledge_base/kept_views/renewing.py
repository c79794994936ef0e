"""Works views out anew, inside the transaction of whoever writes."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import Connection, delete, select

from knowledge_base import tables
from knowledge_base.inserting import insert_many
from knowledge_base.kept_views.counting import count_in, count_out
from knowledge_base.kept_views.light import ALWAYS, ELSEWHERE, KEPT_FOR, lights_of
from knowledge_base.public import Standing, standing_views
from knowledge_base.sheet import chunks
from knowledge_base.store import Store
from knowledge_base.tokens import tokens_of
from policies.folding import fold
from policies.purposes import Purpose
from policies.view import PublicView

TITLE = 120  # so many letters of a title put it in its place; a key has room for more


def renew(db: Connection, store: Store, ids: Iterable[str], *, on: date) -> None:
    """Works out anew what is kept of these records; what stands no more, goes."""
    lights = lights_of(store)
    for some in chunks(ids):
        standing = standing_views(db, store, some, KEPT_FOR, on=on)
        weighed = _weighed(db, some)
        rows = [_row(one, lights, weighed, on=on) for one in standing]
        of_these = tables.views.c.record_id.in_(some)
        count_out(db, of_these)
        db.execute(delete(tables.views).where(of_these))
        insert_many(db, tables.views, rows)
        count_in(db, rows)


def _weighed(db: Connection, ids: Sequence[str]) -> Mapping[str, tuple[int, int]]:
    """Record id -> when it, and when its collection, was weighed last."""
    own, above = tables.records, tables.records.alias("above")
    query = (
        select(own.c.id, own.c.weighed, above.c.weighed)
        .outerjoin(above, above.c.id == own.c.collection_id)
        .where(own.c.id.in_(ids))
    )
    return {id: (mine, whole or 0) for id, mine, whole in db.execute(query)}


def _row(
    one: Standing,
    lights: Mapping[str, str],
    weighed: Mapping[str, tuple[int, int]],
    *,
    on: date,
) -> dict[str, Any]:
    own, above = weighed[one.record.id]
    return {
        "record_id": one.record.id,
        "destination": one.destination,
        "purpose": one.purpose.value,
        "kind": one.record.kind,
        "collection_id": one.record.collection or "",
        "place": "" if one.view is None else place_of(one.view),
        "is_seen": one.view is not None,
        "shown": _shown(one.view, one.purpose),
        "tokens": _tokens(one.view, one.purpose),
        "light": lights.get(one.destination, ELSEWHERE),
        "weighed": own,
        "above": above,
        "valid_from": on.isoformat(),
        "valid_until": ALWAYS if one.until is None else one.until.isoformat(),
    }


def place_of(view: PublicView) -> str:
    """Where it stands in a list: by its title, and then by its id, which is its own."""
    return f"{fold(view.title)[:TITLE]} {view.record}"


def _shown(view: PublicView | None, purpose: Purpose) -> str | None:
    """Kept where it is read: what may be searched is found, and shown as it stands."""
    return None if view is None or purpose is not Purpose.SHOW else view.canonical


def _tokens(view: PublicView | None, purpose: Purpose) -> str | None:
    if view is None or purpose is not Purpose.INDEX:
        return None
    return tokens_of(value for field in view.fields for value in field.values)
