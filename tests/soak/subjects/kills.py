"""Commands killed at their commits, again and again, until they come through."""

import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tests.soak.subject import STORES, Round, Subject, Walked
from tests.soak.typing_commands import AnyShell
from tests.soak.walking import cells_of, row_of
from tests.withcare.commands_to_kill import COMMANDS, LONG, ToKill, Words
from tests.withcare.mortal import mortals
from withcare.exit_codes import ExitCode

KILLS = 3
ENDED = (ExitCode.DONE, ExitCode.ERROR)
Told = dict[str, Any]
KNOWN: Mapping[str, ToKill] = {
    **COMMANDS,
    **LONG,
    "init": ToKill(lambda _: ("kb", "init")),
    "restore": ToKill(lambda _: ("kb", "restore", "FILE", "--newest-head", "HEAD")),
    "restore-markers-gone": ToKill(
        lambda _: ("kb", "restore", "FILE", "--markers-gone")
    ),
}


@dataclass(frozen=True)
class Turn:
    """A command's turn, and how many it had before."""

    name: str
    number: int
    command: ToKill
    words: Words


def play(round: Round) -> None:
    """One command, each round the next; killed at those moments that are next."""
    name, turn = row_of(round.number, sorted(KNOWN), seed=round.seed)
    with mortals() as loaded:
        ground = AnyShell(round.folder / "ground" / "home", loaded, round.address)
        if name == "init":
            words = KNOWN[name].typed(ground)
        else:
            ground.set_up()
            KNOWN[name].prepare(ground)
            words = KNOWN[name].typed(ground)
        if name.startswith("restore"):
            ground, words = _empty_beside(ground, words)
        round.tell(" ".join(words))
        _kill(round, ground, Turn(name, turn, KNOWN[name], words))


def _empty_beside(full: AnyShell, words: Words) -> tuple[AnyShell, Words]:
    """An empty store with the keys of this one, and what restores this one into it."""
    file = str(full.home.parent / "all.zip")
    full.done(*KNOWN["erase"].typed(full))
    full.done("kb", "backup", file)
    newest = full.said.rpartition("head ")[2].strip()
    since = {"FILE": file, "HEAD": newest}
    empty = AnyShell(full.home.parent / "empty/home", full.loaded, full.address)
    empty.set_up()
    shutil.copytree(full.home / "keys", empty.home / "keys")
    empty.done("kb", "init")
    return empty, tuple(since.get(word, word) for word in words)


def _kill(round: Round, ground: AnyShell, turn: Turn) -> None:
    whole, told = ground.copied_to(round.folder / "whole"), turn.command.told
    whole.done(*turn.words)
    expected = told(whole)
    for moment in _moments(round, turn, of=whole.moments):
        round.tell(f"killed at moment {moment} of {whole.moments}")
        killed = ground.copied_to(round.folder / str(moment))
        code = killed.run(*turn.words, dies_at=moment)
        round.expect(code is None, f"not killed, but ended with {code}")
        _type_again(round, killed, turn)
        _compare(round, told(killed), expected)
        _once_more(round, killed, turn, expected)


def _moments(round: Round, turn: Turn, *, of: int) -> tuple[int, ...]:
    """Those of the turn; a slice has the first of them."""
    seed = f"{round.seed}/{turn.name}"
    found = cells_of(turn.number, KILLS, of, seed=seed)
    found = found[: len(round.many(KILLS))]
    round.walked = Walked(turn.name, found, of)
    return found


def _type_again(round: Round, killed: AnyShell, turn: Turn) -> None:
    """As a person would; and sometimes the power goes again."""
    while round.chance.random() < 0.4:
        moment = round.chance.randint(1, 12)
        round.tell(f"and again at moment {moment}")
        words = turn.command.again(killed, turn.words)
        if killed.run(*words, dies_at=moment) is not None:
            break
    code = killed.run(*turn.command.again(killed, turn.words))
    if "holds a history" in killed.said:
        killed.done("kb", "upgrade")  # as it says
    round.expect(code in ENDED, f"typed again it ended with {code}: {killed.said}")
    is_plain = "Traceback" not in killed.said
    round.expect(is_plain, f"typed again it failed: {killed.said}")


def _once_more(round: Round, done: AnyShell, turn: Turn, expected: Told) -> None:
    """Twice is once: what was done is not done again."""
    code = done.run(*turn.command.again(done, turn.words))
    round.expect(code in ENDED, f"once more it ended with {code}: {done.said}")
    _compare(round, turn.command.told(done), expected)


def _compare(round: Round, now: Told, wanted: Told) -> None:
    differ = {x: (now[x], wanted[x]) for x in now if now[x] != wanted[x]}
    round.expect(not differ, f"not as if it had lived: {differ}")


SUBJECT = Subject(
    name="kills",
    promise=(
        "A command that is killed at any of its commits, and again when it is typed"
        " anew, comes to the same end as if it had lived; once more changes nothing."
    ),
    invariants=(9, 12),
    places=STORES,
    play=play,
    notices=(
        "A community that a killed command had named is found and not named twice",
        "What a killed worker was at is taken by another",
    ),
)
