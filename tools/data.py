"""Says what is wrong in the files that the code reads as data, each fault in a line.

Kinds, mappings, reasons and messages are written by people who need not know Python:
a fault is told as a sentence with its place, before anything runs.
"""

import json
import re
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from knowledge_base.exchange.mappings import check_fit, presets
from knowledge_base.kinds import kind_named, shipped_kinds
from knowledge_base.reasons import reasons
from policies.errors import WithcareError

MESSAGES = Path(__file__).resolve().parent.parent / "review_app" / "i18n"
OTHERS = ("ar", "zh", "qqq")
_PARAMETER = re.compile(r"\$\d")


def faults() -> Iterator[str]:
    """All that is wrong in the data that comes with withcare."""
    for check in (shipped_kinds, _check_mappings, reasons):
        yield from told(check)
    yield from faults_in_messages(MESSAGES)


def told(check: Callable[[], object]) -> Iterator[str]:
    """What the check raises, as a sentence; nothing where it finds no fault."""
    try:
        check()
    except WithcareError as error:
        yield str(error)


def _check_mappings() -> None:
    for mapping in presets().values():
        check_fit(mapping, kind_named(mapping.kind))


def faults_in_messages(folder: Path) -> Iterator[str]:
    """Messages that one language has and another has not, or says otherwise."""
    english = _messages(folder, "en")
    for language in OTHERS:
        other = _messages(folder, language)
        for key in sorted(english.keys() - other.keys()):
            yield f"{language}.json has no {key!r}: write it as in en.json"
        for key in sorted(other.keys() - english.keys()):
            yield f"en.json has no {key!r} of {language}.json: add it, or take it out"
        if language != "qqq":
            yield from _parameters(language, english, other)


def _parameters(
    language: str, english: Mapping[str, str], other: Mapping[str, str]
) -> Iterator[str]:
    for key in sorted(english.keys() & other.keys()):
        wanted = set(_PARAMETER.findall(english[key]))
        if wanted != set(_PARAMETER.findall(other[key])):
            needed = ", ".join(sorted(wanted)) or "none"
            yield f"{language}.json: {key!r} needs the parameters {needed}"


def _messages(folder: Path, language: str) -> dict[str, str]:
    written = json.loads((folder / f"{language}.json").read_text("utf-8"))
    return {key: text for key, text in written.items() if key != "@metadata"}


def main() -> int:
    found = list(faults())
    sys.stderr.write("".join(f"{one}\n" for one in found))
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
