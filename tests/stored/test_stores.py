"""The store of each release is upgraded and says what it said, and never shows more."""

import gzip
import json
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from msgspec import to_builtins
from sqlalchemy import select
from sqlalchemy.engine import make_url

from knowledge_base.backups import Since, back_up_as_it_stands, restore
from knowledge_base.calendar_days import civil_days
from knowledge_base.chain import verify
from knowledge_base.engines import engine_for
from knowledge_base.history import history_of
from knowledge_base.kept_views import count_shown, list_shown, renew_all
from knowledge_base.store import Store, create, version_at
from knowledge_base.tables import steps
from knowledge_base.versions import needed_version
from policies.rulebook import Rulebook
from tests.knowledge_base.conftest import OWN_WIKI, START, WIKI
from tests.stored import dumps
from tests.stored.keeping import found_in

HERE = Path(__file__).parent
RELEASES = sorted(path.stem for path in HERE.glob("*.zip"))


def told(release: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((HERE / f"{release}.json").read_text("utf-8"))
    return found


@contextmanager
def opened(url: str) -> Iterator[Store]:
    store = Store.open(
        url, rulebook=Rulebook.shipped(), destinations=(OWN_WIKI,), keys=None
    )
    yield store
    store.close()


def require_as_told(url: str, release: str) -> None:
    then = told(release)
    with opened(url) as store:
        now = found_in(store, on=datetime.fromisoformat(then["at"]))
        with store.reading() as db:
            assert verify(db, since=tuple(then["head"])).holds
            read = [entry for id in then["states"] for entry in history_of(db, id)]
    assert read
    assert now["states"] == then["states"]
    assert now["head"] == then["head"]
    # Under other rules less may be read until somebody has looked; never more.
    assert set(now["readable"]) <= set(then["readable"])
    for id, view in now["shown"].items():
        assert view == then.get("shown", now["shown"])[id]


def test_a_release_is_kept_with_something_in_it() -> None:
    assert RELEASES
    for release in RELEASES:
        states = told(release)["states"]
        assert {"published", "withdrawn", "erased", "refused"} <= set(states.values())
        published = [id for id, state in states.items() if state == "published"]
        assert published
        assert set(published) <= set(told(release)["readable"])


def fill(url: str, release: str) -> None:
    """The store of that release in the empty database, as its own server kept it."""
    address = make_url(url)
    kind = address.get_backend_name()
    if kind == "sqlite":
        whole = gzip.decompress((HERE / f"{release}.sqlite.gz").read_bytes())
        Path(str(address.database)).write_bytes(whole)
        return
    name = {"postgresql": "postgresql", "mysql": "mariadb"}[kind]
    dump = gzip.decompress((HERE / f"{release}.{name}.sql.gz").read_bytes())
    dumps.fill(url, dump.decode())


@pytest.mark.parametrize("release", RELEASES)
def test_the_store_of_a_release_is_upgraded(
    release: str, any_database_url: str
) -> None:
    fill(any_database_url, release)
    then = told(release)
    assert version_at(any_database_url) == then["version"]
    create(any_database_url, now=datetime.fromisoformat(then["at"]))
    assert version_at(any_database_url) == needed_version()
    require_as_told(any_database_url, release)
    create(any_database_url, now=datetime.fromisoformat(then["at"]))
    require_as_told(any_database_url, release)
    require_views_as_told(any_database_url, release)


def require_views_as_told(url: str, release: str) -> None:
    """What stood before views were kept is kept now, and no more is listed."""
    at = datetime.fromisoformat(told(release)["at"])
    with opened(url) as store:
        standing = sum(
            state in ("approved", "publishing", "published", "changed")
            for state in told(release)["states"].values()
        )
        assert renew_all(store, now=at) == standing
        assert renew_all(store, now=at) == 0
        readable = found_in(store, on=at)["readable"]
        with store.reading() as db:
            on = civil_days(at).closing
            page = list_shown(db, store, WIKI, on=on, limit=100)
            assert sorted(view.record for view in page.views) == sorted(readable)
            assert count_shown(db, store, WIKI, on=on) == len(readable)


def test_a_release_holds_each_step_that_there_was(sqlite_url: str) -> None:
    fill(sqlite_url, "the-line")
    engine = engine_for(sqlite_url)
    with engine.connect() as db:
        rows = db.execute(select(steps.c.kind, steps.c.version)).all()
    engine.dispose()
    assert len({tuple(row) for row in rows}) == 51


@pytest.mark.parametrize("release", RELEASES)
def test_the_backup_of_a_release_comes_back(
    release: str, any_database_url: str, tmp_path: Path
) -> None:
    """On each database, whichever version made it; nothing else stays behind."""
    then = told(release)
    room = tmp_path / "room"
    restore(
        any_database_url,
        HERE / f"{release}.zip",
        since=Since(newest=tuple(then["head"])),
        room=room,
        now=START,
    )
    assert version_at(any_database_url) == needed_version()
    require_as_told(any_database_url, release)
    require_views_as_told(any_database_url, release)
    assert not room.exists() or not list(room.iterdir())


@pytest.mark.parametrize("release", RELEASES)
def test_an_older_store_is_backed_up_as_it_stands(
    release: str, any_database_url: str, tmp_path: Path
) -> None:
    """Before it is upgraded: row for row what its own version would have written."""
    fill(any_database_url, release)
    then = told(release)
    at = datetime.fromisoformat(then["at"])
    made = back_up_as_it_stands(any_database_url, tmp_path / "now.zip", now=at)
    with zipfile.ZipFile(HERE / f"{release}.zip") as kept:
        of_its_own = json.loads(kept.read("manifest.json"))
    assert made.store == then["version"]
    assert list(made.head) == then["head"]
    assert to_builtins(made.tables) == of_its_own["tables"]
