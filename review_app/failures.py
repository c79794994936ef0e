"""An unexpected error as a log may hold it: where it broke, and never with what.

An address is a way in or a record, and the words of an error quote what it choked on:
of a failure only the view's name, the kinds of error and our lines of code are told.
"""

import traceback
from types import TracebackType
from typing import Any

from flask import Flask, request

ExcInfo = (
    tuple[type[BaseException], BaseException, TracebackType | None]
    | tuple[None, None, None]
)


class ReviewApp(Flask):
    """Flask, but for what it writes into its log."""

    def log_exception(self, exc_info: ExcInfo) -> None:
        where = request.endpoint or "no view"
        self.logger.error("%s %s failed: %s", request.method, where, told(exc_info[1]))


def told(error: BaseException | None) -> str:
    """The error, with what led to it, oldest first; no message and no value."""
    chain: list[str] = []
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        chain.append(_one(error))
        error = error.__cause__ or error.__context__
    return "\nthen ".join(reversed(chain)) or "no error"


def _one(error: BaseException) -> str:
    kind = type(error)
    frames = traceback.extract_tb(error.__traceback__)
    lines = [f"  {x.filename}:{x.lineno} in {x.name}: {x.line}" for x in frames]
    return "\n".join((f"{kind.__module__}.{kind.__qualname__}", *lines))


def without_address(message: Any) -> str | None:
    """What a server says of a request that broke outside; None for all else it says.

    gunicorn puts the visitor's address and the path into these.
    """
    text = str(message)
    for begins in ("Error handling request", "Invalid request"):
        if text.startswith(begins):
            return begins
    return None
