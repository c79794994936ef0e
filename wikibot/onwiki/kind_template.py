"""The template of one kind: how its pages look, and what the visual editor offers."""

import json
from collections.abc import Iterable

from knowledge_base.kinds import Kind, KindField
from policies.content import FieldType
from wikibot.onwiki.page import OnwikiPage
from wikibot.onwiki.words import HELP_FOR_READER, all_of, say, say_message
from wikibot.pages import units as names
from wikibot.pages.render import OWN, unit_names
from wikibot.pages.text import template_of

NAME = "title"
# Told in sentences beside the table of facts; the first of them without a heading.
STORY = ("description", "about", "considerations", "provenance", "access", "needs")
LEAD = ("description", "about")
# The frame turns with the reader, its headings being in her language; what people
# wrote turns by itself.
DIRECTION = "{{#ifeq:{{int:lang}}|ar|rtl|ltr}}"


def kind_page(kind: Kind, *, language: str) -> OnwikiPage:
    """The template with its TemplateData; `language` is the wiki's."""
    shown = "".join(_shown(kind)) + _category(kind, language)
    note = f"<templatedata>\n{template_data(kind)}\n</templatedata>"
    text = f"<includeonly>{shown}</includeonly><noinclude>\n{note}\n</noinclude>"
    return OnwikiPage(f"Template:{template_of(kind)}", text)


def category_page(kind: Kind, *, language: str) -> OnwikiPage:
    """The category that the template gives: a page, so that no link to it is red."""
    return OnwikiPage(
        f"Category:{category_of(kind, language)}", say_message("category")
    )


def category_of(kind: Kind, language: str) -> str:
    """The category of all pages of this kind, in the wiki's language."""
    return kind.plural.get(language.partition("-")[0]) or kind.plural["en"]


def template_data(kind: Kind) -> str:
    """TemplateData: the parameters in the order and on the lines in which we write."""
    parameters = {
        names.RECORD: _parameter(all_of("data-record"), required=True),
        names.WARNING: _required(names.WARNING),
    }
    for field in _fields(kind):
        parameters[field.wiki] = _of_field(field)
        parameters[field.wiki + OWN] = _of_own_words(field)
    for name in (names.LABELS, names.NOTICES, names.ATTRIBUTION, names.CAVEAT):
        parameters[name] = _required(name)
    parameters[names.ASK] = _parameter(all_of("data-ask"))
    data = {
        "description": all_of("data-template"),
        "params": parameters,
        "paramOrder": list(unit_names(kind)),
        "format": "{{_\n|_=_\n}}",
    }
    return json.dumps(data, ensure_ascii=False, indent=1)


def _shown(kind: Kind) -> Iterable[str]:
    """The page from its top: what must be read first, then names, story and facts."""
    yield f'<div class="withcare withcare-{kind.kind}"'
    yield f' dir="{DIRECTION}" data-record="{{{{{{record|}}}}}}">'
    heading = _div("withcare-warning-name", say_message("page-warning"))
    warning = _div("withcare-auto", "{{{warning}}}", direction=True)
    yield _if(
        "warning", f'<div class="withcare-warning" role="note">{heading}{warning}</div>'
    )
    yield _if(NAME + OWN, _div("withcare-own-name", "{{{title_own}}}"))
    yield '<div class="withcare-columns"><div class="withcare-story">'
    yield from (_story(field) for field in _fields(kind) if field.name in STORY)
    yield from _own_words(kind)
    yield _titled(names.ATTRIBUTION)
    yield _titled(names.LABELS, is_ours=True)
    yield _titled(names.NOTICES, is_ours=True)
    yield _titled(names.CAVEAT)
    yield "</div>"
    yield from _facts(kind)
    yield "</div>"
    yield _foot()
    yield "</div>"


def _story(field: KindField) -> str:
    heading = "" if field.name in LEAD else _heading(say(field.label))
    ours = _if(field.wiki, heading + _value("withcare-text", field.wiki))
    return _if(field.wiki + OWN, f"{{{{{{{field.wiki}{OWN}}}}}}}") + ours


def _own_words(kind: Kind) -> Iterable[str]:
    """A community's words for a fact: beside the table, where there is room."""
    for field in _fields(kind):
        if field.wiki != NAME and field.name not in STORY:
            shown = _heading(say(field.label)) + f"{{{{{{{field.wiki}{OWN}}}}}}}"
            yield _if(field.wiki + OWN, shown)


def _facts(kind: Kind) -> Iterable[str]:
    facts = [field for field in _fields(kind) if field.name not in STORY]
    rows = "".join(_row(field) for field in facts)
    # A table without a row would be an empty frame.
    any_value = "".join(f"{{{{{{{field.wiki}|}}}}}}" for field in facts)
    table = _div("withcare-facts", f"<table>{rows}</table>")
    yield f"{{{{#if:{any_value}|{table}}}}}"


def _row(field: KindField) -> str:
    value = f"{{{{{{{field.wiki}}}}}}}"
    if field.type is FieldType.LICENCE:
        value = f"{{{{Withcare licence|{value}}}}}"
    cells = f'<th scope="row">{say(field.label)}</th><td><bdi>{value}</bdi></td>'
    return _if(field.wiki, f"<tr>{cells}</tr>")


def _titled(name: str, *, is_ours: bool = False) -> str:
    """Under a heading; what is worded by us turns with the reader, not by itself."""
    heading = _heading(say_message(f"page-{name}"))
    shown = _div(f"withcare-{name}", f"{{{{{{{name}}}}}}}", direction=not is_ours)
    return _if(name, heading + shown)


def _foot() -> str:
    # #if takes away the space around what it shows.
    ask = f"&#32;· [{{{{{{ask}}}}}} {say_message('page-ask')}]"
    return _div(
        "withcare-foot",
        f"{say_message('page-from')} · [[{HELP_FOR_READER}|{say_message('page-help')}]]"
        + _if(names.ASK, ask),
    )


def _heading(words: str) -> str:
    return _div("withcare-heading", words)


def _value(style: str, name: str) -> str:
    return _div(style, f"{{{{{{{name}}}}}}}", direction=True)


def _div(style: str, inner: str, *, direction: bool = False) -> str:
    auto = ' dir="auto"' if direction else ""
    return f'<div class="{style}"{auto}>{inner}</div>'


def _if(name: str, shown: str) -> str:
    return f"{{{{#if:{{{{{{{name}|}}}}}}|{shown}}}}}"


def _category(kind: Kind, language: str) -> str:
    return _if(names.RECORD, f"[[Category:{category_of(kind, language)}]]")


def _fields(kind: Kind) -> list[KindField]:
    return [field for field in kind.fields if field.wiki and field.public]


def _of_field(field: KindField) -> dict[str, object]:
    data = _parameter(dict(field.help or {}), suggested=field.required)
    return {"label": dict(field.label), **data}


def _of_own_words(field: KindField) -> dict[str, object]:
    suffix = all_of("page-own-suffix")
    label = {tag: f"{said} {suffix[tag]}" for tag, said in field.label.items()}
    return {"label": label, **_parameter(all_of("data-own"))}


def _required(name: str) -> dict[str, object]:
    label = all_of(f"page-{name}")
    return {"label": label, **_parameter(all_of("data-required"))}


def _parameter(
    description: dict[str, str], *, required: bool = False, suggested: bool = False
) -> dict[str, object]:
    data: dict[str, object] = {"type": "content"}
    if description:
        data["description"] = description
    if required or suggested:
        data["required" if required else "suggested"] = True
    return data
