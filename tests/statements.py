"""Statements compiled once for the stores of all tests, and not for each of them.

Who runs withcare has one store, which compiles a statement once; each test opens a
store of its own, and compiling took much of the time of every test that has one.
"""

from typing import Any

from sqlalchemy import Connection, Engine, event

MOST = 5_000  # a process of tests saw some hundreds


class _Compiled(dict[Any, Any]):
    """What a statement was compiled to, for whatever speaks to the same server alike.

    An engine asks by its own dialect; those of one server and one driver compile alike.
    """

    def get(self, key: Any, default: Any = None) -> Any:
        return super().get(_alike(key), default)

    def __setitem__(self, key: Any, compiled: Any) -> None:
        if len(self) >= MOST:
            self.clear()
        super().__setitem__(_alike(key), compiled)


def _alike(key: Any) -> Any:
    dialect, *rest = key
    version = getattr(dialect, "server_version_info", None)
    return (type(dialect), dialect.name, version, *rest)


_COMPILED = _Compiled()


def compile_once() -> None:
    """From now on, for every engine of this process."""
    event.listen(Engine, "engine_connect", _share)


def _share(db: Connection) -> None:
    db.execution_options(compiled_cache=_COMPILED)
