"""What a command may tell the shell, and nothing finer."""

from enum import IntEnum


class ExitCode(IntEnum):
    """The only three answers, so that a schedule can act on them."""

    DONE = 0
    ERROR = 1
    NEEDS_A_PERSON = 2
