"""Refuses a lock file that holds more than names, versions and hashes.

An address or a path in a lock would tie everybody to the machine it was written on.
"""

import re
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent

# Whatever is none of these is refused: a list of what may not stand there would
# always be one entry short.
ALLOWED = re.compile(
    r"""
      [a-z0-9][a-z0-9-]*==[A-Za-z0-9.+!-]+(\ ;\ [^/:@]+)?\ \\     # name==version
    | [ ]{4}--hash=sha256:[0-9a-f]{64}(\ \\)?                     # its hashes
    | [ ]{4}\#\ via(\ [a-z0-9-]+)?                                # who asked for it
    | [ ]{4}\#\ {3}(-c\ requirements/test\.lock|[a-z0-9-]+)
    | [ ]{4}\#\ (via|\ \ )\ ?withcare\ \(pyproject\.toml[a-z.:-]*\)
    | \#\ The\ following\ packages\ are\ considered\ to\ be\ unsafe.*:
    |                                                             # nothing
    """,
    re.VERBOSE,
)


def faults(lock: Path) -> Iterator[str]:
    """One sentence for each line of the lock file that may not stand there."""
    for number, line in enumerate(lock.read_text(encoding="utf-8").splitlines(), 1):
        if not ALLOWED.fullmatch(line):
            yield f"{lock.name}:{number}: only name==version and hashes: {line.strip()}"


def names(requirements: Iterator[str] | list[str]) -> set[str]:
    """The bare names of requirements, spelled as in a lock."""
    found = (re.match(r"[\w.-]+", line) for line in requirements)
    return {re.sub(r"[-_.]+", "-", name[0]).lower() for name in found if name}


def missing(lock: Path, wanted: set[str]) -> set[str]:
    """What the project asks for and the lock does not hold."""
    return wanted - names(lock.read_text(encoding="utf-8").splitlines())


def wanted_by(extra: str) -> set[str]:
    """The names pyproject.toml asks for: the core's, the build's and the extra's."""
    pyproject = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    project = pyproject["project"]
    extras = project["optional-dependencies"].get(extra, [])
    asked = [*project["dependencies"], *pyproject["build-system"]["requires"], *extras]
    return names(asked) - {"withcare"}


def main() -> int:
    """0 where every lock is clean and whole."""
    found: list[str] = []
    for lock in sorted((ROOT / "requirements").glob("*.lock")):
        found.extend(faults(lock))
        for name in sorted(missing(lock, wanted_by(lock.stem))):
            found.append(f"{lock.name}: lacks {name}; run `make locks`")
    sys.stderr.writelines(f"{fault}\n" for fault in found)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
