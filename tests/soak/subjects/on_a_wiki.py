"""People and the bot on a real wiki, at any moment and in any order."""

from collections.abc import Callable
from dataclasses import dataclass, field

from knowledge_base import flags, steps
from knowledge_base.flags import FlagAgainst
from knowledge_base.journeys import State
from knowledge_base.kinds import shipped_kinds
from policies.errors import WithcareError
from tests.knowledge_base.conftest import WIKI
from tests.soak.subject import Place, Round, Subject
from tests.wikibot.hands.bench import Bench, make_bench
from tests.wikibot.hands.dying import run_and_die
from wikibot.pages.text import Unreadable, read_units
from wikibot.pages.units import Role, unit_hash

ACTS = 10
RECORDS = 3
ITEM = shipped_kinds()["item"]
RESTING = frozenset(
    {State.CLOSING, State.CLOSED, State.WITHDRAWING, State.WITHDRAWN, State.REFUSED}
)


@dataclass
class Page:
    """A record, what its source says, and the words that people wrote on its page."""

    record: str
    mark: str
    says: int = 0
    beside: list[str] = field(default_factory=list)  # round our units
    within: list[str] = field(default_factory=list)  # in them, and not settled
    ever_within: list[str] = field(default_factory=list)


@dataclass
class Play:
    round: Round
    bench: Bench
    url: str
    pages: list[Page]
    made: int = 0

    def word(self) -> str:
        self.made += 1
        return f"Word{self.made}x"


def play(round: Round) -> None:
    assert round.wiki is not None
    url = round.address()
    bench = make_bench(round.folder / "home", round.wiki, url)
    try:
        on = Play(round, bench, url, [_page(bench, n) for n in range(RECORDS)])
        _run(on)
        for _ in round.many(ACTS):
            _act(on)
        _run(on)
        _settles(on)
    finally:
        bench.world.store.close()


def _page(bench: Bench, number: int) -> Page:
    mark = f"Mark{number}y"
    record = bench.approved(title=f"Boat {mark}", description=f"Carved {mark} 0.")
    return Page(record, mark)


def _act(on: Play) -> None:
    name, act = on.round.chance.choice(_ACTS)
    page = on.round.chance.choice(on.pages)
    on.round.tell(f"{name}: page {on.pages.index(page)}")
    try:
        act(on, page)
    except WithcareError as refused:
        on.round.told[-1] += f": {type(refused).__name__}"
    _look(on)


def _look(on: Play) -> None:
    for page in on.pages:
        state = on.bench.world.state(page.record)
        text = on.bench.text(page.record)
        if state not in RESTING and _is_live(on, page) and text:
            _keeps_peoples_words(on, page, text)
            _shows_what_was_approved(on, page, text)


def _is_live(on: Play, page: Page) -> bool:
    return on.bench.page(page.record).status in ("live", "less")


def _keeps_peoples_words(on: Play, page: Page, text: str) -> None:
    for word in (*page.beside, *page.within):
        on.round.expect(word in text, f"a person's {word} is not on the page")


def _shows_what_was_approved(on: Play, page: Page, text: str) -> None:
    """Each unit that stands was approved once, or is what a person wrote there."""
    standing = read_units(text, ITEM)
    if isinstance(standing, Unreadable):
        return
    approvals = [
        step.units
        for step in on.bench.steps(page.record)
        if isinstance(step, steps.Approved | steps.Reopened)
    ]
    approved = {hash for units in approvals for hash in units.values()}
    for one in standing:
        is_theirs = any(word in one.text for word in page.ever_within)
        if one.role is Role.CONTENT and not is_theirs:
            known = unit_hash(one) in approved
            on.round.expect(known, f"{one.name} stands there and was not approved")


def _settles(on: Play) -> None:
    """Twice is once; nothing is under way; what was taken back is read by nobody."""
    with on.bench.wiki.request_log.recording() as recording:
        on.bench.run()
    on.round.expect(recording.edits == (), "a second run saved something")
    for page in on.pages:
        state = on.bench.world.state(page.record)
        on.round.expect(state is not State.PUBLISHING, "an intent was left open")
        on.round.expect(state is not State.WITHDRAWING, "a withdrawal was not done")
        if state is State.WITHDRAWN:
            _is_gone(on, page)
        _look(on)


def _is_gone(on: Play, page: Page) -> None:
    """An anonymous reader finds no word of the record in any version of any page."""
    found = on.bench.wiki.visitor().get(
        action="query",
        generator="allpages",
        gaplimit=50,
        prop="revisions",
        rvprop="content|comment",
        rvslots="main",
    )
    on.round.expect(page.mark not in str(found), "a withdrawn record can be read")
    page_id = on.bench.page(page.record).page_id
    if page_id is not None:
        older = on.bench.wiki.visitor().get(
            action="query",
            pageids=page_id,
            prop="revisions",
            rvprop="content|comment|ids",
            rvslots="main",
            rvlimit=50,
        )
        on.round.expect(page.mark not in str(older), "an older version can be read")


# --- what people, the source and the bot do


def _run(on: Play, _: Page | None = None) -> None:
    tally = on.bench.run(doors=on.bench.slow_doors())
    on.round.expect(tally.trouble == [], f"trouble: {tally.trouble}")


def _is_killed(on: Play, _: Page) -> None:
    moment = on.round.chance.randint(1, 24)
    beside = on.round.chance.choice(["wiki", "store"])
    on.round.told[-1] += f" (beside the {beside}, moment {moment})"
    run_and_die(on.bench, on.url, moment, beside=beside)
    _run(on)


def _write_beside(on: Play, page: Page) -> None:
    if not on.bench.text(page.record):
        return
    word, above = on.word(), on.round.chance.random() < 0.5
    page.beside.append(word)
    on.bench.edit(page.record, lambda text: _with(text, word, above=above))


def _with(text: str, word: str, *, above: bool) -> str:
    return f"{word}.\n\n{text}" if above else f"{text}\n\n{word}."


def _write_at_that_moment(on: Play, page: Page) -> None:
    """Between the bot's look at the page and its save, of any page."""
    if not on.bench.text(page.record):
        return
    word, above = on.word(), on.round.chance.random() < 0.5

    def write() -> None:
        if on.bench.text(page.record):
            on.bench.edit(page.record, lambda text: _with(text, word, above=above))
            page.beside.append(word)

    on.bench.act_before_next_save(write)
    _tell_otherwise(on, page)
    _run(on)
    on.bench.before_save.clear()


def _write_within(on: Play, page: Page) -> None:
    """A person changes what our units say."""
    text = on.bench.text(page.record)
    if f"Carved {page.mark}" not in text:
        return
    word = on.word()
    page.within.append(word)
    page.ever_within.append(word)
    on.bench.edit(page.record, lambda text: text.replace("Carved", f"Carved {word}"))


def _tell_otherwise(on: Play, page: Page) -> None:
    page.says += 1
    on.bench.tell_otherwise(page.record, description=f"Carved {page.mark} {page.says}.")
    if on.round.chance.random() < 0.8:
        _approve(on, page)


def _approve(on: Play, page: Page) -> None:
    state = on.bench.world.state(page.record)
    if state is State.PUBLISHED:
        on.bench.world.take(page.record, steps.Changed(destination=WIKI, by="source"))
    on.bench.approve(page.record)
    if state is State.CHANGED:
        # She was asked about what stands in our units there, and said what it shall be.
        page.within.clear()


def _flag(on: Play, page: Page) -> None:
    what = FlagAgainst(
        against="not-written-yet", is_grave=on.round.chance.random() < 0.7
    )
    seen, by = on.bench.world.length(page.record), on.bench.world.archivist
    now = on.bench.world.later()
    flags.flag(on.bench.world.store, page.record, what, seen=seen, by=by, now=now)


def _settle(on: Play, page: Page) -> None:
    on.bench.settle_flags(page.record)
    _approve(on, page)


def _withdraw(on: Play, page: Page) -> None:
    """What people wrote goes with it: a withdrawal says so."""
    on.bench.withdraw(page.record)
    page.beside.clear()
    page.within.clear()


_ACTS: tuple[tuple[str, Callable[[Play, Page], None]], ...] = (
    *(("the bot runs", _run),) * 3,
    *(("the bot is killed", _is_killed),) * 1,
    *(("a person writes beside", _write_beside),) * 3,
    *(("a person writes just then", _write_at_that_moment),) * 3,
    *(("a person writes within", _write_within),) * 2,
    *(("the source tells otherwise", _tell_otherwise),) * 3,
    *(("it is approved", _approve),) * 2,
    ("it is flagged", _flag),
    *(("the flags are settled", _settle),) * 2,
    ("it is withdrawn", _withdraw),
)

SUBJECT = Subject(
    name="on-a-wiki",
    promise=(
        "On a real wiki, whenever people write and whenever the bot is killed, no word"
        " of theirs goes missing, nothing stands there that nobody approved, a"
        " withdrawal is done, and a second run saves nothing."
    ),
    invariants=(5, 7, 8, 9, 12),
    places=(Place.WIKI,),
    play=play,
    notices=("A person's edit in the same second is kept",),
)
