"""What every template may use: words, names, dates, the guest; no queries."""

import re
from datetime import date, datetime
from typing import Any

from flask import Flask, request, url_for
from jinja2 import StrictUndefined
from markupsafe import Markup

from knowledge_base.names import unturned
from policies.labels import registry
from policies.licences import name_of
from review_app.doors import DOORS, may_enter
from review_app.forms import TOKEN
from review_app.guests import end_moment, guest
from review_app.language_names import OWN_NAMES, language_name
from review_app.languages import has_message, message, offered, said_in, written_in
from review_app.room import room
from review_app.wording import direction

_CODE = re.compile(r"[a-z][a-z0-9]*(?:[-_/:][a-z0-9]+)*")


def furnish(app: Flask) -> None:
    """Gives the templates their words; a name that is not there is an error."""
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    app.jinja_env.filters["unturned"] = _unturned
    app.context_processor(_furniture)


def _furniture() -> dict[str, Any]:
    end_moment()
    language = written_in()
    return {
        "message": message,
        "has_message": has_message,
        "said_in": said_in,
        "language": language,
        "direction": direction(language),
        "direction_of": direction,
        "languages": offered(),
        "guest": guest(),
        "token": token_field,
        "day": day,
        "moment": moment,
        "here": request.full_path.rstrip("?") if request.method == "GET" else None,
        "opens": opens,
        "slug": slug,
        "language_name": language_name,
        "language_names": OWN_NAMES,
        "licence_name": licence_name,
        "label_name": label_name,
        "label_words": label_words,
        "notice_name": notice_name,
        "where": where,
        "view_words": view_words,
        "style": url_for("static", filename="withcare.css"),
    }


def _unturned(text: str) -> str:
    """For a title or an option, where no isolate can keep a name to itself."""
    return type(text)(unturned(text))


def opens(endpoint: str) -> bool:
    """Whether the guest may go there; what she may not is not offered to her."""
    return may_enter(DOORS[endpoint], guest().account)


def slug(code: str) -> str:
    """A code as part of a message's key."""
    return re.sub(r"[^a-z0-9-]", "-", code.lower())


def label_name(family: str, type: str) -> str:
    known = registry().find_label(family, type)
    return f"{family}/{type}" if known is None else known.name


def label_words(key: str) -> Markup:
    """Our own line on what a label asks; nothing for one we do not know."""
    known = registry().labels.get(key)
    if known is None:
        return Markup()
    text, tag = said_in(dict(known.paraphrase))
    line = Markup('<span class="label-words" lang="{}" dir="{}">{}</span>')
    return line.format(tag, direction(tag), text)


def licence_name(code: str) -> Markup | str:
    """The name of a licence; the code as it stands where we know no name for it."""
    key = f"licence-{slug(code.strip())}"
    return message(key) if has_message(key) else name_of(code) or code


def notice_name(type: str) -> str:
    known = registry().find_notice(type)
    return type if known is None else known.name


def where(destination: str) -> str:
    """The name of a destination; its id where the settings do not name it any more."""
    labels = {one.id: one.label for one in room().settings.destinations}
    return labels.get(destination, destination)


def view_words(about: str, said: str) -> Markup | str:
    """A warning or caveat: a community's words as they are, a code in our words."""
    if not _CODE.fullmatch(said):
        return said
    known = f"{about}-{slug(said)}"
    return message(known if has_message(known) else about)


def token_field() -> Markup:
    """The hidden field that every form of ours carries."""
    return Markup('<input type="hidden" name="{}" value="{}">').format(
        TOKEN, guest().token
    )


def day(of: date) -> Markup:
    """A date in words, with its machine form beside it."""
    said = message(
        "date-words", str(of.day), message(f"month-{of.month}"), str(of.year)
    )
    return Markup('<time datetime="{}">{}</time>').format(
        date(of.year, of.month, of.day).isoformat(), said
    )


def moment(of: datetime) -> Markup:
    """A date and time, in UTC and said so."""
    said = message("moment-words", day(of), f"{of:%H:%M}")
    return Markup('<span class="moment">{}</span>').format(said)
