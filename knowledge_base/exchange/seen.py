"""Which identifiers a file has named already, kept on the disk and not in memory."""

import sqlite3


class SeenIdentifiers:
    """Finds an identifier that a file uses for two records, whatever its size."""

    def __init__(self) -> None:
        # An empty name is a database of SQLite's own, gone when it is closed; small
        # ones never reach the disk.
        # One thread reads, and another closes it.
        self._db = sqlite3.connect("", isolation_level=None, check_same_thread=False)
        self._db.execute(
            "CREATE TABLE seen (identifier TEXT PRIMARY KEY, row INTEGER) WITHOUT ROWID"
        )
        self._db.execute("BEGIN")

    def first_row(self, identifier: str, row: int) -> int | None:
        """The row that named it before, or None: then this row is the first."""
        added = self._db.execute(
            "INSERT OR IGNORE INTO seen VALUES (?, ?)", (identifier, row)
        )
        if added.rowcount:
            return None
        found = self._db.execute(
            "SELECT row FROM seen WHERE identifier = ?", (identifier,)
        )
        first: int = found.fetchone()[0]
        return first

    def close(self) -> None:
        self._db.close()
