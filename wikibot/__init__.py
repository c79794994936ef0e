"""The hands on the wiki: it saves what was approved and takes back what was not."""

from pathlib import Path

scripts_path: Path = Path(__file__).parent
"""Where `pwb` finds our scripts; the entry point in pyproject.toml names it."""
