"""In which light a view was worked out, and while what it counts."""

from collections.abc import Mapping
from dataclasses import astuple
from datetime import date
from functools import cache

from sqlalchemy import ColumnElement, FromClause, and_, case, false, func, or_, true

from knowledge_base.columns import canonical
from knowledge_base.identity import mark_of
from knowledge_base.kinds import SHIPPED
from knowledge_base.store import Store
from knowledge_base.tables import records, views
from policies.destinations import Destination
from policies.purposes import Purpose

KEPT_FOR = (Purpose.SHOW, Purpose.INDEX)
"""What a view is kept for: to be listed and read, and to be searched."""

SHAPE = 1
"""Of what is kept; another number, and all of it is worked out anew."""

STALE = ""
"""The light of a view whose facts have changed: none, until it is worked out anew."""

ELSEWHERE = "-"
"""The light of a view for a place that the settings do not name any more: none."""

ALWAYS = "9999-12-31"

# What a record is in: its own row, and that of the collection.
above = records.alias("above")


def light_of(store: Store, destination: Destination) -> str:
    """The rules, and what is known of the place, in whose light a view is made."""
    place = sorted_values(destination)
    return mark_of(canonical([SHAPE, _kinds(), store.rulebook.version, place]))


def lights_of(store: Store) -> Mapping[str, str]:
    """Destination -> its light."""
    return {one.id: light_of(store, one) for one in store.destinations}


@cache
def _kinds() -> str:
    """The kinds that say which field is public, as they are written."""
    return mark_of("".join(one.read_text() for one in sorted(SHIPPED.glob("*.yaml"))))


def sorted_values(destination: Destination) -> list[str]:
    """Every quality of the place, in one order whatever its sets are sorted by."""
    return [
        ",".join(sorted(map(str, one)))
        if isinstance(one, frozenset | set)
        else str(one)
        for one in astuple(destination)
    ]


def with_what_it_is_of(
    kept: FromClause = views, *, within: FromClause | None = None
) -> FromClause:
    """Each kept view beside its record and the collection above.

    `within`: what the kept views are looked for in, with them in it.
    """
    source = kept if within is None else within
    return source.join(records, records.c.id == kept.c.record_id).outerjoin(
        above, above.c.id == records.c.collection_id
    )


def is_past(on: date) -> ColumnElement[bool]:
    """Whether the days alone say that a view counts no more; two indexes find them."""
    day = on.isoformat()
    return or_(views.c.valid_until <= day, views.c.valid_from > day)


def is_seen_at(
    store: Store,
    destination: str,
    purpose: Purpose,
    *,
    on: date,
    kept: FromClause = views,
) -> ColumnElement[bool]:
    """Whether anyone may see that view there, for that purpose, on that day."""
    kept_as_seen = is_kept_as_seen_at(store, destination, purpose, on=on, kept=kept)
    facts_hold = and_(
        kept.c.weighed == records.c.weighed,
        kept.c.above == func.coalesce(above.c.weighed, 0),
    )
    # PostgreSQL takes two equal numbers for a rare thing, would read all that is
    # shown to find one row, and sort it. Of a CASE it takes half to be true.
    return and_(kept_as_seen, case((facts_hold, true()), else_=false()))


def is_kept_as_seen_at(
    store: Store,
    destination: str,
    purpose: Purpose,
    *,
    on: date,
    kept: FromClause = views,
) -> ColumnElement[bool]:
    """What a view says of itself of `is_seen_at`; nothing is shown by it alone.

    Its facts may have moved on since.
    """
    day = on.isoformat()
    return and_(
        kept.c.destination == destination,
        kept.c.purpose == purpose.value,
        kept.c.is_seen == true(),
        kept.c.light == light_of(store, store.destination(destination)),
        kept.c.valid_from <= day,
        kept.c.valid_until > day,
    )
