"""A thief with the database, its files and a backup reads what 022 says, and no more.

`columns.yaml` says of each column what is in it; `ways_in` plants a word by each way.
"""

import re
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import BigInteger, Boolean, Integer, inspect, select

from knowledge_base import tables
from knowledge_base.backups import back_up
from knowledge_base.backups.archive import LEFT_OUT
from knowledge_base.columns import UtcTime
from knowledge_base.engines import engine_for
from knowledge_base.keys import read_text
from knowledge_base.markers.book import MarkerBook
from knowledge_base.markers.key import read_key
from knowledge_base.records import find_records
from policies.plain_yaml import read
from tests.knowledge_base.conftest import World, make_sealed_world
from tests.knowledge_base.ways_in import WAYS, Planting, Way, plant_all

HERE = Path(__file__)
DECISION = HERE.parents[2] / "docs/decisions/022-what-stays-in-the-open.md"
READ = read(HERE.with_name("columns.yaml")).plain
OPEN: Mapping[str, str] = READ["open"]
COLUMNS: Mapping[str, Mapping[str, str | list[str]]] = READ["columns"]
CLOSED = {"sealed", "mark", "code", "time"}
WITHOUT_TEXT = (BigInteger, Integer, Boolean, UtcTime)
MASTER = bytes(range(32))


def classes(table: str, column: str) -> set[str]:
    """What `columns.yaml` says of it; nothing of a number or a moment."""
    said = COLUMNS.get(table, {}).get(column, [])
    return {said} if isinstance(said, str) else set(said)


def test_each_column_that_can_hold_a_text_says_what_is_in_it() -> None:
    there = {
        (table.name, column.name)
        for table in tables.metadata.sorted_tables
        for column in table.columns
        if not isinstance(column.type, WITHOUT_TEXT)
    }
    listed = {(table, column) for table in COLUMNS for column in COLUMNS[table]}
    assert listed == there
    said = {one for table, column in listed for one in classes(table, column)}
    assert said <= CLOSED | OPEN.keys()


def test_what_stays_in_the_open_is_what_the_decision_names() -> None:
    rows = re.findall(r"^\| (.+?) \|", DECISION.read_text("utf-8"), re.MULTILINE)
    assert set(rows) - {"what"} == set(OPEN.values())
    said = {
        x
        for table in COLUMNS
        for column in COLUMNS[table]
        for x in classes(table, column)
    }
    assert OPEN.keys() <= said


@dataclass(frozen=True)
class Stolen:
    """A store into which a word was planted by each way, as it lies there."""

    world: World
    url: str
    folder: Path
    on: Planting

    def words(self) -> dict[str, Way | None]:
        """What is looked for, and how it came in; None: a secret, kept nowhere."""
        of_ways: dict[str, Way | None] = {way.word: way for way in WAYS}
        return of_ways | dict.fromkeys(self.on.secrets.values())

    def leaked(self, place: str, where: str, text: str, allowed: set[str]) -> list[str]:
        """One sentence for each word that stands there and should not."""
        return [
            f"{'a secret' if way is None else way.name} stands in {place} {where}"
            for word, way in self.words().items()
            if word in text and (way is None or way.stays not in allowed)
        ]


@pytest.fixture
def stolen(any_database_url: str, tmp_path: Path) -> Iterator[Stolen]:
    """Such a store on each database, with a master key as in earnest."""
    world = make_sealed_world(any_database_url, MASTER)
    book = MarkerBook(tmp_path / "markers.jsonl", read_key(tmp_path / "keys"))
    world.store.markers = book
    (tmp_path / "files").mkdir()
    on = plant_all(world, tmp_path / "files")
    yield Stolen(world, any_database_url, tmp_path, on)
    world.store.close()


def rows_of(url: str) -> Iterator[tuple[str, str, str]]:
    """(table, column, what stands there): all that whoever has its files can read."""
    engine = engine_for(url)
    with engine.connect() as db:
        there = {x for x in inspect(db).get_table_names() if "view_tokens" not in x}
        assert there == {*tables.metadata.tables, "alembic_version"}
        for table in tables.metadata.sorted_tables:
            for row in db.execute(select(table)).mappings():
                for column in table.columns:
                    yield table.name, column.name, repr(row[column.name])
    engine.dispose()


def test_a_thief_finds_no_word_but_where_the_decision_says(stolen: Stolen) -> None:
    told_with_keys = opened(stolen.world)
    hidden = [way for way in WAYS if way.stays is None]
    assert [way.name for way in hidden if way.word not in told_with_keys] == []
    leaked, seen = _in_the_tables(stolen)
    told = [way for way in WAYS if way.stays in OPEN]
    assert [way.name for way in told if way.word not in seen] == []
    assert leaked + _in_files(stolen) + _in_the_backup(stolen) == []


def opened(world: World) -> str:
    """All that opens with the keys of the store: its texts, and what is known."""
    table = tables.contents.c
    with world.store.reading() as db:
        rows = db.execute(select(table.commitment, table.salt, table.text)).all()
        texts = [read_text(db, *row) for row in rows]
        ids = tuple(db.scalars(select(tables.records.c.id)))
        known = [repr(one.known) for one in find_records(db, ids).values()]
    return "\n".join([*filter(None, texts), *known])


def _in_the_tables(stolen: Stolen) -> tuple[list[str], str]:
    leaked, seen = [], []
    for table, column, text in rows_of(stolen.url):
        allowed = classes(table, column) - CLOSED
        leaked += stolen.leaked(table, column, text, allowed)
        seen.append(text)
    return leaked, "\n".join(seen)


def _in_files(stolen: Stolen) -> list[str]:
    """SQLite's file and its log, and the file of markers."""
    leaked = []
    for path in sorted(stolen.folder.glob("withcare.sqlite*")):
        text = path.read_bytes().decode("latin-1")
        leaked += stolen.leaked("the file", path.name, text, set(OPEN))
    markers = stolen.folder / "markers.jsonl"
    text = markers.read_text("utf-8")
    assert text
    return leaked + stolen.leaked("the file", markers.name, text, set())


def _in_the_backup(stolen: Stolen) -> list[str]:
    path = stolen.folder / "all.zip"
    back_up(stolen.world.store, path, now=stolen.world.later())
    leaked = stolen.leaked(
        "the backup", "packed", path.read_bytes().decode("latin-1"), set()
    )
    with zipfile.ZipFile(path) as archive:
        for name in archive.namelist():
            table = Path(name).stem if name.startswith("tables/") else ""
            assert table not in LEFT_OUT
            allowed = {x for one in COLUMNS.get(table, ()) for x in classes(table, one)}
            text = archive.read(name).decode("utf-8")
            leaked += stolen.leaked("the backup", name, text, allowed - CLOSED)
    return leaked
