"""The closed list of reasons that an institution gives; never asked of a community."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from policies.plain_yaml import read
from policies.shapes import Reader

SHIPPED = Path(__file__).parent / "reasons.yaml"
LANGUAGES = ("en", "ar", "zh")


@dataclass(frozen=True, slots=True)
class Why:
    """One reason: its code, the acts it is offered for, its words per language."""

    code: str
    acts: tuple[str, ...]
    label: Mapping[str, str]


@cache
def reasons() -> Mapping[str, Why]:
    """All reasons by code; raises `PolicyFileError` with every fault of the file."""
    reader = Reader()
    found = {}
    for node in reader.items(read(SHIPPED)):
        why = reader.into(node, Why)
        if why is not None and why.code in found:
            reader.fault(node, f"{why.code!r} stands here twice", "keep one of them")
        if why is not None:
            found[why.code] = why
            for language in LANGUAGES:
                if language not in why.label:
                    wrong = f"{why.code!r} has no words in {language!r}"
                    reader.fault(node, wrong, f"add `{language}: …`")
    reader.finish()
    return found


def reasons_for(act: str) -> tuple[Why, ...]:
    """The reasons offered for an act ("approve", "refuse" …), in the file's order."""
    return tuple(why for why in reasons().values() if act in why.acts)


def is_reason_for(act: str, code: str | None) -> bool:
    """Whether this code is among the reasons offered for the act."""
    return code in {why.code for why in reasons_for(act)}
