"""The words the bot leaves on a wiki, in the wiki's language, from a closed list."""

import json
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

HERE = Path(__file__).parent
FALLBACK = "en"
LANGUAGES = ("en", "ar", "zh")
"""The languages in which every message stands."""


@lru_cache
def messages(language: str) -> Mapping[str, str]:
    """The messages of that language; those of its base language, or else English."""
    for tag in (language.lower(), language.lower().partition("-")[0]):
        if tag in LANGUAGES:
            text = (HERE / f"{tag}.json").read_text(encoding="utf-8")
            read: dict[str, str] = json.loads(text)
            return {key: read[key] for key in read if not key.startswith("@")}
    return messages(FALLBACK)


def message(key: str, language: str, *parameters: str) -> str:
    """The message with $1, $2 … filled in; raises `KeyError` for an unknown key."""
    text = messages(language)[key]
    for number, parameter in enumerate(parameters, start=1):
        text = text.replace(f"${number}", parameter)
    return text
