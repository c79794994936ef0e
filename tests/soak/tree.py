"""The project that is soaked: where it lies, and which state of it it is."""

import subprocess
from pathlib import Path

ROOT = Path(__file__).parents[2]


def state_of_the_tree() -> str:
    """As git says it, or that this is none of its trees."""
    words = ["git", "describe", "--always", "--dirty"]
    said = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=False)
    return said.stdout.strip() or "not in git"
