"""Records full of words, in random histories, erased: nothing of them is left."""

from collections.abc import Callable
from pathlib import Path

from sqlalchemy import select

from knowledge_base import answers, flags, steps
from knowledge_base.chain import verify
from knowledge_base.identity import new_id
from knowledge_base.kinds import shipped_kinds
from knowledge_base.labelling import LabelWords, apply_label
from knowledge_base.notes import Note
from knowledge_base.pages import choose_title
from knowledge_base.records import content_text, get_record, hash_of
from knowledge_base.reports import Report, report
from knowledge_base.steps import SOFTWARE, Actor
from knowledge_base.tables import metadata
from knowledge_base.workflow import note
from policies.errors import WithcareError
from policies.view import OwnWords
from tests.knowledge_base.conftest import WIKI, World, make_world
from tests.knowledge_base.test_stolen import opened
from tests.soak.subject import STORES, Place, Round, Subject

WORDS = 12


class Told:
    """A record, and each word that was ever said in or of it."""

    def __init__(self, round: Round, world: World) -> None:
        self.round, self.world = round, world
        self.said: list[str] = []
        fields = {one.name: self.word() for one in shipped_kinds()["item"].fields}
        self.record = world.item(**fields)

    def word(self) -> str:
        self.said.append(f"Q{new_id()}")
        return self.said[-1]

    @property
    def seen(self) -> int:
        return self.world.length(self.record)


def play(round: Round) -> None:
    url = round.address()
    keys = round.keys()
    world = make_world(url, keys)
    try:
        told, other = Told(round, world), Told(round, world)
        world.concern(told.record, "named", world.people)
        for _ in round.many(WORDS):
            _say(told)
        found = _everything(world)
        if keys is not None:
            _is_sealed(round, world, other)
        round.expect(all(one in found for one in told.said), "a word was not kept")
        marks = (*told.said, *_hashes(world, told.record))
        _erase(told)
        _nothing_is_left(round, world, marks, other)
    finally:
        world.store.close()
    if round.place is Place.SQLITE:
        _nothing_is_on_the_disk(round, Path(url.removeprefix("sqlite:///")), told.said)


def _is_sealed(round: Round, world: World, other: Told) -> None:
    """Nobody has approved the other record: its words stand in the open nowhere."""
    found = _as_it_lies(world)
    for word in other.said:
        round.expect(word not in found, f"{word!r} is not sealed")


def _nothing_is_left(
    round: Round, world: World, marks: tuple[str, ...], other: Told
) -> None:
    left = _everything(world)
    for mark in marks:
        round.expect(mark not in left, f"{mark!r} is still there")
    for word in other.said:
        round.expect(word in left, "another record's word is gone as well")
    with world.store.reading() as db:
        audit = verify(db)
    round.expect(audit.holds, f"the chain is broken: {audit.broken}")
    round.expect(audit.erased > 0, "the audit does not say that texts were erased")


def _nothing_is_on_the_disk(round: Round, file: Path, words: list[str]) -> None:
    for path in sorted(file.parent.glob(f"{file.name}*")):
        kept = path.read_bytes()
        for word in words:
            round.expect(word.encode() not in kept, f"{word!r} is in {path.suffix}")


def _everything(world: World) -> str:
    """What lies there, and what opens with the keys."""
    return f"{_as_it_lies(world)}\n{opened(world)}"


def _as_it_lies(world: World) -> str:
    with world.store.reading() as db:
        return "\n".join(
            repr(tuple(row))
            for table in metadata.sorted_tables
            for row in db.execute(select(table))
        )


def _hashes(world: World, record: str) -> tuple[str, ...]:
    with world.store.reading() as db:
        return tuple(filter(None, [get_record(db, record).content_hash]))


def _say(told: Told) -> None:
    """Somebody says something in words of her own, wherever words are kept."""
    chance, world = told.round.chance, told.world
    name, say = chance.choice(_SAID)
    by = chance.choice([world.archivist, world.steward])
    told.round.tell(f"{by.voice}: {name}")
    before = len(told.said)
    try:
        say(told, by)
    except WithcareError as refused:
        told.round.told[-1] += f": {type(refused).__name__}"
        del told.said[before:]


def _approve(told: Told, by: Actor) -> None:
    told.world.approve(told.record, by)


def _refuse(told: Told, by: Actor) -> None:
    told.world.refuse(told.record, by, told.word())


def _ask(told: Told, by: Actor) -> None:
    answers.ask(
        told.world.store,
        told.record,
        told.world.people,
        seen=told.seen,
        by=by,
        now=told.world.later(),
        note_text=told.word(),
    )


def _flag(told: Told, by: Actor) -> None:
    what = flags.FlagAgainst(against="not-written-yet", note=told.word())
    seen, now = told.seen, told.world.later()
    flags.flag(told.world.store, told.record, what, seen=seen, by=by, now=now)


def _label(told: Told, by: Actor) -> None:
    words = LabelWords(text=told.word(), attribution=told.word())
    type = told.round.chance.choice(["attribution", "community_voice", "family"])
    seen, now = told.seen, told.world.later()
    apply_label(
        told.world.store, told.record, ("tk", type), words, seen=seen, by=by, now=now
    )


def _give_words(told: Told, by: Actor) -> None:
    language = told.round.chance.choice(["en", "ar", "zh"])
    words = OwnWords(
        told.world.people, told.word(), "title", told.word(), language, True
    )
    seen, now = told.seen, told.world.later()
    answers.give_words(told.world.store, told.record, words, seen=seen, by=by, now=now)


def _title(told: Told, by: Actor) -> None:
    with told.world.store.writing() as db:
        choose_title(db, told.record, WIKI, told.said[-1])


def _tell_otherwise(told: Told, by: Actor) -> None:
    content = {"title": (told.word(),), "description": (told.word(),)}
    text = content_text(content)
    step = steps.ContentChanged(
        content_hash=hash_of(text), fields=("title",), concerns=False
    )
    one = Note(record=told.record, seen=told.seen, step=step, by=SOFTWARE, text=text)
    note(told.world.store, [one], now=told.world.later())


def _report(told: Told, by: Actor) -> None:
    _title(told, by)
    said = Report(
        page=told.said[-1],
        destination=WIKI,
        concerns_asker=told.round.chance.random() < 0.5,
        is_grave=told.round.chance.random() < 0.5,
        words=told.word(),
        from_mark="m",
    )
    report(told.world.store, said, now=told.world.later())


_SAID: tuple[tuple[str, Callable[[Told, Actor], None]], ...] = (
    ("approve", _approve),
    ("refuse", _refuse),
    ("ask", _ask),
    ("flag", _flag),
    ("label", _label),
    ("own words", _give_words),
    ("a title", _title),
    ("the source tells otherwise", _tell_otherwise),
    ("report", _report),
)


def _erase(told: Told) -> None:
    world, record = told.world, told.record
    seen, by, now = told.seen, world.steward, world.later()
    answers.withdraw(
        world.store, record, seen=seen, by=by, now=now, note_text=told.word()
    )
    told.round.tell("withdrawn and erased")
    world.take(record, steps.Erased(), by=world.steward)


SUBJECT = Subject(
    name="erasure",
    promise=(
        "Whatever was said in a record and of it, nothing of it is left in the store"
        " once it is erased, sealed or not; the history stands, and says that words"
        " were erased. Where the store is sealed, no word lies in the open that nobody"
        " approved."
    ),
    invariants=(14,),
    places=STORES,
    play=play,
    notices=(
        "Erased words are gone",
        "Licences are words of the record, and sealed",
    ),
)
