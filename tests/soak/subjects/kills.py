"""Commands killed at their commits, again and again, until they come through."""

import shutil
from dataclasses import dataclass

from tests.soak.subject import STORES, Round, Subject, Walked
from tests.soak.typing_commands import AnyShell
from tests.soak.walking import cells_of, row_of
from tests.withcare.mortal import mortals
from tests.withcare.test_killed import COMMANDS, prepare, told
from withcare.exit_codes import ExitCode

KILLS = 3
ENDED = (ExitCode.DONE, ExitCode.ERROR)
Words = tuple[str, ...]


@dataclass(frozen=True)
class Turn:
    """A command's turn: how many it had before, in this run or an earlier part."""

    command: str
    number: int


def play(round: Round) -> None:
    """One command, each round the next; killed at those moments that are next."""
    name, turn = row_of(round.number, _NAMES, seed=round.seed)
    with mortals() as loaded:
        ground = AnyShell(round.folder / "ground" / "home", loaded, round.address)
        if name == "init":
            words: Words = ("kb", "init")
        else:
            ground.set_up()
            prepare(ground)
            words = COMMANDS[name](ground) if name in COMMANDS else ()
        if name == "restore":
            ground, words = _empty_beside(round, ground)
        round.tell(" ".join(words))
        _kill(round, ground, words, Turn(name, turn))


def _empty_beside(round: Round, full: AnyShell) -> tuple[AnyShell, Words]:
    """An empty store with the keys of this one, and what restores this one into it."""
    file = str(round.folder / "all.zip")
    full.done(*COMMANDS["erase"](full))
    full.done("kb", "backup", file)
    newest = full.said.rpartition("head ")[2].strip()
    since = round.chance.choice((("--markers-gone",), ("--newest-head", newest)))
    empty = AnyShell(round.folder / "empty" / "home", full.loaded, full.address)
    empty.set_up()
    shutil.copytree(full.home / "keys", empty.home / "keys")
    empty.done("kb", "init")
    return empty, ("kb", "restore", file, *since)


def _kill(round: Round, ground: AnyShell, words: Words, turn: Turn) -> None:
    whole = ground.copied_to(round.folder / "whole")
    whole.done(*words)
    expected = told(whole)
    for moment in _moments(round, turn, of=whole.moments):
        round.tell(f"killed at moment {moment} of {whole.moments}")
        killed = ground.copied_to(round.folder / str(moment))
        code = killed.run(*words, dies_at=moment)
        round.expect(code is None, f"not killed, but ended with {code}")
        _type_again(round, killed, words)
        round.expect(told(killed) == expected, _otherwise(told(killed), expected))
        _once_more(round, killed, words)


def _moments(round: Round, turn: Turn, *, of: int) -> tuple[int, ...]:
    """Those of the turn; a slice has the first of them."""
    seed = f"{round.seed}/{turn.command}"
    found = cells_of(turn.number, KILLS, of, seed=seed)
    found = found[: len(round.many(KILLS))]
    round.walked = Walked(turn.command, found, of)
    return found


def _type_again(round: Round, killed: AnyShell, words: Words) -> None:
    """As a person would; and sometimes the power goes again."""
    while round.chance.random() < 0.4:
        moment = round.chance.randint(1, 12)
        round.tell(f"and again at moment {moment}")
        if killed.run(*words, dies_at=moment) is not None:
            break
    code = killed.run(*words)
    if "holds a history" in killed.said:
        killed.done("kb", "upgrade")  # as it says
    round.expect(code in ENDED, f"typed again it ended with {code}: {killed.said}")
    is_plain = "Traceback" not in killed.said
    round.expect(is_plain, f"typed again it failed: {killed.said}")


def _once_more(round: Round, done: AnyShell, words: Words) -> None:
    """Twice is once: what was done is not done again."""
    before = told(done)
    code = done.run(*words)
    round.expect(code in ENDED, f"once more it ended with {code}: {done.said}")
    round.expect(told(done) == before, _otherwise(told(done), before))


def _otherwise(now: dict[str, object], wanted: dict[str, object]) -> str:
    differ = {x: (now[x], wanted[x]) for x in now if now[x] != wanted[x]}
    return f"not as if it had lived: {differ}"


_NAMES = ("init", "restore", *sorted(COMMANDS))

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
    ),
)
