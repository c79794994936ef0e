"""Commands killed at their commits, again and again, until they come through."""

import shutil

from tests.soak.subject import STORES, Round, Subject
from tests.soak.typing_commands import AnyShell
from tests.withcare.mortal import mortals
from tests.withcare.test_killed import COMMANDS, prepare, told
from withcare.exit_codes import ExitCode

KILLS = 3
ENDED = (ExitCode.DONE, ExitCode.ERROR)
Words = tuple[str, ...]


def play(round: Round) -> None:
    """One command, each round the next; killed at some of its moments by chance."""
    with mortals() as loaded:
        ground = AnyShell(round.folder / "ground" / "home", loaded, round.address)
        name = _NAMES[round.number % len(_NAMES)]
        if name == "init":
            words: Words = ("kb", "init")
        else:
            ground.set_up()
            prepare(ground)
            words = COMMANDS[name](ground) if name in COMMANDS else ()
        if name == "restore":
            ground, words = _empty_beside(round, ground)
        round.tell(" ".join(words))
        _kill(round, ground, words)


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


def _kill(round: Round, ground: AnyShell, words: Words) -> None:
    whole = ground.copied_to(round.folder / "whole")
    whole.done(*words)
    moments, expected = range(1, whole.moments + 1), told(whole)
    for moment in round.chance.sample(
        moments, min(len(round.many(KILLS)), len(moments))
    ):
        round.tell(f"killed at moment {moment} of {len(moments)}")
        killed = ground.copied_to(round.folder / str(moment))
        code = killed.run(*words, dies_at=moment)
        round.expect(code is None, f"not killed, but ended with {code}")
        _type_again(round, killed, words)
        round.expect(told(killed) == expected, _otherwise(told(killed), expected))
        _once_more(round, killed, words)


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


_NAMES = ("community", "init", "restore", *sorted(COMMANDS.keys() - {"community"}))

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
