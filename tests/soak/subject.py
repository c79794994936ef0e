"""What a subject of the soak is, and the round in which it is played once."""

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from random import Random

from knowledge_base.keys import Keyring
from withcare.sandbox import RunningSandbox


class Place(StrEnum):
    """Where a round is played; on a database it gets an empty one each time."""

    MEMORY = "memory"  # no store at all
    SQLITE = "sqlite"
    POSTGRESQL = "postgresql"
    MARIADB = "mariadb"
    WIKI = "wiki"  # a real MediaWiki, and a store on SQLite


MASTER = bytes(range(32))

STORES = (Place.SQLITE, Place.POSTGRESQL, Place.MARIADB)


class NotKept(AssertionError):
    """A promise was not kept; the message says which and how it was seen."""


@dataclass(frozen=True)
class Walked:
    """Which part of a matrix a round went through: cells of a row, of so many."""

    row: str
    cells: tuple[int, ...]
    of: int


@dataclass
class Round:
    """One round: where it is played, its chance, and what has happened in it so far.

    `chance` gives the same each time for one seed, subject, place and number; `seed`
    is of all rounds of the subject at the place, for what is walked through by them.
    `address` makes an empty database and returns its address.
    """

    place: Place
    number: int
    seed: str
    folder: Path
    address: Callable[[], str]
    wiki: RunningSandbox | None = None
    is_slice: bool = False
    told: list[str] = field(default_factory=list)
    cases: int = 0
    walked: Walked | None = None
    chance: Random = field(init=False)

    def __post_init__(self) -> None:
        self.chance = Random(f"{self.seed}/{self.number}")

    def keys(self) -> Keyring | None:
        """With which the store is opened: as in earnest it is sealed, or it is not."""
        is_sealed = self.chance.random() < 0.5
        self.tell("the store is sealed" if is_sealed else "nothing is sealed")
        return Keyring(MASTER) if is_sealed else None

    def many(self, whole: int) -> range:
        """So many, one after the other; of a slice a third."""
        return range(max(1, whole // 3) if self.is_slice else whole)

    def tell(self, what: str) -> None:
        """Writes down what is about to happen: a finding shows it, in this order."""
        self.told.append(what)

    def expect(self, kept: bool, otherwise: str) -> None:
        """Counts a case; raises `NotKept` where the promise was not kept."""
        self.cases += 1
        if not kept:
            raise NotKept(otherwise)


@dataclass(frozen=True)
class Subject:
    """A promise in words, the invariants it is of, and how a round of it is played.

    `notices` names breaks of tests/breaks/breaks.yaml, by their promise: the soak of a
    tree that is broken so finds it.
    """

    name: str
    promise: str
    invariants: tuple[int, ...]
    places: tuple[Place, ...]
    play: Callable[[Round], None]
    notices: tuple[str, ...]
