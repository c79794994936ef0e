"""Our units put into the text of a page, and read back; all else stays as it stood.

What cannot be read for certain is not written: an outcome says why, for a person.
"""

import re
from dataclasses import dataclass
from enum import StrEnum

import mwparserfromhell
from mwparserfromhell.nodes import Template
from mwparserfromhell.nodes.extras import Parameter
from mwparserfromhell.wikicode import Wikicode

from knowledge_base.kinds import Kind
from policies.errors import WithcareError
from wikibot import i18n
from wikibot.pages.render import unit_names
from wikibot.pages.units import Units, texts, unit

STUB = "{{Withcare stub}}"

_BEGIN = re.compile(r"<!--\s*withcare:begin\b.*?-->", re.DOTALL)
_END = re.compile(r"<!--\s*withcare:end\b.*?-->", re.DOTALL)
_STUB = re.compile(r"\{\{\s*[Ww]ithcare[ _]+stub\s*[|}]")
_STUB_CALL = re.compile(r"\{\{\s*[Ww]ithcare[ _]+stub\s*(?:\|[^{}]*)?\}\}")
_STUB_COMMENT = re.compile(r"<!--\s*withcare:stub\b.*?-->", re.DOTALL)
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
# The names of the template namespace that a page may use before a template's name.
_NAMESPACE = re.compile(r"^(?:template|قالب|模板|模版|样板|樣板)\s*:\s*", re.IGNORECASE)


class Why(StrEnum):
    """Why the units of a page cannot be read."""

    GONE = "our template is not on the page"
    TWICE = "our template, or one of its parameters, stands there twice"
    HIDDEN = "something before our template hides it or leaves it open"
    MARKER = "a marker of our block is missing, doubled or moved"
    STUB = "the page is a stub"
    BROKE = "the text did not come back as it was written"


@dataclass(frozen=True, slots=True)
class Unreadable:
    """Nothing may be written to this page until a person has looked at it."""

    why: Why


class NoTemplate(WithcareError):
    """Records of this kind have no pages."""

    def __init__(self, kind: str) -> None:
        self.kind = kind
        super().__init__(
            f"Name a wiki template for the kind {kind!r} in its YAML file."
        )


def new_page(units: Units, kind: Kind, *, language: str = "en") -> str:
    """The whole text of a new page; below our block there is room for people."""
    begin, end = (i18n.message(f"withcare-block-{one}", language) for one in _ENDS)
    lines = [f"<!-- withcare:begin · {begin} -->", "{{" + template_of(kind)]
    lines += [f"|{one.name}={one.text}" for one in units]
    lines += ["}}", f"<!-- withcare:end · {end} -->"]
    return "\n".join(lines)


def stub(kind: Kind, *, language: str = "en") -> str:
    """The whole text of a page that rests; which kind of record rests is not said."""
    del kind
    said = i18n.message("withcare-block-stub", language)
    return f"<!-- withcare:stub · {said} -->\n{STUB}"


def is_stub(wikitext: str) -> bool:
    return _STUB.search(_COMMENT.sub("", wikitext)) is not None


def beside_stub(wikitext: str) -> str:
    """What people wrote on a page that rests; "" where only our stub stands there."""
    return _STUB_CALL.sub("", _STUB_COMMENT.sub("", wikitext)).strip()


def read_units(wikitext: str, kind: Kind) -> Units | Unreadable:
    """The units as they stand on the page, whoever wrote them; empty ones left out."""
    found = _find(wikitext, kind)
    if isinstance(found, Unreadable):
        return found
    values = {_name(one): str(one.value).strip() for one in found.template.params}
    return tuple(unit(n, values[n]) for n in unit_names(kind) if values.get(n))


def replace_units(wikitext: str, units: Units, kind: Kind) -> str | Unreadable:
    """The page with exactly these units; every other byte of it stays."""
    found = _find(wikitext, kind)
    wanted = texts(units)
    for name in unit_names(kind):
        if isinstance(found, Unreadable):
            return found
        found = _with(found, name, wanted.get(name, ""), kind)
    return found if isinstance(found, Unreadable) else str(found.page)


def template_of(kind: Kind) -> str:
    """The name of the kind's template; raises `NoTemplate`."""
    if kind.wiki is None:
        raise NoTemplate(kind.kind)
    return kind.wiki.template


_ENDS = ("begin", "end")


@dataclass(frozen=True, slots=True)
class _Found:
    page: Wikicode
    template: Template


def _find(wikitext: str, kind: Kind) -> _Found | Unreadable:
    """Our one template between its markers, or why there is no telling."""
    named = [found.start() for found in _mention(kind).finditer(wikitext)]
    if not named:
        return Unreadable(Why.STUB if is_stub(wikitext) else Why.GONE)
    if len(named) > 1:
        return Unreadable(Why.TWICE)
    # An unbalanced '' typed by a person would hide the template from the parser.
    page = mwparserfromhell.parse(wikitext, skip_style_tags=True)
    if str(page) != wikitext:  # it drops all that follows a NUL
        return Unreadable(Why.BROKE)
    seen = [one for one in page.filter_templates() if _is_ours(one, kind)]
    if len(seen) != 1:
        return Unreadable(Why.HIDDEN)
    if not _is_marked(wikitext, named[0], named[0] + len(str(seen[0]))):
        return Unreadable(Why.MARKER)
    ours = [n for n in map(_name, seen[0].params) if n in unit_names(kind)]
    if len(ours) != len(set(ours)):
        return Unreadable(Why.TWICE)
    return _Found(page, seen[0])


def _mention(kind: Kind) -> re.Pattern[str]:
    words = r"[ _]+".join(map(re.escape, template_of(kind).split()))
    return re.compile(rf"\{{\{{[^|{{}}]*?\b{words}(?![\w ]*\w)", re.IGNORECASE)


def _is_ours(template: Template, kind: Kind) -> bool:
    name = _COMMENT.sub("", str(template.name)).replace("_", " ")
    name = _NAMESPACE.sub("", " ".join(name.split()))
    return name[:1].upper() + name[1:] == template_of(kind)


def _is_marked(wikitext: str, start: int, stop: int) -> bool:
    begins = [found.end() for found in _BEGIN.finditer(wikitext)]
    ends = [found.start() for found in _END.finditer(wikitext)]
    return len(begins) == len(ends) == 1 and begins[0] <= start < stop <= ends[0]


def _name(parameter: Parameter) -> str:
    return _COMMENT.sub("", str(parameter.name)).strip()


def _with(found: _Found, name: str, text: str, kind: Kind) -> _Found | Unreadable:
    """The page with that one parameter set, or removed where the text is empty."""
    place = next(
        (i for i, one in enumerate(found.template.params) if _name(one) == name), None
    )
    if place is None and not text:
        return found
    if place is None:
        _insert(found.template, name, text, kind)
    elif not text:
        del found.template.params[place]
    elif not _set(found.template.params[place], text):
        return found
    return _read_again(found, kind)


def _read_again(written: _Found, kind: Kind) -> _Found | Unreadable:
    """The page parsed anew; it must hold the very parameters that were written."""
    found = _find(str(written.page), kind)
    if isinstance(found, Unreadable):
        return found
    same = _spelled(found.template) == _spelled(written.template)
    return found if same else Unreadable(Why.BROKE)


def _spelled(template: Template) -> list[tuple[str, str]]:
    return [(str(one.name), str(one.value)) for one in template.params]


def _set(parameter: Parameter, text: str) -> bool:
    """Whether the value had to change; the space around it stays as it was."""
    value = str(parameter.value)
    stripped = value.strip()
    if stripped == text:
        return False
    before = value[: len(value) - len(value.lstrip())] if stripped else ""
    parameter.value = before + text + _trailing(value)
    return True


def _insert(template: Template, name: str, text: str, kind: Kind) -> None:
    """The parameter after the last of those before it in our order."""
    order = unit_names(kind)
    earlier = set(order[: order.index(name)])
    before = [i for i, one in enumerate(template.params) if _name(one) in earlier]
    place = before[-1] + 1 if before else 0
    neighbour = template.params[place - 1].value if before else template.name
    written = Parameter(
        mwparserfromhell.parse(name),
        mwparserfromhell.parse(text + _trailing(str(neighbour)), skip_style_tags=True),
    )
    template.params.insert(place, written)


def _trailing(value: str) -> str:
    return value[len(value.rstrip()) :]
