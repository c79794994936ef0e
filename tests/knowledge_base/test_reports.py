"""A report finds its page however the page is named, and is not lost to haste."""

import pytest

from knowledge_base import reports, steps
from knowledge_base.answers import Yes
from knowledge_base.approving import Seen, approve
from knowledge_base.flags import FlagAgainst, flag, settle_flag
from knowledge_base.gate import decision_of
from knowledge_base.history import length_of
from knowledge_base.journeys import State
from knowledge_base.notes import Note
from knowledge_base.pages import keep_base, keep_title
from knowledge_base.records import content_text, get_record, hash_of
from knowledge_base.reports import Report, find_page, follow, report
from knowledge_base.steps import SOFTWARE
from knowledge_base.workflow import note
from policies.visibility import Visibility
from tests.knowledge_base.conftest import WIKI, World

TITLE = "Mānuka boat (B.1)"
WRITTEN = [
    "Mānuka boat (B.1)",
    "  Mānuka_boat_(B.1)#History ",
    "mānuka boat (B.1)",
    "M%C4%81nuka_boat_(B.1)",
    "Talk:Mānuka boat (B.1)",
    "https://wiki.example.org/index.php/Mānuka_boat_(B.1)",
    "https://wiki.example.org/index.php/M%C4%81nuka_boat_(B.1)",
    "https://wiki.example.org/index.php/Mānuka_boat_(B.1)?uselang=ar",
    "https://wiki.example.org/index.php?title=M%C4%81nuka_boat_%28B.1%29&action=history",
    "https://wiki.example.org/w/index.php?action=edit&title=M%C4%81nuka+boat+(B.1)#top",
    "https://wiki.example.org/wiki/M%C4%81nuka_boat_(B.1)#Notes",
    "https://wiki.example.org/w/Mānuka_boat_(B.1)",
    "https://wiki.example.org/Mānuka_boat_(B.1)",
    "https://wiki.example.org/index.php/Talk:M%C4%81nuka_boat_(B.1)",
    "https://wiki.example.org/index.php/%D9%86%D9%82%D8%A7%D8%B4:M%C4%81nuka_boat_(B.1)",
    "https://wiki.example.org/index.php?curid=7",
    "wiki.example.org/wiki/Mānuka_boat_(B.1)",
    "/wiki/Mānuka_boat_(B.1)",
]
NOWHERE = [
    "",
    "?",
    "Another boat",
    "https://[broken",
    "http://wiki.example.org/index.php?curid=99999999999999999999",
    "http://wiki.example.org/index.php?curid=٧",
    "\x00",
    "/r/\x00",
    "%00%ff",
]


def page(world: World, title: str = TITLE, number: int = 7) -> str:
    """A record whose page stands on the wiki under that title."""
    record = world.item()
    world.concern(record, "nobody")
    seen = Seen(length=world.length(record), title=title, units_hash="u", units={})
    approve(
        world.store,
        record,
        WIKI,
        seen=seen,
        by=world.archivist,
        now=world.later(),
        yes=Yes(informed=True),
    )
    with world.store.writing() as db:
        keep_base(db, record, WIKI, page_id=number, revision=1, sha1="", units={})
    return record


def said(named: str, *, concerns: bool = False, grave: bool = False) -> Report:
    return Report(
        page=named,
        destination=WIKI,
        concerns_asker=concerns,
        is_grave=grave,
        words="",
        from_mark="somebody",
    )


@pytest.mark.parametrize("written", WRITTEN)
def test_a_page_is_found_as_the_browser_shows_it(world: World, written: str) -> None:
    record = page(world)
    page(world, "Another page", 8)

    assert find_page(world.store, WIKI, written) == record


@pytest.mark.parametrize("end", ["", "?language=ar", "#top", "/"])
def test_a_page_is_found_by_its_address_at_the_review_table(
    world: World, end: str
) -> None:
    record = page(world)

    found = find_page(world.store, WIKI, f"https://table.example.org/r/{record}{end}")

    assert found == record


@pytest.mark.parametrize("written", NOWHERE)
def test_what_names_no_page_of_ours_gets_the_receipt_of_one_not_shown(
    world: World, written: str
) -> None:
    page(world)

    receipt = report(world.store, said(written), now=world.later())

    assert find_page(world.store, WIKI, written) is None
    found = follow(world.store, receipt)
    assert found is not None
    assert found.outcome == "noted"


def test_a_title_with_a_question_mark_is_found(world: World) -> None:
    record = page(world, "What is it? (B.2)")

    for written in (
        "What is it? (B.2)",
        "http://h/wiki/What_is_it%3F_(B.2)?action=raw",
    ):
        assert find_page(world.store, WIKI, written) == record


def test_a_page_is_found_by_the_title_it_had(world: World) -> None:
    record = page(world)
    with world.store.writing() as db:
        keep_title(db, record, WIKI, "A boat of mānuka", past=TITLE)

    assert (
        find_page(world.store, WIKI, "http://h/wiki/M%C4%81nuka_boat_(B.1)") == record
    )
    assert find_page(world.store, WIKI, "A boat of mānuka") == record


def test_a_report_is_kept_though_somebody_was_faster(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    record = page(world)
    hurried: list[str] = []

    def looked(db: object, id: str) -> int:
        seen = length_of(db, id)  # type: ignore[arg-type]
        if not hurried:
            hurried.append(id)
            world.take(record, steps.Screened(rulebook="x", findings=()))
        return seen

    monkeypatch.setattr(reports, "length_of", looked)
    report(world.store, said(TITLE, concerns=True), now=world.later())

    assert hurried
    with world.store.reading() as db:
        assert len(get_record(db, record).known.flags) == 1


# --- the same request again


def settled(world: World, record: str) -> None:
    """The archivist looks at each flag, says who is concerned, and settles it."""
    world.concern(record, "nobody")
    with world.store.reading() as db:
        open_now = get_record(db, record).known.flags
    for one in open_now:
        seen, now = world.length(record), world.later()
        settle_flag(world.store, record, one.id, seen=seen, by=world.archivist, now=now)
    world.approve(record, world.archivist)


def answered_once(world: World) -> str:
    """A page that a grave report closed, and that a person brought back as it was."""
    record = page(world)
    report(world.store, said(TITLE, grave=True), now=world.later())
    assert world.state(record) is State.IN_REVIEW
    settled(world, record)
    assert world.state(record) is State.APPROVED
    return record


def test_the_same_request_about_the_same_content_goes_to_a_person(
    world: World,
) -> None:
    record = answered_once(world)

    receipt = report(world.store, said(TITLE, grave=True), now=world.later())

    found = follow(world.store, receipt)
    assert found is not None
    assert found.outcome == "held"
    assert world.state(record) is State.APPROVED
    with world.store.reading() as db:
        on = world.now.date()
        decision = decision_of(db, world.store, record, WIKI, on=on)
    assert decision.visibility is Visibility.NONE
    assert [one.to for one in decision.questions if one.blocks] == ["archivist"]


def test_another_request_takes_it_down_though_one_was_answered(world: World) -> None:
    record = answered_once(world)

    report(world.store, said(TITLE, concerns=True), now=world.later())

    assert world.state(record) is State.IN_REVIEW


def test_the_same_request_about_another_content_takes_it_down(world: World) -> None:
    record = answered_once(world)
    text = content_text({"title": ("A boat, told anew",)})
    changed = steps.ContentChanged(
        content_hash=hash_of(text), fields=("title",), concerns=False
    )
    one = Note(
        record=record, seen=world.length(record), step=changed, by=SOFTWARE, text=text
    )
    note(world.store, [one], now=world.later())
    world.take(record, steps.Screened(rulebook="x", findings=()))
    world.approve(record, world.archivist)

    report(world.store, said(TITLE, grave=True), now=world.later())

    assert world.state(record) is State.IN_REVIEW


def test_a_signed_in_persons_grave_flag_takes_it_down_however_often(
    world: World,
) -> None:
    record = answered_once(world)

    for by in (world.archivist, world.archivist):
        what = FlagAgainst(against="not-written-yet", is_grave=True)
        seen, now = world.length(record), world.later()
        flag(world.store, record, what, seen=seen, by=by, now=now)
        assert world.state(record) is State.IN_REVIEW
        settled(world, record)
