"""A full and a read-only disk, with the real thing: a sentence, and nothing untrue."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from subprocess import CompletedProcess

import pytest
from sqlalchemy import func, select

from knowledge_base import tables
from knowledge_base.chain import verify
from knowledge_base.faults import StoreFull
from tests.conftest import started
from tests.knowledge_base.conftest import make_world
from tests.knowledge_base.exchange.conftest import importer, item, write_lines
from tests.review_app.table import lay_table
from tests.services.small_disk import SmallDisk, mounted
from tests.withcare.mortal import Mortals, mortals
from tests.withcare.test_commands import REASON
from withcare.exit_codes import ExitCode

ROOM = "make room on that disk"
WRITABLE = "on a disk that is writable"
COMMANDS = [
    ("kb", "audit", "verify"),
    ("kb", "collection", "x", "--title", "X", "--as", "ilse", *REASON),
    ("kb", "upgrade"),
    ("kb", "init"),
    ("review", "add-account", "ada", "--as", "odo"),
    ("review", "serve", "--port", "0"),
]


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[SmallDisk]:
    """Four megabytes; a loud skip where nobody may mount one."""
    yield from started(lambda: mounted(tmp_path / "disk", kilobytes=4096))


@pytest.fixture(scope="module")
def loaded() -> Iterator[Mortals]:
    with mortals() as running:
        yield running


@dataclass(frozen=True)
class Terminal:
    """A shell whose commands are processes of their own: none holds the disk after.

    What they say is kept in the folder `beside`, which is on another disk.
    """

    home: Path
    loaded: Mortals
    beside: Path

    def run(self, *words: str) -> CompletedProcess[str]:
        said, wrong = self.beside / "said", self.beside / "wrong"
        ended = self.loaded.run(self.home, *words, said=said, wrong=wrong)
        assert ended.exit_code is not None
        told = [one.read_text("utf-8") for one in (said, wrong)]
        return CompletedProcess(words, ended.exit_code, *told)

    def done(self, *words: str) -> str:
        ended = self.run(*words)
        assert ended.returncode == ExitCode.DONE, ended.stderr
        return ended.stdout


@pytest.fixture
def bare(disk: SmallDisk, loaded: Mortals, tmp_path: Path) -> Terminal:
    """A home on the small disk, and nothing in it."""
    return Terminal(disk.home, loaded, tmp_path)


@pytest.fixture
def terminal(bare: Terminal) -> Terminal:
    """The same, with an operator and an archivist."""
    bare.done("kb", "init")
    bare.done("review", "add-account", "odo")
    bare.done("review", "add-account", "ilse", "--role", "archivist", "--as", "odo")
    return bare


def require_told(ended: CompletedProcess[str], remedy: str) -> None:
    """It ended with 1 and one sentence that says the remedy, and no traceback."""
    assert ended.returncode == ExitCode.ERROR
    assert remedy in ended.stderr
    assert ended.stderr.startswith("withcare: ")
    assert len(ended.stderr.splitlines()) == 1


def test_every_command_says_that_the_disk_is_full(
    terminal: Terminal, disk: SmallDisk
) -> None:
    before = terminal.done("kb", "audit", "verify")
    disk.fill()
    for words in COMMANDS:
        require_told(terminal.run(*words), ROOM)
    disk.make_room()
    assert terminal.done("kb", "audit", "verify") == before


def test_every_command_says_that_the_disk_may_only_be_read(
    terminal: Terminal, disk: SmallDisk
) -> None:
    before = terminal.done("kb", "audit", "verify")
    disk.turn("ro")
    for words in COMMANDS:
        require_told(terminal.run(*words), WRITABLE)
    disk.turn("rw")
    assert terminal.done("kb", "audit", "verify") == before


def test_a_home_on_a_full_disk_is_made_once_there_is_room(
    bare: Terminal, disk: SmallDisk
) -> None:
    disk.fill()
    require_told(bare.run("kb", "init"), ROOM)
    assert [path.name for path in disk.home.iterdir()] == ["keys"]
    disk.make_room()
    bare.done("kb", "init")
    bare.done("kb", "audit", "verify")


def test_half_a_backup_does_not_keep_the_disk_full(
    disk: SmallDisk, loaded: Mortals, tmp_path: Path
) -> None:
    other = disk.path / "all.zip"
    home = Terminal(tmp_path / "home", loaded, tmp_path)
    home.done("kb", "init")
    home.done("review", "add-account", "odo")
    disk.fill()
    require_told(home.run("kb", "backup", str(other)), ROOM)
    assert not list(disk.path.glob("all.zip*"))
    disk.make_room()
    disk.turn("ro")
    require_told(home.run("kb", "backup", str(other)), "name another place")
    disk.turn("rw")
    home.done("kb", "backup", str(other))


def test_an_import_that_fills_the_disk_goes_on_where_it_was(
    disk: SmallDisk, tmp_path: Path
) -> None:
    many = 1000
    path = write_lines(tmp_path / "many.jsonl", map(item, range(many)))
    world = make_world(f"sqlite:///{disk.home / 'withcare.sqlite'}")
    take_in = importer(world)
    disk.leave_room(1 << 20)
    with pytest.raises(StoreFull, match=ROOM):
        take_in(path)
    with world.store.reading() as db:
        assert verify(db).holds
    disk.make_room()
    disk.turn("rw,size=64m")
    take_in(path)
    with world.store.reading() as db:
        of_the_file = tables.records.c.identifier.startswith("I.")
        query = select(func.count()).select_from(tables.records).where(of_the_file)
        assert db.scalar(query) == many
        assert verify(db).holds
    world.store.close()


def test_at_the_review_table_a_full_disk_is_a_kind_page(disk: SmallDisk) -> None:
    table = lay_table(disk.home)
    record = table.invented("INV.04", "zephrindle")
    tamsel = table.person("tamsel")
    page = tamsel.reads(f"/desk/{record}")
    length = table.length(record)
    disk.fill()
    words = "What she typed, and it is long. " * 300
    answer = tamsel.sends(page, f"/{record}/flag", note=words, field="description")
    assert answer.status_code == 503
    assert "cannot be reached just now" in answer.text
    assert words.strip() in answer.text
    assert table.length(record) == length
    table.now = table.now.replace(hour=table.now.hour + 1)
    assert tamsel.opens(f"/desk/{record}").status_code == 200, "reading goes on"
    disk.make_room()
    answer = tamsel.sends(page, f"/{record}/flag", note="Now.", field="description")
    assert answer.status_code == 303
    with table.store.reading() as db:
        assert verify(db).holds
    table.store.close()
