"""One run of the bot at one destination, its parts in the order that keeps it safe.

What was left open is settled first; what may no longer be seen goes before anything
new comes. Whatever ends publishing never ends a withdrawal.
"""

import logging
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from datetime import timedelta
from enum import StrEnum
from functools import partial

from knowledge_base.asking import ask_by_the_rulebook
from knowledge_base.chain import head_of
from knowledge_base.journeys import NotPossible
from knowledge_base.markers.marking import owed
from knowledge_base.recovery import recovering_since
from knowledge_base.reopening import ask_for_the_day
from knowledge_base.tightening import tighten_these
from knowledge_base.workflow import Stale
from policies.errors import WithcareError
from wikibot.hands.beneath import BeneathStubs
from wikibot.hands.comparing import compare
from wikibot.hands.doors import Doors
from wikibot.hands.drafts import drafts
from wikibot.hands.errand import Errand
from wikibot.hands.errors import AlreadyRunning
from wikibot.hands.hiding import WAITS
from wikibot.hands.locks import alone
from wikibot.hands.narrowing import Allowed
from wikibot.hands.propose import propose
from wikibot.hands.publish import MayGoOn, plan, publish
from wikibot.hands.reconcile import reconcile
from wikibot.hands.renaming import close_wrong_titles
from wikibot.hands.touched import Touched
from wikibot.hands.watch import poll, watch
from wikibot.hands.wiki import Poll, Wiki
from wikibot.hands.withdraw import take_back, to_take_back

log = logging.getLogger(__name__)

CLOCKS_MAY_DIFFER = timedelta(minutes=10)  # ours from the wiki's
LOOK_AGAIN_AFTER = 60.0  # seconds; on a polite wiki that is every few edits
LOOK_AGAIN_EDITS = 50
TRIES = 5


class Part(StrEnum):
    """What a run may be asked to do; the order is this one."""

    RECONCILE = "reconcile"
    COMPARE = "compare"  # of a restored store; a person asks for it by name
    WATCH = "watch"
    TIGHTEN = "tighten"
    WITHDRAW = "withdraw"
    PROPOSE = "propose"
    PUBLISH = "publish"


EVERYTHING = frozenset(Part) - {Part.COMPARE}
# What a store may do that was restored and not compared: look, and take back.
WHILE_RECOVERING = frozenset(
    {Part.RECONCILE, Part.COMPARE, Part.TIGHTEN, Part.WITHDRAW}
)
ASKS_THE_WIKI = frozenset({Part.RECONCILE, Part.WATCH, Part.PUBLISH})


def run(errand: Errand, doors: Doors, parts: frozenset[Part] = EVERYTHING) -> None:
    """Does these parts; what happened stands in the errand's tally."""
    parts = _for_now(errand, parts)
    if errand.rehearses:
        _rehearse(errand, parts)
        return
    with ExitStack() as held:
        is_publisher = _hold(errand, doors, held, parts)
        wiki = _enter(errand, doors, held) if is_publisher else None
        goes_on = wiki is not None and _without_harm(
            errand, partial(_settle_and_watch, errand, wiki, parts)
        )
        # Not before: what was learned of the wiki just now is weighed in this run.
        touched = Touched(errand)
        if Part.TIGHTEN in parts:
            ask_by_the_rulebook(errand.store, now=errand.clock())
            _tighten(errand, touched)
            for some in touched.portions():
                close_wrong_titles(errand, some)
            if touched.is_another_day and not errand.rehearses:
                ask_for_the_day(errand.store, touched.portions(), now=errand.clock())
        publishes = wiki is not None and goes_on and Part.PUBLISH in parts
        waiting = touched.too_much(leaves_to_publisher=publishes)
        _withdraw(errand, doors, parts, waiting, is_publisher=is_publisher)
        if Part.PROPOSE in parts:
            _propose(errand, touched)
        if wiki is not None and publishes:
            _publish(errand, wiki, doors, touched)
            # Somebody may have asked for a page back while others were saved.
            waiting = touched.too_much(leaves_to_publisher=False)
            _withdraw(errand, doors, parts, waiting, is_publisher=is_publisher)
        if publishes and parts == EVERYTHING and touched.is_all_done():
            touched.keep()


def _for_now(errand: Errand, parts: frozenset[Part]) -> frozenset[Part]:
    """Those of the parts that may be done; says so where some have to wait."""
    with errand.store.reading() as db:
        if owed(db):
            errand.tally.call("*", "markers-owed")
        if recovering_since(db, errand.destination) is None:
            return parts
    if not parts <= WHILE_RECOVERING:
        errand.tally.call("*", "not-compared")
    return parts & WHILE_RECOVERING


def _publish(errand: Errand, wiki: Wiki, doors: Doors, touched: Touched) -> None:
    """Whatever ends it, what has to go from the wiki goes afterwards."""

    def act() -> bool:
        due = drafts(errand, touched.due())
        beneath = BeneathStubs(errand, wiki, doors)
        publish(errand, wiki, due, _watchman(errand, wiki), beneath)
        return True

    _without_harm(errand, act)


def _without_harm(errand: Errand, act: Callable[[], bool]) -> bool:
    """Whatever breaks in it ends publishing alone: a withdrawal still takes place."""
    try:
        return act()
    except WithcareError as error:
        errand.tally.stop(_code(error))
    except Exception:  # the outermost loop: a fault of ours must not keep a page up
        log.exception("a fault ended publishing")
        errand.tally.stop("fault")
    return False


def _hold(
    errand: Errand, doors: Doors, held: ExitStack, parts: frozenset[Part]
) -> bool:
    """Whether this run is the one publisher of the destination from here on."""
    if not parts & ASKS_THE_WIKI:
        return False
    try:
        held.enter_context(alone(doors.lock("publish"), errand.destination))
    except AlreadyRunning as error:
        log.warning("%s", error)
        errand.tally.stop(_code(error))
        return False
    return True


def _enter(errand: Errand, doors: Doors, held: ExitStack) -> Wiki | None:
    """The wiki with the bot's account; None where it cannot be had."""
    try:
        wiki = doors.bot()
    except WithcareError as error:
        log.warning("%s", error)
        errand.tally.stop(_code(error))
        return None
    held.callback(wiki.close)
    return wiki


def _code(error: WithcareError) -> str:
    return "busy" if isinstance(error, AlreadyRunning) else str(error)


def _settle_and_watch(errand: Errand, wiki: Wiki, parts: frozenset[Part]) -> bool:
    """Whether publishing may go on afterwards.

    The poll comes first: nothing is settled by what another wiki says.
    """
    found = poll(errand, wiki)
    if found is None:
        return False
    if Part.RECONCILE in parts and not reconcile(errand, wiki):
        return False
    if Part.COMPARE in parts and not compare(errand, wiki):
        return False
    if Part.WATCH in parts:
        watch(errand, wiki, found)
    return _may_publish(errand, found)


def _may_publish(errand: Errand, found: Poll) -> bool:
    """Whether nobody on the wiki has told us to stop, in one way or another."""
    told = {
        # What opens on a day would open on a wrong one. What closes is not stopped.
        "clock-differs": abs(errand.clock() - found.at) > CLOCKS_MAY_DIFFER,
        "told-to-stop": found.told_to_stop,
        "has-messages": found.has_messages,
        "blocked": found.is_blocked,
    }
    for why, is_so in told.items():
        if is_so:
            errand.tally.call("*", why)
    return not any(told.values())


def _watchman(errand: Errand, wiki: Wiki) -> MayGoOn:
    """Looks at the stop page again every few edits."""
    looked, edits = time.monotonic(), 0

    def may_go_on() -> bool:
        nonlocal looked, edits
        edits += 1
        is_soon = time.monotonic() - looked < LOOK_AGAIN_AFTER
        if is_soon and edits <= LOOK_AGAIN_EDITS:
            return True
        found = poll(errand, wiki)
        looked, edits = time.monotonic(), 0
        return found is not None and _may_publish(errand, found)

    return may_go_on


def _tighten(errand: Errand, touched: Touched) -> None:
    """Closes in the store what may no longer stand; the wiki follows at once."""
    for some in touched.portions():
        if not _is_tight(errand, some):
            errand.tally.stop("not-tightened")


def _is_tight(errand: Errand, records: Sequence[str]) -> bool:
    for _ in range(TRIES):
        try:
            tighten_these(errand.store, records, now=errand.clock())
        except (Stale, NotPossible):
            continue  # somebody was quicker: what stands now is weighed anew
        return True
    return False


def _propose(errand: Errand, touched: Touched) -> None:
    for some in touched.portions():
        propose(errand, some)


def _withdraw(
    errand: Errand,
    doors: Doors,
    parts: frozenset[Part],
    too_much: Sequence[Allowed],
    *,
    is_publisher: bool,
) -> None:
    """Signs the withdrawal account in only where something waits for it."""
    if Part.WITHDRAW not in parts or not (too_much or to_take_back(errand)):
        return
    try:
        with ExitStack() as held:
            held.enter_context(alone(doors.lock("withdraw"), errand.destination))
            wiki = doors.withdrawal()
            held.callback(wiki.close)
            settle = partial(_settle_alone, errand, doors, wiki, is_publisher)
            take_back(errand, wiki, doors.reader(), settle, too_much)
    except WithcareError as error:
        _say_what_waits(errand, too_much)
        errand.tally.stop(_code(error))


def _say_what_waits(errand: Errand, too_much: Sequence[Allowed]) -> None:
    """Calls a person once a run, with the number of pages that nobody can take back."""
    if any(why.startswith(WAITS) for _, why in errand.tally.people):
        return
    beneath = {one.journey.record for one in too_much}
    count = len(to_take_back(errand).records | beneath)
    errand.tally.call("*", f"{WAITS}: {count} {'page' if count == 1 else 'pages'}")


def _settle_alone(errand: Errand, doors: Doors, wiki: Wiki, is_publisher: bool) -> bool:
    """Settles open intents where no publisher runs: its edit may be on its way."""
    if is_publisher:
        return reconcile(errand, wiki)
    try:
        with alone(doors.lock("publish"), errand.destination):
            return reconcile(errand, wiki)
    except AlreadyRunning:
        return True  # what it has not yet settled is left for the next run


def _rehearse(errand: Errand, parts: frozenset[Part]) -> None:
    """The plan alone: nothing is sent, and nothing is written anywhere."""
    touched = Touched(errand)
    waiting = to_take_back(errand)
    for journey in (*waiting.withdrawing, *waiting.closing):
        errand.tally.planned.append((journey.record, journey.state.value))
    if Part.WITHDRAW in parts:
        for one in touched.too_much(leaves_to_publisher=Part.PUBLISH in parts):
            errand.tally.planned.append((one.journey.record, "cut"))
    if Part.PROPOSE in parts:
        _propose(errand, touched)
    if Part.PUBLISH in parts:
        plan(errand, drafts(errand, touched.due()))


def summary_line(errand: Errand) -> str:
    """One line for the run's log, with the head of the chain."""
    with errand.store.reading() as db:
        position, hash = head_of(db)
    tally = errand.tally
    counts = (
        f"{tally.saved} saved, {tally.unchanged} unchanged, {tally.closed} closed, "
        f"{tally.cut} cut, {tally.withdrawn} withdrawn, {tally.noticed} noticed, "
        f"{tally.proposed} proposed, {tally.lapsed} lapsed, "
        f"{tally.hidden_of_others} of people's versions hidden"
    )
    waits = f"{len(tally.people)} for a person"
    return f"{errand.destination}: {counts}, {waits} · head {position}:{hash}"
