"""Of which version a store is, and what to do where it is not this one."""

from functools import cache
from pathlib import Path

from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from policies.errors import WithcareError

MIGRATIONS = Path(__file__).parent / "migrations"


class WrongVersion(WithcareError):
    """The store was made by another version of withcare; nothing was read."""

    def __init__(self, found: str | None, needed: str) -> None:
        self.found, self.needed = found, needed
        what = "is not there yet" if found is None else f"is of version {found}"
        remedy = "`withcare kb init`" if found is None else "`withcare kb upgrade`"
        super().__init__(f"The store {what}, needed is {needed}: run {remedy}.")


class NewerVersion(WrongVersion):
    """The store was made by a withcare that came after this one; nothing was read.

    What a later version wrote this one would read wrongly, a restriction included.
    """

    def __init__(self, found: str, needed: str) -> None:
        super().__init__(found, needed)
        self.args = (
            f"The store is of version {found}, which a newer withcare made; this one "
            f"knows versions up to {needed}, and nothing was read: run the newer "
            "withcare, or let `database` in settings.toml name an empty store and "
            "restore into it a backup from before the upgrade.",
        )


@cache
def needed_version() -> str:
    """The version of the tables that this withcare works with.

    Read once: a process that goes on while its files are replaced stays what it was.
    """
    return str(_scripts().get_current_head())


def version_of(db: Connection) -> str | None:
    """The version of the tables that are there; None: there are none."""
    return MigrationContext.configure(db).get_current_revision()


def require_needed(found: str | None) -> None:
    """Raises `WrongVersion`, or its child `NewerVersion`, for any other version."""
    if found != needed_version():
        raise wrong_version(found)


def wrong_version(found: str | None) -> WrongVersion:
    """What to say of a store that is of this version and not of the needed one."""
    if found is None or found in known_versions():
        return WrongVersion(found, needed_version())
    return NewerVersion(found, needed_version())


@cache
def known_versions() -> frozenset[str]:
    """All versions that a store can be brought up from; read once as well."""
    return frozenset(one.revision for one in _scripts().walk_revisions())


def _scripts() -> ScriptDirectory:
    return ScriptDirectory(str(MIGRATIONS))
