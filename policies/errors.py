"""The base of every error of ours, and the one that collects faults in policy files."""

from collections.abc import Iterable
from dataclasses import dataclass


class WithcareError(Exception):
    """A broken promise; its text is one sentence that says what to do."""


@dataclass(frozen=True, slots=True, order=True)
class Fault:
    """One thing wrong in a file: where, what, and what to write instead."""

    file: str
    line: int
    wrong: str
    instead: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.wrong}; {self.instead}"


class PolicyFileError(WithcareError):
    """Every fault of every policy file that was read; nothing of them is in force."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(sorted(set(faults)))
        super().__init__("\n".join(str(fault) for fault in self.faults))


class NotSealed(WithcareError):
    """Somebody tried to build a public view elsewhere than in `policies.view`."""

    def __init__(self) -> None:
        super().__init__(
            "A public view is made only by `public_view`, from a record and a decision."
        )
