"""What many tests begin with is made once for each process, and copied after that."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, TypeVar
from uuid import uuid4

from sqlalchemy import URL, Connection, NullPool, create_engine, make_url, text

Known = TypeVar("Known")


def begin(url: str, fill: Callable[[str], Known]) -> Known:
    """Fills the empty database at the address; what `fill` knows of it afterwards.

    `fill` closes what it opens, and what it returns is shared: nobody changes it. It
    is asked once for each server, and what it has written there is copied.
    """
    address = make_url(url)
    known: Known
    match address.get_backend_name():
        case "sqlite":
            written, known = _in_a_file(fill)
            Path(address.database or "").write_bytes(written)
        case "postgresql":
            template, known = _beside(_server_of(address), fill)
            _copy_on_postgresql(address, template)
        case _:
            template, known = _beside(_server_of(address), fill)
            _copy_on_mariadb(address, template)
    return known


@cache
def _in_a_file(fill: Callable[[str], Any]) -> tuple[bytes, Any]:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "begun.sqlite"
        known = fill(f"sqlite:///{path}")
        assert [path] == list(Path(folder).iterdir()), "something is still open"
        return path.read_bytes(), known


@cache
def _beside(server: URL, fill: Callable[[str], Any]) -> tuple[str, Any]:
    """The name of a filled database on that server; it goes with the server."""
    name = f"begun_{uuid4().hex}"
    with _statements(server) as db:
        db.execute(text(f"CREATE DATABASE {name}"))
    url = server.set(database=name).render_as_string(hide_password=False)
    return name, fill(url)


def _server_of(address: URL) -> URL:
    is_postgresql = address.get_backend_name() == "postgresql"
    return address.set(database="postgres" if is_postgresql else "")


@contextmanager
def _statements(address: URL) -> Iterator[Connection]:
    engine = create_engine(address, isolation_level="AUTOCOMMIT", poolclass=NullPool)
    with engine.connect() as db:
        yield db
    engine.dispose()


def _copy_on_postgresql(address: URL, template: str) -> None:
    with _statements(_server_of(address)) as db:
        db.execute(text(f"DROP DATABASE {address.database}"))
        copied = f"TEMPLATE {template} STRATEGY file_copy"
        db.execute(text(f"CREATE DATABASE {address.database} {copied}"))


def _copy_on_mariadb(address: URL, template: str) -> None:
    """Table by table: it has nothing that copies a whole database."""
    with _statements(address) as db:
        # A table may point to one that comes later.
        db.execute(text("SET foreign_key_checks = 0"))
        for made, filled in _tables(_server_of(address), template):
            db.exec_driver_sql(made)
            if filled:
                db.exec_driver_sql(filled)


@cache
def _tables(server: URL, template: str) -> tuple[tuple[str, str], ...]:
    """For each table what makes it, and what fills it; "" where nothing is in it."""
    with _statements(server.set(database=template)) as db:
        names = db.scalars(text("SHOW TABLES")).all()
        return tuple(
            (
                db.execute(text(f"SHOW CREATE TABLE `{name}`")).one()[1],
                f"INSERT INTO `{name}` SELECT * FROM `{template}`.`{name}`"
                if db.scalar(text(f"SELECT COUNT(*) FROM `{name}`"))
                else "",
            )
            for name in names
        )
