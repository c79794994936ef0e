"""The words on the screens, in any language that has a file; never a crash for one.

The files follow translatewiki's banana layout: `$1` is a parameter and
`{{PLURAL:$1|one|more}}` chooses by number. What is missing or broken in one language
is taken from the next in the chain, and at last shown as its key.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from markupsafe import Markup, escape

from review_app.plurals import plural_form

FALLBACK = "en"
TAG = re.compile(r"[A-Za-z]{1,8}(-[A-Za-z0-9]{1,8}){0,8}")
_PARAMETER = re.compile(r"\$(\d)")
_PLURAL = re.compile(r"\{\{PLURAL:\$(\d)\|([^{}]*)\}\}")
_RIGHT_TO_LEFT_SCRIPTS = re.compile(
    "adlm|arab|aran|hebr|mand|mend|nkoo|rohg|samr|syrc|thaa|yezi"
)
_RIGHT_TO_LEFT = re.compile("ar|arc|ckb|dv|fa|he|ks|ps|sd|ug|ur|yi")

Parameter = str | int | Markup


@dataclass(frozen=True, slots=True)
class Wordings:
    """All messages, by lower-case language tag; `qqq` is for translators alone."""

    by_language: Mapping[str, Mapping[str, str]]

    @property
    def languages(self) -> tuple[str, ...]:
        return tuple(sorted(self.by_language))

    def chain(self, tag: str) -> tuple[str, ...]:
        """The languages to look in, nearest first; English closes every chain."""
        parts = tag.lower().split("-")
        nearer = ["-".join(parts[:end]) for end in range(len(parts), 0, -1)]
        found = [one for one in (*nearer, FALLBACK) if one in self.by_language]
        return tuple(dict.fromkeys(found))

    def nearest(self, tag: str) -> str:
        """The language in which a page asked for in `tag` is really written."""
        return (*self.chain(tag), FALLBACK)[0]

    def say(self, tag: str, key: str, *given: Parameter) -> Markup:
        """The message as HTML; parameters are escaped unless they are `Markup`."""
        for language in self.chain(tag):
            text = self.by_language[language].get(key)
            if text is not None and not is_broken(text):
                return _filled(text, language, given)
        return Markup("⧼{}⧽").format(key)

    def has(self, key: str) -> bool:
        return key in self.by_language.get(FALLBACK, {})


def is_broken(text: str) -> bool:
    """Whether braces stand in it that belong to no plural."""
    rest = _PLURAL.sub("", text)
    return not text.strip() or "{{" in rest or "}}" in rest


def _filled(text: str, language: str, given: tuple[Parameter, ...]) -> Markup:
    def chosen(found: re.Match[str]) -> str:
        number = _number(given, int(found[1]))
        return plural_form(language, number, found[2].split("|"))

    def value(found: re.Match[str]) -> str:
        place = int(found[1])
        return str(escape(given[place - 1])) if 0 < place <= len(given) else found[0]

    return Markup(_PARAMETER.sub(value, str(escape(_PLURAL.sub(chosen, text)))))


def _number(given: tuple[Parameter, ...], place: int) -> int | None:
    if not 0 < place <= len(given):
        return None
    text = str(given[place - 1])
    return int(text) if text.isdecimal() else None


def direction(tag: str) -> str:
    """ "rtl" or "ltr", by the script the tag names, else by its language."""
    parts = tag.lower().split("-")
    scripts = [part for part in parts[1:] if len(part) == 4 and part.isalpha()]
    if scripts:
        return "rtl" if _RIGHT_TO_LEFT_SCRIPTS.fullmatch(scripts[0]) else "ltr"
    return "rtl" if _RIGHT_TO_LEFT.fullmatch(parts[0]) else "ltr"


def read_wordings(folder: Path) -> Wordings:
    """Every file of the folder; one that cannot be read counts as not there."""
    found = {}
    for path in sorted(folder.glob("*.json")):
        if path.stem != "qqq":
            found[path.stem.lower()] = _read(path)
    return Wordings(found)


def _read(path: Path) -> Mapping[str, str]:
    try:
        written = json.loads(path.read_text("utf-8"))
    except (ValueError, OSError):
        return {}  # the chain goes on to the next language; a test reads all files
    if not isinstance(written, dict):
        return {}
    return {key: text for key, text in written.items() if isinstance(text, str)}
