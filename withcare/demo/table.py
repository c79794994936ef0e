"""What the people of the demo do at the review table, over HTTP like anybody else."""

from collections.abc import Mapping
from dataclasses import dataclass

from withcare.demo.browser import DemoFailed, Page, Visitor
from withcare.demo.cast import Answer


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody signed in at the table; `party` is for whom she answers, if anybody."""

    visitor: Visitor
    party: str = ""

    def desk(self, record: str) -> str:
        """The address of a record on her desk."""
        return f"/desk/{record}" + (f"?party={self.party}" if self.party else "")

    def act(self, record: str, ending: str, **filled: str | list[str]) -> Page:
        """Opens the record, fills one form in, sends it."""
        return self.act_at(self.desk(record), ending, **filled)

    def act_at(self, path: str, ending: str, **filled: str | list[str]) -> Page:
        """The same on any page of the table."""
        return self.act_on(self.visitor.open(path), ending, **filled)

    def act_on(self, page: Page, ending: str, **filled: str | list[str]) -> Page:
        """The same on a page that she has open already."""
        form = page.form(ending)
        if "reason" in form.choices and "reason" not in filled:
            # An institution gives its reason: here the first that the form offers.
            filled["reason"] = next(code for code in form.choices["reason"] if code)
        return self.visitor.send(page, form, **filled)


def sign_in_by_link(table: str, link: str) -> Visitor:
    """Follows a one-time link and presses its button."""
    visitor = Visitor(table)
    page = visitor.open(link)
    visitor.send(page, page.form("/link"))
    return visitor


def make_half(visitor: Visitor) -> tuple[str, str]:
    """(the half she keeps, the mark she hands on), as the page shows them once."""
    page = visitor.open("/join")
    made = visitor.send(page, page.form("/join"))
    half, mark = made.codes
    return half, mark


def join(visitor: Visitor, half: str, name: str) -> None:
    """She joins her community with her half and a name of her own choice."""
    visitor.fill("/join/enter", "/join/enter", half=half, name=name)


def pass_on(archivist: Person, record: str) -> None:
    """The archivist's answer, that nobody else is concerned, and her yes after it."""
    page = archivist.act(record, "/concern", concern="nobody")
    archivist.act_on(page, "/approve")


def say_who(archivist: Person, record: str, parties: list[str]) -> None:
    """The archivist names the parties concerned."""
    archivist.act(record, "/concern", concern="named", parties=parties)


def approve(person: Person, record: str) -> Page:
    """Her yes, to exactly what the page shows her."""
    return person.act(record, "/approve")


def put_label(
    person: Person, record: str, label: Mapping[str, str], season: str
) -> None:
    """Puts the community's label on a record."""
    person.act(
        record,
        "/label",
        label=f"{label['family']}/{label['type']}",
        text=label.get("text", ""),
        attribution=label.get("attribution", ""),
        season=season if "season" in label else "",
    )


def answer(person: Person, record: str, said: Answer) -> None:
    """Answers about the record as the cast has it in mind."""
    match said.says:
        case "approve":
            approve(person, record)
        case "own-words":
            give_words(person, record, said)
            approve(person, record)
        case "refuse":
            person.act(record, "/refuse")
        case "not-now":
            person.act(record, "/not-now")
        case other:
            raise DemoFailed(f"Nobody knows how to answer {other!r}.")


def give_words(person: Person, record: str, said: Answer) -> None:
    """Writes the community's own words, one field after the other."""
    for words in said.words:
        person.act(
            record,
            "/words",
            do="keep",
            field=words["field"],
            words=words["text"],
            language=words["language"],
            signed=words["signed"],
            place="instead" if words["instead"] == "yes" else "beside",
        )
