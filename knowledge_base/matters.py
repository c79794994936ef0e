"""The matters of a steward as people write them: short names, and record numbers."""

import re
from collections.abc import Iterable

from sqlalchemy import Connection

from knowledge_base.collections import NoSuchCollection, find_collection
from knowledge_base.stewardship import EVERYTHING
from policies.errors import WithcareError

_ID = re.compile(r"[0-9a-f]{32}")


class NoSuchMatter(WithcareError):
    """What was written names no collection and is no record's number."""

    def __init__(self, written: str) -> None:
        self.written = written
        super().__init__(
            f"{written!r} is no matter: give the short name of a collection, or the "
            "number of a record as it stands in its address. Leave it out for a "
            "steward who answers for everything."
        )


def read_matters(db: Connection, written: Iterable[str]) -> tuple[str, ...]:
    """The ids of the matters, each once; everything where nothing was written.

    A record's number is taken as it is: whether there is such a record is nobody's
    to find out here. Raises `NoSuchMatter`.
    """
    wanted = [one.strip() for one in written if one.strip()]
    found = dict.fromkeys(_read(db, one) for one in wanted)
    return tuple(found) or (EVERYTHING,)


def _read(db: Connection, written: str) -> str:
    if _ID.fullmatch(written.lower()):
        return written.lower()
    try:
        return find_collection(db, written)
    except NoSuchCollection as error:
        raise NoSuchMatter(written) from error
