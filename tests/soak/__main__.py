"""Runs the soak: `python -m tests.soak`, or `make soak`.

Exit codes: 0 where every promise was kept, 1 where something was found, 2 where it was
asked for what is not there.
"""

import argparse
import logging
import os
import secrets
import sys
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console

from tests.soak.ending import MOST_MINUTES
from tests.soak.grounds import grounds
from tests.soak.journal import Journal, NothingToResume
from tests.soak.report import report, walked
from tests.soak.running import Bound, play, soak, turns_of
from tests.soak.subject import Place
from tests.soak.subjects import subjects
from tests.soak.tree import ROOT

BUILD = ROOT / "build/soak"


def arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.soak", description=__doc__)
    parser.add_argument("--minutes", type=float, default=10.0)
    parser.add_argument("--rounds", type=int, help="of each subject, however long")
    parser.add_argument("--seed", help="an earlier run's, to see the same again")
    parser.add_argument("--only", action="append", help="a subject, by its name")
    parser.add_argument(
        "--on", action="append", type=Place, choices=list(Place), help="a place"
    )
    parser.add_argument("--round", type=int, help="that one round alone, by its number")
    parser.add_argument(
        "--slice", action="store_true", help="with --round: as short as in the tests"
    )
    parser.add_argument(
        "--resume", action="store_true", help="go on where the last run was cut"
    )
    parser.add_argument(
        "--round-minutes", type=float, default=MOST_MINUTES, help="then it is cut"
    )
    parser.add_argument("--first", action="store_true", help="end with a finding")
    parser.add_argument("--folder", type=Path, default=BUILD, help=argparse.SUPPRESS)
    return parser


def main(words: Sequence[str]) -> int:
    parser = arguments()
    asked = parser.parse_args(words)
    known = {one.name: one for one in subjects()}
    for name in asked.only or ():
        if name not in known:
            parser.error(f"no subject {name!r}; known are: {', '.join(known)}.")
    chosen = [known[name] for name in asked.only or known]
    turns = tuple(turns_of(chosen, asked.on or tuple(Place)))
    if not turns:
        parser.error("none of these subjects is played there.")
    try:
        journal = _journal(asked)
    except NothingToResume as missing:
        parser.error(str(missing))
    # What the bot says of a thousand pages would drown what is said here.
    logging.disable(logging.CRITICAL)
    console = Console(width=110, highlight=False)
    console.print(f"Seed {journal.seed} (again: make soak SEED={journal.seed})")
    with grounds() as ground:
        if asked.round is not None:
            for turn in turns:
                how = {"is_slice": asked.slice, "minutes": asked.round_minutes}
                journal.add(play(journal, turn, asked.round, ground, **how))
        else:
            bound = Bound(
                asked.minutes,
                asked.rounds,
                at_first=asked.first,
                round_minutes=asked.round_minutes,
            )
            soak(journal, turns, bound, ground, console.print)
    console.print(report(journal))
    if any(one.walked for one in journal.played):
        console.print(walked(journal))
    for name in journal.findings:
        console.print(f"Found: {journal.folder / 'findings' / name}")
    return 1 if journal.findings else 0


def _journal(asked: argparse.Namespace) -> Journal:
    if asked.resume:
        return Journal.resume(asked.folder)
    # In a folder of its own, so that looking again does not end what can be resumed.
    folder = asked.folder if asked.round is None else asked.folder / "again"
    return Journal.begin(folder, asked.seed or secrets.token_hex(4))


if __name__ == "__main__":
    if os.environ.get("PYTHONHASHSEED") != "0":
        # What a set is walked in is chance too, and has to be the same again.
        again = [sys.executable, "-m", "tests.soak", *sys.argv[1:]]
        os.execve(sys.executable, again, {**os.environ, "PYTHONHASHSEED": "0"})
    sys.exit(main(sys.argv[1:]))
