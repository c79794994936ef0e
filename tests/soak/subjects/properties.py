"""The property tests of the project, file by file, with other examples each time."""

import re
import subprocess
import sys

from tests.soak.subject import Place, Round, Subject
from tests.soak.tree import ROOT

FILES = (
    "tests/policies/test_decide.py",
    "tests/policies/test_covering.py",
    "tests/policies/test_places.py",
    "tests/knowledge_base/test_histories.py",
    "tests/knowledge_base/exchange/test_characters.py",
    "tests/knowledge_base/exchange/test_delimited.py",
    "tests/knowledge_base/exchange/test_json_lines.py",
    "tests/wikibot/pages/test_escape.py",
    "tests/wikibot/pages/test_text.py",
    "tests/wikibot/pages/test_titles.py",
    "tests/wikibot/pages/test_units.py",
)


def play(round: Round) -> None:
    file = FILES[round.number % len(FILES)]
    seed = round.chance.randrange(2**32)
    round.tell(f"{file}, seed {seed}")
    chosen = ("-m", "hypothesis", "--hypothesis-profile=soak", file)
    words = ("-q", "-x", "-p", "no:cacheprovider", f"--hypothesis-seed={seed}")
    ran = subprocess.run(
        [sys.executable, "-m", "pytest", *words, *chosen],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    round.tell(ran.stdout[-8000:])
    round.expect(ran.returncode == 0, f"{file} fails")
    passed = re.search(r"(\d+) passed", ran.stdout)
    round.cases = int(passed.group(1)) if passed else 0


SUBJECT = Subject(
    name="properties",
    promise=(
        "What must hold of every decision, every text that comes in and every page that"
        " goes out holds for whatever examples are tried."
    ),
    invariants=(2, 3, 4, 8, 11),
    places=(Place.MEMORY,),
    play=play,
    notices=("The strictest rule decides",),
)
