"""What a database may answer instead of its work, each with the way out.

Only what a person can mend is named here. A broken promise of our own (a constraint)
goes on as it is, to whoever knows what it means.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError

from policies.errors import WithcareError


class StoreFault(WithcareError):
    """The database did not do its work; nothing of it was written."""


class StoreBusy(StoreFault):
    """Somebody else writes for longer than we wait."""

    def __init__(self) -> None:
        super().__init__(
            "Somebody else is writing to the store and did not end; nothing was "
            "written: wait until that is done, then run the command again."
        )


class StoreFull(StoreFault):
    """There is no room where the store is kept."""

    def __init__(self) -> None:
        super().__init__(
            "There is no room left where the store is kept; nothing was written: "
            "make room on that disk, then run the command again."
        )


class StoreReadOnly(StoreFault):
    """The store may not be written to by whoever runs the command."""

    def __init__(self) -> None:
        super().__init__(
            "The store may be read and not written; nothing was written: run the "
            "command as the account that owns the store, on a disk that is writable. "
            "A system sets a failing disk to read-only: copy the home folder first."
        )


class NoStore(StoreFault):
    """What stands at the address is no store, or a damaged one."""

    def __init__(self) -> None:
        super().__init__(
            "What `database` in settings.toml names is no store, or is damaged; it was "
            "left as it is: name another file, or put a backup in its place."
        )


class DiskFails(StoreFault):
    """The disk did not do what it was told."""

    def __init__(self) -> None:
        super().__init__(
            "The disk under the store did not read or write what it was told; nothing "
            "was written: look at the disk and at who may use the home folder, copy "
            "the folder to another disk, then run the command again."
        )


class Unreachable(StoreFault):
    """The database cannot be reached; nothing was written."""

    def __init__(self, why: str) -> None:
        super().__init__(
            f"The database cannot be reached ({why}); check `database` in "
            "settings.toml, its password in keys/database.password, and that its "
            "server runs. What was not finished was not written: run the command again."
        )


# https://www.sqlite.org/rescode.html, https://www.postgresql.org/docs/current/
# errcodes-appendix.html and https://mariadb.com/kb/en/mariadb-error-codes/
_BUSY = {"SQLITE_BUSY", "SQLITE_LOCKED", "40001", "40P01", "55P03", 1205, 1213}
_FULL = {"SQLITE_FULL", "53100", 1021, 1114}
_READ_ONLY = {"SQLITE_READONLY", "SQLITE_PERM", "25006", 1290, 1792, 1836}
_NO_STORE = {"SQLITE_NOTADB", "SQLITE_CORRUPT"}
_AWAY = {
    *("08", "57P", "28", "3D000"),
    # Gone, going, or not letting us in.
    *(1040, 1044, 1045, 1049, 1053, 1698, 1927, 2002, 2003, 2006, 2013, 2055),
}

_DRIVERS = {"sqlite3", "psycopg", "pymysql"}

# SQLite says these of a full and of a read-only disk too, as it opens its log.
_OF_THE_DISK = {"SQLITE_CANTOPEN", "SQLITE_IOERR"}
FILE = "withcare_file"  # on an error of SQLite: which file it is about
_ENOUGH = 1 << 20  # bytes: less than this is not room to work in


@contextmanager
def told_plainly() -> Iterator[None]:
    """Raises a `StoreFault` for what the database answers, where a person can mend it.

    The driver's own words are left out: they may hold what was to be written.
    """
    try:
        yield
    except DBAPIError as error:
        fault = _fault_in(error.orig, error, is_gone=error.connection_invalidated)
        if fault is None:
            raise
        raise fault from error
    except Exception as error:
        # While a connection is made ready, SQLAlchemy hands on what the driver says.
        fault = _fault_in(error, error) if _is_a_drivers(error) else None
        if fault is None:
            raise
        raise fault from error


def _is_a_drivers(error: Exception) -> bool:
    return type(error).__module__.partition(".")[0] in _DRIVERS


def _fault_in(
    said: BaseException | None, error: Exception, *, is_gone: bool = False
) -> StoreFault | None:
    """The fault that a person can mend, or None for all else."""
    codes = _codes(said)
    if not codes and isinstance(error, OperationalError | InterfaceError):
        # PostgreSQL's client gives no code for a server that it never reached.
        return Unreachable(type(error).__name__)
    for known, fault in (
        (_BUSY, StoreBusy),
        (_FULL, StoreFull),
        (_READ_ONLY, StoreReadOnly),
        (_NO_STORE, NoStore),
    ):
        if codes & known:
            return fault()
    if codes & _OF_THE_DISK:
        return _fault_of_disk(getattr(said, FILE, None))
    if codes & _AWAY or is_gone:
        return Unreachable(type(error).__name__)
    return None


def _fault_of_disk(file: str | None) -> StoreFault:
    """What the system says of the disk that the file is on."""
    if file is None or not Path(file).parent.is_dir():
        return NoStore()
    folder = Path(file).parent
    disk = os.statvfs(folder)
    may_write = os.access(folder, os.W_OK) and (
        not Path(file).exists() or os.access(file, os.W_OK)
    )
    if disk.f_flag & os.ST_RDONLY or not may_write:
        return StoreReadOnly()
    if disk.f_bavail * disk.f_frsize < _ENOUGH:
        return StoreFull()
    return DiskFails()


def _codes(error: BaseException | None) -> set[str | int]:
    """The driver's codes, and the families of codes that they belong to."""
    of_sqlite = str(getattr(error, "sqlite_errorname", None) or "")
    of_postgresql = str(getattr(error, "sqlstate", None) or "")
    number = error.args[0] if error is not None and error.args else None
    codes: set[str | int] = {"_".join(of_sqlite.split("_")[:2])}
    codes |= {of_postgresql, of_postgresql[:2], of_postgresql[:3]}
    if isinstance(number, int):
        codes.add(number)
    return codes - {""}
