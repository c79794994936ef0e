"""What every view needs: the store, the settings, the clock, the key, the words."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime

from flask import current_app

from knowledge_base.calendar_days import civil_days
from knowledge_base.settings import Settings
from knowledge_base.store import Store
from review_app.wording import Wordings

Clock = Callable[[], datetime]


@dataclass(frozen=True, slots=True, kw_only=True)
class Room:
    """One per app. `key` signs the tokens of visitors and marks their addresses."""

    store: Store
    settings: Settings
    clock: Clock
    key: bytes
    wordings: Wordings

    def now(self) -> datetime:
        return self.clock()

    def today(self) -> date:
        """The day by which what ends has ended, wherever its community lives."""
        return civil_days(self.clock()).closing

    @property
    def is_https(self) -> bool:
        return self.settings.review_address.startswith("https://")


def room() -> Room:
    """The room of the app that answers now."""
    found: Room = current_app.extensions["withcare"]
    return found


def right_now() -> datetime:
    """The clock of an app that is not told another."""
    return datetime.now(UTC)
