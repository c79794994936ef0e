"""An older backup is restored: on the wiki too nothing comes back by itself."""

from datetime import UTC, datetime
from pathlib import Path

from knowledge_base import steps
from knowledge_base.backups import Since, back_up, restore
from knowledge_base.journeys import State
from knowledge_base.keyrings import keyring_of
from knowledge_base.markers.book import MarkerBook
from knowledge_base.markers.key import read_key
from knowledge_base.store import Store
from policies.rulebook import Rulebook
from tests.knowledge_base.conftest import OWN_WIKI
from tests.wikibot.hands.bench import Bench
from wikibot.hands.run import Part

pytest_plugins = ["tests.wiki_fixtures"]

CANARY = "Quillfeather of the invented shore"
COMPARED = frozenset({Part.RECONCILE, Part.COMPARE})


class Earlier:
    """The store as it is now can be put back to here; the wiki goes on."""

    def __init__(self, bench: Bench, folder: Path) -> None:
        self.bench, self.folder = bench, folder
        self.book = MarkerBook(folder / "markers.jsonl", read_key(folder / "keys"))
        bench.world.store.markers = self.book
        back_up(bench.world.store, folder / "old.zip", now=datetime.now(UTC))

    def put_back(self) -> None:
        world = self.bench.world
        world.store.close()
        keys = keyring_of(self.bench.settings)
        url = f"sqlite:///{self.folder / 'again.sqlite'}"
        restore(
            url,
            self.folder / "old.zip",
            since=Since(book=self.book),
            destinations=(OWN_WIKI,),
            keys=keys,
            now=datetime.now(UTC),
        )
        world.store = Store.open(
            url,
            rulebook=Rulebook.shipped(),
            destinations=(OWN_WIKI,),
            markers=self.book,
            keys=keys,
        )


def titles(bench: Bench, *records: str) -> list[str]:
    return [bench.page(record).title for record in records]


def test_what_was_taken_back_and_erased_since_is_shown_nowhere(
    bench: Bench, tmp_path: Path
) -> None:
    kept, withdrawn = bench.published(), bench.published(description=CANARY)
    erased = bench.published(description=CANARY)
    earlier = Earlier(bench, tmp_path)
    stood_at = titles(bench, withdrawn, erased)
    for record in (withdrawn, erased):
        bench.withdraw(record)
    bench.run()
    bench.world.take(erased, steps.Erased(), by=bench.world.archivist)
    earlier.put_back()

    held = bench.run()
    assert ("*", "not-compared") in held.people
    assert bench.run(COMPARED).trouble == []
    bench.run()

    assert CANARY not in "".join(bench.text_at(title) for title in stood_at)
    assert bench.world.state(withdrawn) is State.WITHDRAWN
    assert bench.world.state(erased) is State.WITHDRAWN
    assert bench.world.state(kept) is State.PUBLISHED


def test_a_withdrawal_that_the_wiki_never_heard_of_takes_place(
    bench: Bench, tmp_path: Path
) -> None:
    record = bench.published(description=CANARY)
    earlier = Earlier(bench, tmp_path)
    bench.withdraw(record)
    title = bench.page(record).title
    earlier.put_back()
    assert CANARY in bench.text_at(title)
    bench.run()  # nothing is saved before the two were compared, and this is not saved
    assert CANARY not in bench.text_at(title)
    assert bench.world.state(record) is State.WITHDRAWN


def test_nothing_is_saved_before_somebody_had_it_compared(
    bench: Bench, tmp_path: Path
) -> None:
    record = bench.approved()
    earlier = Earlier(bench, tmp_path)
    earlier.put_back()
    assert bench.run().saved == 0
    bench.run(COMPARED)
    assert bench.world.state(record) is State.IN_REVIEW
    bench.approve_again(record)
    assert bench.run().saved == 1


def test_a_page_that_was_saved_since_waits_for_a_person(
    bench: Bench, tmp_path: Path
) -> None:
    record, same = bench.published(description="Made of reed."), bench.published()
    earlier = Earlier(bench, tmp_path)
    bench.tell_otherwise(record, description="Made of wood.")
    bench.approve_again(record)
    bench.run()
    assert "Made of wood." in bench.text(record)
    earlier.put_back()
    compared = bench.run(COMPARED)
    assert (record, "lapsed") in compared.people
    assert bench.world.state(record) is State.CHANGED
    assert bench.world.state(same) is State.PUBLISHED
    bench.run()
    assert "Made of wood." in bench.text(record)
