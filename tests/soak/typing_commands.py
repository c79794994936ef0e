"""Commands typed at a home whose store is on any of the databases."""

import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Connection, delete, insert, select, text

from knowledge_base import tables
from knowledge_base.backups.filling import count_on
from knowledge_base.engines import engine_for
from knowledge_base.settings import read_settings
from knowledge_base.store import create
from tests.withcare.mortal_shell import Shell


@dataclass(frozen=True)
class AnyShell(Shell):
    """The same, wherever its store is; `address` makes an empty database."""

    address: Callable[[], str]

    def run(self, *words: str, dies_at: int = 0) -> int | None:
        """The exit code; None where it was killed, at a change of tables too."""
        said = self.home.parent / "said"
        (self.home.parent / "said.moments").unlink(missing_ok=True)
        ended = self.loaded.run(
            self.home, *words, dies_at=dies_at, said=said, at_tables=True
        )
        return ended.exit_code

    def set_up(self) -> None:
        """The folder, and settings that name an empty database."""
        self.home.mkdir(parents=True)
        self._name(self.address())

    def copied_to(self, folder: Path) -> "AnyShell":
        """The same home once more, with all that its store holds."""
        copy = AnyShell(folder / "home", self.loaded, self.address)
        if not self.home.exists():
            folder.mkdir(parents=True)
            copy.set_up()
            return copy
        shutil.copytree(self.home, copy.home)
        url = self.address()
        copy._name(url)
        copy_rows(read_settings(self.home, {}).database_url, url)
        return copy

    @property
    def moments(self) -> int:
        """At how many moments the last command could have been killed."""
        count = self.home.parent / "said.moments"
        return int(count.read_text("utf-8")) if count.is_file() else 0

    def _name(self, url: str) -> None:
        """In the first line of the settings; what else stands there stays."""
        settings, rest = self.home / "settings.toml", ""
        if settings.exists():
            rest = settings.read_text("utf-8").partition("\n")[2]
        settings.write_text(f"database = {json.dumps(url)}\n{rest}", "utf-8")


def copy_rows(source: str, target: str) -> None:
    """All rows of one store into an empty database."""
    create(target, now=datetime.now(UTC))
    reads, writes = engine_for(source), engine_for(target)
    with reads.connect() as before, writes.begin() as after:
        if after.dialect.name == "mysql":
            # It asks row by row whether a record's collection is there already.
            after.execute(text("SET FOREIGN_KEY_CHECKS = 0"))
        after.execute(delete(tables.chain_head))
        for table in tables.metadata.sorted_tables:
            rows = [dict(row) for row in before.execute(select(table)).mappings()]
            if rows:
                _insert(after, rows, table.name)
                count_on(after, table)
    reads.dispose()
    writes.dispose()


def _insert(db: Connection, rows: list[dict[str, object]], name: str) -> None:
    db.execute(insert(tables.metadata.tables[name]), rows)
