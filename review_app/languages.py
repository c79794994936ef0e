"""In which language a page is written, and which others are offered beside it."""

from dataclasses import dataclass

from flask import g, request
from markupsafe import Markup

from review_app.language_names import language_name
from review_app.room import room
from review_app.wording import TAG, Parameter, direction

COOKIE = "withcare_language"


@dataclass(frozen=True, slots=True)
class Offered:
    """A language one can change to, under its own name."""

    tag: str
    name: str
    direction: str
    is_chosen: bool


def asked_language() -> str:
    """What the reader asked for: on this page, before, in her browser; or our first."""
    for tag in (request.args.get("uselang"), request.cookies.get(COOKIE)):
        if tag and TAG.fullmatch(tag):
            return tag
    for tag, _quality in request.accept_languages:
        if TAG.fullmatch(tag) and room().wordings.nearest(tag) != "en":
            return tag
        if tag.lower().partition("-")[0] == "en":
            return tag
    return (*room().settings.interface_languages, "en")[0]


def language() -> str:
    """The language of the page, asked for once per request."""
    if "language" not in g:
        g.language = asked_language()
    found: str = g.language
    return found


def message(key: str, *given: Parameter) -> Markup:
    """The message in the language of the page."""
    return room().wordings.say(language(), key, *given)


def has_message(key: str) -> bool:
    return room().wordings.has(key)


def written_in() -> str:
    """The language of the messages themselves, for `lang` on the page."""
    return room().wordings.nearest(language())


def offered() -> tuple[Offered, ...]:
    """The languages of the settings, in their order."""
    chosen = written_in()
    return tuple(
        Offered(tag, language_name(tag), direction(tag), tag == chosen)
        for tag in room().settings.interface_languages
    )


def said_in(words: dict[str, str] | None, default: str = "") -> tuple[str, str]:
    """(the text nearest to the page's language, its language tag)."""
    if not words:
        return default, written_in()
    for tag in (*room().wordings.chain(language()), "en"):
        if tag in words:
            return words[tag], tag
    return next(iter(words.items()))[::-1]
