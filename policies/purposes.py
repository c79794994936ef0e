"""What a visibility is for."""

from enum import StrEnum


class Purpose(StrEnum):
    """What is done with a record at a destination."""

    SHOW = "show"
    INDEX = "index"
    THUMBNAIL = "thumbnail"
    TRANSLATE = "translate"
    AI = "ai"
    BULK = "bulk"


ALL_PURPOSES = frozenset(Purpose)
