"""The soak finds what is broken, says so, and goes on where it was cut."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from tests.breaks.copies import ROOT, break_in_a_copy, breaks, copy_into, of_today
from tests.services.process_group import wait_until
from tests.soak.journal import Journal, NothingToResume, Played
from tests.soak.report import walked
from tests.soak.subject import Place, Subject, Walked
from tests.soak.subjects import subjects

BREAKS = {one.promise: one for one in breaks()}
QUICK = ("--only", "peoples-words")
PLANTED = [
    pytest.param(
        one,
        promise,
        id=f"{one.name}: {promise}",
        marks=[pytest.mark.wiki] if one.places == (Place.WIKI,) else [],
    )
    for one in subjects()
    for promise in one.notices
]


def soak(*words: str, tree: Path = ROOT) -> subprocess.Popen[str]:
    """The soak as it is typed, in that copy of the project."""
    return subprocess.Popen(
        [sys.executable, "-m", "tests.soak", *words],
        cwd=tree,
        env={**os.environ, "PYTHONPATH": str(tree)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def soaked(*words: str, tree: Path = ROOT) -> tuple[int, str]:
    """Its exit code, and what it said."""
    with soak(*words, tree=tree) as running:
        said, _ = running.communicate()
    return running.returncode, said


def played(folder: Path) -> list[tuple[str, int, int]]:
    """(subject, number, cases) of the rounds in the journal."""
    journal = Journal.resume(folder)
    return [(one.subject, one.number, one.cases) for one in journal.played]


@pytest.mark.slow
@pytest.mark.parametrize(("subject", "promise"), of_today(PLANTED))
def test_a_planted_break_is_found(
    subject: Subject, promise: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    if subject.places == (Place.WIKI,):
        request.getfixturevalue("mediawiki")  # or it is skipped
    finding, said, tree = found_in_a_broken_tree(subject, promise, tmp_path)

    assert finding["found"].startswith("NotKept: "), finding["found"]
    assert finding["promise"] == subject.promise
    if subject.name != "peoples-words":
        return  # to see one of them again is enough
    again, said = soaked(*finding["again"].split()[3:], tree=tree)
    assert again == 1, said


def found_in_a_broken_tree(
    subject: Subject, promise: str, tmp_path: Path
) -> tuple[dict[str, Any], str, Path]:
    """The one finding, what the soak said, and the tree."""
    tree = tmp_path / "tree"
    tree.mkdir()
    break_in_a_copy(BREAKS[promise], tree)
    where = Place.SQLITE if Place.SQLITE in subject.places else subject.places[0]
    words = ("--only", subject.name, "--on", where.value, "--seed", "planted")

    code, said = soaked(*words, "--first", "--rounds", "30", tree=tree)

    assert code == 1, said
    (file,) = (tree / "build/soak/findings").iterdir()
    assert file.name in said
    return json.loads(file.read_text("utf-8")), said, tree


HANGS = """
from tests.soak.subject import Place, Round, Subject
from tests.soak.typing_commands import AnyShell
from tests.withcare.mortal import mortals


def play(round: Round) -> None:
    with mortals() as loaded:
        shell = AnyShell(round.folder / "home", loaded, round.address)
        shell.set_up()
        shell.done("kb", "init")
        round.tell("it works until it is stopped, and nobody stops it")
        shell.done("work")


SUBJECT = Subject("hangs", "It ends.", (), (Place.SQLITE,), play, ())
"""


@pytest.mark.slow
def test_a_round_that_does_not_end_is_found_and_the_others_are_played(
    tmp_path: Path,
) -> None:
    copy_into(tmp_path)
    (tmp_path / "tests/soak/subjects/hangs.py").write_text(HANGS, "utf-8")
    words = ("--only", "hangs", *QUICK, "--rounds", "1", "--round-minutes", "0.3")

    code, said = soaked(*words, "--seed", "s", tree=tmp_path)

    assert code == 1, said
    folder = tmp_path / "build/soak"
    finding = json.loads((folder / "findings/hangs-sqlite-s-0.json").read_text("utf-8"))
    assert finding["found"] == "DoesNotEnd: it had not ended after 18 seconds"
    assert finding["told"][-1] == "it works until it is stopped, and nobody stops it"
    assert any('shell.done("work")' in line for line in finding["trace"])
    assert {one[0] for one in played(folder)} == {"hangs", "peoples-words"}


@pytest.mark.slow
def test_a_killed_soak_goes_on_as_if_it_had_lived(tmp_path: Path) -> None:
    whole, cut = tmp_path / "whole", tmp_path / "cut"
    words = (*QUICK, "--rounds", "4", "--seed", "s")
    assert soaked(*words, "--folder", str(whole))[0] == 0
    journal = cut / "journal.jsonl"

    def has_played() -> bool:
        return journal.is_file() and len(journal.read_text("utf-8").splitlines()) > 2

    with soak(*words, "--folder", str(cut)) as running:
        assert wait_until(has_played, seconds=120)
        running.send_signal(signal.SIGKILL)
    before = played(cut)
    code, said = soaked(*QUICK, "--rounds", "4", "--resume", "--folder", str(cut))

    assert code == 0, said
    assert 0 < len(before) < 4
    assert played(cut) == played(whole)
    assert "Seed s" in said


def test_a_line_that_was_cut_is_no_line(tmp_path: Path) -> None:
    journal = Journal.begin(tmp_path, "s")
    journal.add(Played("a", Place.SQLITE, 0, cases=3, seconds=1.5))
    with (tmp_path / "journal.jsonl").open("a", encoding="utf-8") as file:
        file.write('{"subject": "a", "pla')

    again = Journal.resume(tmp_path)
    again.add(Played("a", Place.SQLITE, 1, cases=4, seconds=1.0, finding="f.json"))

    assert Journal.resume(tmp_path).played == again.played
    assert [one.number for one in again.played] == [0, 1]
    assert again.findings == ["f.json"]


def test_what_was_walked_is_kept_and_reported(tmp_path: Path) -> None:
    journal = Journal.begin(tmp_path, "s")
    for number, cells in enumerate([(3, 9), (9, 11)]):
        part = Walked("erase", cells, of=22)
        journal.add(Played("kills", Place.SQLITE, number, 3, 1.5, walked=part))

    again = Journal.resume(tmp_path)
    with Console(width=110) as console, console.capture() as said:
        console.print(walked(again))

    assert again.played == journal.played
    assert "erase" in said.get()
    assert "3 9 11" in said.get()


def test_what_never_began_is_not_resumed(tmp_path: Path) -> None:
    with pytest.raises(NothingToResume, match="without --resume"):
        Journal.resume(tmp_path)


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--only", "nothing"), "known are"),
        (("--only", "peoples-words", "--on", "wiki"), "not played there|none of"),
        (("--resume", "--folder", "/dev/null/none"), "begin without --resume"),
    ],
)
def test_what_is_not_there_is_told(words: tuple[str, ...], told: str) -> None:
    code, said = soaked(*words)

    assert code == 2
    assert any(one in said for one in told.split("|"))


def test_every_subject_says_what_it_soaks() -> None:
    found: Mapping[str, Any] = {one.name: one for one in subjects()}

    assert len(found) == len(subjects())
    for one in found.values():
        assert one.promise.endswith(".")
        assert one.places
        assert set(one.invariants) <= set(range(1, 16))
        assert set(one.notices) <= set(BREAKS), one.name
