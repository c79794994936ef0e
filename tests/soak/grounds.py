"""Where rounds are played: servers started when first asked for, emptied each time."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import cached_property
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import uuid4

from tests.services import mariadb, postgresql
from tests.soak.subject import Place, Round
from tests.wiki_fixtures import running_wiki
from withcare.sandbox import RunningSandbox
from withcare.sandbox.mediawiki import find_mediawiki


class Grounds:
    """The servers of one run; each starts with the first round that needs it."""

    def __init__(self, held: ExitStack) -> None:
        self._held = held

    @contextmanager
    def round(
        self, place: Place, number: int, seed: str, *, is_slice: bool = False
    ) -> Iterator[Round]:
        """A round with a folder of its own; what it made is gone afterwards."""
        with TemporaryDirectory(prefix="withcare-soak-") as name, ExitStack() as made:
            folder = Path(name)

            def address() -> str:
                url, drop = self._address(place, folder)
                made.callback(drop)
                return url

            wiki = self._as_new() if place is Place.WIKI else None
            yield Round(place, number, seed, folder, address, wiki, is_slice)

    def _address(self, place: Place, folder: Path) -> tuple[str, Callable[[], None]]:
        """The address of an empty database, and what takes it away again."""
        if place is Place.POSTGRESQL or place is Place.MARIADB:
            is_first = place is Place.POSTGRESQL
            server = self.postgresql if is_first else self.mariadb
            name = server.create_database()
            return server.url(name), lambda: server.drop_database(name)
        return f"sqlite:///{folder / uuid4().hex}.sqlite", lambda: None

    def _as_new(self) -> RunningSandbox:
        self.wiki.reset()
        return self.wiki

    @cached_property
    def postgresql(self) -> postgresql.PostgreSQL:
        return self._held.enter_context(postgresql.running())

    @cached_property
    def mariadb(self) -> mariadb.MariaDB:
        return self._held.enter_context(mariadb.running())

    @cached_property
    def wiki(self) -> RunningSandbox:
        return self._held.enter_context(running_wiki(find_mediawiki()))


@contextmanager
def grounds() -> Iterator[Grounds]:
    """All that a run needs; every server that it started is ended with it."""
    with ExitStack() as held:
        yield Grounds(held)
