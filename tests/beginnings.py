"""What many tests begin with is made once for each process, and copied after that."""

from collections.abc import Callable
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, TypeVar

from sqlalchemy import make_url

Known = TypeVar("Known")


def begin(url: str, fill: Callable[[str], Known]) -> Known:
    """Fills the empty database at the address; what `fill` knows of it afterwards.

    `fill` closes what it opens, and what it returns is shared: nobody changes it.
    On SQLite it is asked once, and what it has written is copied; on a server a copy
    takes as long as the making.
    """
    address = make_url(url)
    if address.get_backend_name() != "sqlite" or not address.database:
        return fill(url)
    written, known_of_it = _filled_once(fill)
    Path(address.database).write_bytes(written)
    known: Known = known_of_it
    return known


@cache
def _filled_once(fill: Callable[[str], Any]) -> tuple[bytes, Any]:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "begun.sqlite"
        known = fill(f"sqlite:///{path}")
        assert [path] == list(Path(folder).iterdir()), "something is still open"
        return path.read_bytes(), known
