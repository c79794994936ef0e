"""Which requests reached the sandbox wiki, so that a test can count them.

Switched on only where somebody asks; it never holds a password, a token or a text.
"""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime

from withcare.sandbox.layout import Layout


@dataclass(frozen=True, slots=True)
class LoggedRequest:
    """One request: when it came, where to, and the parameters that say what for."""

    at: datetime
    method: str
    path: str
    params: Mapping[str, str]

    @property
    def is_api(self) -> bool:
        return self.path == "/api.php"

    @property
    def action(self) -> str | None:
        """The API's or the page's action, or None where none was named."""
        return self.params.get("action")


@dataclass(slots=True)
class Recording:
    """What arrived between two moments; empty until its `with` block has ended."""

    requests: tuple[LoggedRequest, ...] = field(default=())

    @property
    def api(self) -> tuple[LoggedRequest, ...]:
        """The requests to the API alone."""
        return tuple(request for request in self.requests if request.is_api)

    @property
    def edits(self) -> tuple[LoggedRequest, ...]:
        """The requests that asked for an edit, saved or not."""
        return tuple(request for request in self.api if request.action == "edit")


@dataclass(frozen=True, slots=True)
class RequestLog:
    """The log of one sandbox; a request stands in it before it is answered."""

    layout: Layout

    @property
    def is_on(self) -> bool:
        return self.layout.log_requests.exists()

    def switch_on(self) -> None:
        self.layout.log_requests.touch()

    def switch_off(self) -> None:
        self.layout.log_requests.unlink(missing_ok=True)

    def mark(self) -> int:
        """A place in the log to read from later."""
        file = self.layout.request_log
        return file.stat().st_size if file.exists() else 0

    def since(self, mark: int = 0) -> tuple[LoggedRequest, ...]:
        """Everything after the mark, in the order it came."""
        file = self.layout.request_log
        if not file.exists():
            return ()
        lines = file.read_bytes()[mark:].splitlines()
        return tuple(_read(line) for line in lines)

    @contextmanager
    def recording(self) -> Iterator[Recording]:
        """What arrives while the block runs; the switch is put back as it was."""
        was_on = self.is_on
        self.switch_on()
        start, recording = self.mark(), Recording()
        try:
            yield recording
        finally:
            recording.requests = self.since(start)
            if not was_on:
                self.switch_off()


def _read(line: bytes) -> LoggedRequest:
    entry = json.loads(line)
    at = datetime.fromtimestamp(entry["at"], UTC)
    return LoggedRequest(at, entry["method"], entry["path"], entry["params"])
