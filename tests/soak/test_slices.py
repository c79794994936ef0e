"""A slice of the soak in every run of the tests, with another seed each time."""

import secrets
from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest

from tests.services.binaries import NotInstalled
from tests.soak.grounds import Grounds, grounds
from tests.soak.journal import Journal
from tests.soak.running import Turn, play
from tests.soak.subject import Subject
from tests.soak.subjects import subjects
from withcare.sandbox import SandboxUnavailable

# These are tried with other examples by every run of the tests themselves.
SLICED = [one for one in subjects() if one.name != "properties"]


@pytest.fixture(scope="module")
def all_grounds() -> Iterator[Grounds]:
    with grounds() as ready:
        yield ready


@pytest.mark.slow
@pytest.mark.parametrize("subject", SLICED, ids=lambda one: one.name)
def test_a_slice_of_the_soak_finds_nothing(
    subject: Subject, all_grounds: Grounds, tmp_path: Path
) -> None:
    seed = secrets.token_hex(4)
    chance = Random(seed)
    place, number = chance.choice(subject.places), chance.randrange(1000)
    journal = Journal.begin(tmp_path, seed)
    try:
        played = play(journal, Turn(subject, place), number, all_grounds, is_slice=True)
    except (NotInstalled, SandboxUnavailable) as absent:
        pytest.skip(str(absent))

    assert played.cases
    if played.finding is not None:
        pytest.fail((tmp_path / "findings" / played.finding).read_text("utf-8"))
