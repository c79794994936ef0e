"""A person at the review table: reads pages, fills forms in, sends them.

She knows nothing that is not on the page: the token, the history length and the hash
of what she saw are read from the form, as a browser would.
"""

from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urljoin

import requests

from policies.errors import WithcareError

PATIENCE = 30  # seconds for one page


class DemoFailed(WithcareError):
    """Something the demo promised did not come true."""


@dataclass(slots=True)
class Form:
    """A form as it stands on a page, with what it carries of itself."""

    action: str
    method: str
    fields: dict[str, str] = field(default_factory=dict)
    choices: dict[str, list[str]] = field(default_factory=dict)
    buttons: list[tuple[str, str]] = field(default_factory=list)


class _Forms(HTMLParser):
    """Collects the forms of a page, and its text."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self.words: list[str] = []
        self.codes: list[str] = []
        self._code = False
        self._area: str | None = None
        self._select: str | None = None

    def handle_starttag(
        self, tag: str, attributes: list[tuple[str, str | None]]
    ) -> None:
        at = {name: value or "" for name, value in attributes}
        self._code = tag == "code"
        if tag == "form":
            method = at.get("method", "get").lower()
            self.forms.append(Form(at.get("action", ""), method))
        elif self.forms:
            self._part(tag, at)

    def _part(self, tag: str, at: dict[str, str]) -> None:
        form, name = self.forms[-1], at.get("name", "")
        match tag:
            case "input" if name:
                self._input(form, name, at)
            case "button" if name:
                form.buttons.append((name, at.get("value", "")))
            case "textarea":
                self._area = name
                form.fields[name] = ""
            case "select":
                self._select = name
            case "option" if self._select is not None:
                form.choices.setdefault(self._select, []).append(at.get("value", ""))
                if "selected" in at or self._select not in form.fields:
                    form.fields[self._select] = at.get("value", "")

    def _input(self, form: Form, name: str, at: dict[str, str]) -> None:
        kind = at.get("type", "text")
        if kind in ("radio", "checkbox"):
            form.choices.setdefault(name, []).append(at.get("value", "on"))
            if "checked" in at:
                form.fields[name] = at.get("value", "on")
        elif kind == "submit":
            form.buttons.append((name, at.get("value", "")))
        else:
            form.fields[name] = at.get("value", "")

    def handle_endtag(self, tag: str) -> None:
        self._code = False
        if tag == "textarea":
            self._area = None
        elif tag == "select":
            self._select = None

    def handle_data(self, data: str) -> None:
        if self._code:
            self.codes.append(data)
        if self._area is not None:
            self.forms[-1].fields[self._area] += data
        else:
            self.words.append(data)


@dataclass(frozen=True, slots=True)
class Page:
    """A page as it came: where from, its forms in order, its words, its codes."""

    address: str
    status: int
    forms: tuple[Form, ...]
    words: str
    codes: tuple[str, ...]

    def form(self, ending: str) -> Form:
        """The form that goes to an address with this end; raises `DemoFailed`."""
        for form in self.forms:
            if form.action.partition("?")[0].endswith(ending):
                return form
        known = ", ".join(form.action for form in self.forms)
        raise DemoFailed(f"{self.address} has no form {ending!r}, only: {known}.")


class Visitor:
    """One person with a browser of her own."""

    def __init__(self, table: str) -> None:
        self.table = table
        self._session = requests.Session()
        self._session.trust_env = False  # no proxy between us and our own machine

    def another_tab(self) -> "Visitor":
        """The same browser, signed in as it is, so that two things are done at once."""
        tab = Visitor(self.table)
        tab._session.cookies.update(self._session.cookies)
        return tab

    def open(self, path: str) -> Page:
        """A page, whatever its status."""
        answer = self._session.get(urljoin(self.table, path), timeout=PATIENCE)
        return _page(answer)

    def send(self, page: Page, form: Form, **filled: str | list[str]) -> Page:
        """Sends the form as it stands on the page, with these fields filled in.

        Raises `DemoFailed` where the table does not take it.
        """
        fields = {**form.fields, **filled}
        address = urljoin(page.address, form.action or page.address)
        answer = self._session.post(
            address,
            data=fields,
            headers={"Origin": self.table.rstrip("/")},
            timeout=PATIENCE,
        )
        if answer.status_code >= 400:
            raise DemoFailed(f"{address} answered {answer.status_code}.")
        return _page(answer)

    def fill(self, path: str, ending: str, **filled: str | list[str]) -> Page:
        """Opens a page and sends the form there that goes to this end."""
        page = self.open(path)
        return self.send(page, page.form(ending), **filled)


def _page(answer: requests.Response) -> Page:
    answer.encoding = "utf-8"
    return page_from(answer.url, answer.status_code, answer.text)


def page_from(address: str, status: int, html: str) -> Page:
    """The page that this HTML is."""
    parser = _Forms()
    parser.feed(html)
    words = " ".join(" ".join(parser.words).split())
    forms = tuple(parser.forms)
    return Page(address, status, forms, words, tuple(parser.codes))
