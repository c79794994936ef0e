"""The story of the demo, chapter by chapter, each told in a line as it happens."""

import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from withcare.demo import proof, table
from withcare.demo.browser import DemoFailed, Visitor
from withcare.demo.cast import IMA, INVENTED, Cast, groups
from withcare.demo.commands import run
from withcare.demo.house import House
from withcare.demo.setting_up import SetUp, records_of, set_up
from withcare.demo.table import Person
from withcare.sandbox import RunningSandbox

Tell = Callable[[str], None]


@dataclass(slots=True)
class Story:
    """What has come of the demo so far; `records` are ids by the source's names."""

    house: House
    cast: Cast
    tell: Tell
    people: dict[str, Person] = field(default_factory=dict)
    records: dict[str, str] = field(default_factory=dict)
    figures: dict[str, int] = field(default_factory=dict)
    proved: list[str] = field(default_factory=list)
    season: str = ""
    edits: int = 0  # revisions on the wiki before the last run
    ready: SetUp | None = None

    def chapter(self, words: str) -> None:
        self.tell(words)

    @property
    def wiki(self) -> RunningSandbox:
        """The demo's wiki; the chapters that need one are told only where it is."""
        assert self.house.wiki is not None
        return self.house.wiki


def set_the_table(story: Story) -> None:
    """Accounts, the invented people, the records; the bot proposes pages."""
    story.chapter("Taking in 541 real museum records and 31 invented ones …")
    story.ready = set_up(story.house, story.cast)
    for slug in (IMA, INVENTED):
        found = records_of(story.house, story.ready.collections[slug])
        story.records.update(found)
        story.figures[f"{slug} received"] = len(found)


def open_the_places(story: Story) -> None:
    """The invented people open their own places: nobody here can do it for them."""
    story.chapter(
        "The invented people open their own place, with halves of their own …"
    )
    ready = _ready(story)
    for key in ("operator", "archivist"):
        visitor = table.sign_in_by_link(story.house.table, ready.links[key])
        story.people[key] = Person(visitor)
    for key, wish in story.cast.wishes.items():
        story.people["archivist"].act_at(
            f"/communities/{ready.parties[key]}", "/one-is-enough", wish=wish
        )
    for key, account in story.cast.stewards.items():
        party = ready.parties[account["of"]]
        visitor = Visitor(story.house.table)
        half, mark = table.make_half(visitor)
        # Two accounts write the first two down: no single one opens a place.
        story.people[account["written_by"]].act_at(
            f"/communities/{party}",
            "/invite",
            mark=mark,
            evidence=story.cast.evidence,
        )
        table.join(visitor, half, account["name"])
        story.people[key] = Person(visitor, party=party)
    _confirm_each_other(story)


def _confirm_each_other(story: Story) -> None:
    """The first two who join confirm each other."""
    party = story.people["steward"].party
    for one in ("second", "steward"):
        visitor = story.people[one].visitor
        page = visitor.open(f"/communities/{party}")
        visitor.send(page, page.form("/confirm"))


def nobody_else(story: Story) -> None:
    """Works by named makers: nobody else is concerned, and her own yes."""
    archivist = story.people["archivist"]
    named = sorted(groups()["named-makers"])
    story.chapter(f"The archivist reads {len(named)} works by named makers …")
    _pass_on(archivist, [story.records[number] for number in named])
    ready = _ready(story)
    for record in (*ready.collections.values(), *ready.event):
        table.pass_on(archivist, record)
    story.figures["works approved"] = len(named)
    story.figures["collections approved"] = len(ready.collections)
    story.figures["of the event approved"] = len(ready.event)


def _pass_on(archivist: Person, records: Sequence[str]) -> None:
    """In two tabs of her browser, so that the table has always one to answer."""
    tabs = (archivist, Person(archivist.visitor.another_tab()))

    def read(tab: Person, some: Sequence[str]) -> None:
        for record in some:
            table.pass_on(tab, record)

    with ThreadPoolExecutor(len(tabs)) as both:
        list(both.map(read, tabs, (records[::2], records[1::2])))


def ask_first(story: Story) -> None:
    """Records attributed to a people, or that may be: asked about, and held."""
    asked = groups()["ask-first"]
    story.chapter(f"{len(asked)} records may concern a people: asked about and held.")
    story.figures["asked about and held"] = len(asked)


def name_those_concerned(story: Story) -> None:
    """The archivist names the invented people and its parts, record by record."""
    ready, archivist = _ready(story), story.people["archivist"]
    whole = story.cast.community["key"]
    for number in sorted(n for n in story.records if n.startswith("INV.")):
        keys = story.cast.concerned.get(number, (whole,))
        parties = [ready.parties[key] for key in keys]
        table.say_who(archivist, story.records[number], parties)


def put_labels(story: Story) -> None:
    """The stewards put on their labels, and name their season."""
    story.chapter("The invented people put on their labels and answer …")
    steward = story.people["steward"]
    page = f"/communities/{steward.party}"
    steward.act_at(page, "/seasons", name=story.cast.season)
    story.season = steward.visitor.open(page).form("/season").fields["season"]
    for label in story.cast.labels:
        person = story.people[label["by"]]
        table.put_label(person, story.records[label["record"]], label, story.season)


def answer(story: Story, *, in_season: bool) -> None:
    """What the invented stewards say; nothing else answers for them."""
    said = [one for one in story.cast.answers if one.in_season is in_season]
    for one in said:
        table.answer(story.people[one.by], story.records[one.record], one)
    for kind in ("approve", "own-words", "refuse", "not-now"):
        count = sum(one.says == kind for one in said)
        story.figures[kind] = story.figures.get(kind, 0) + count


def flag(story: Story) -> None:
    """Two records are flagged: they hold at once."""
    for one in story.cast.flags:
        filled = {
            "against": one["against"],
            "field": one.get("field", ""),
            "quote": one.get("span", ""),
            "note": one.get("note", ""),
        }
        story.people[one["by"]].act(story.records[one["record"]], "/flag", **filled)
    story.figures["flagged"] = len(story.cast.flags)


def turn_season(story: Story, *, opens: bool) -> None:
    """The steward opens or closes the season of the first snow."""
    steward = story.people["steward"]
    steward.act_at(
        f"/communities/{steward.party}",
        "/season",
        season=story.season,
        turn="open" if opens else "close",
    )


def publish(story: Story, words: str) -> str:
    """One run of the bot; returns what it printed."""
    story.chapter(words)
    begun = time.monotonic()
    said = run(story.house.home, "bot", "run", may_need_a_person=True)
    story.figures["seconds of the last run"] = round(time.monotonic() - begun)
    return said


def edit_by_hand(story: Story) -> None:
    """A wiki editor writes around our units, and changes one of them."""
    story.chapter("A wiki editor adds a sentence, and changes one of our values …")
    editor = story.wiki.visitor("human")
    for one in story.cast.human_edits:
        title, text = find_page(story, one["record"])
        if "adds" in one:
            editor.edit(title, f"{text}\n\n{one['adds']}\n", summary="a sentence")
        else:
            before = _line_of(text, one["parameter"])
            after = f"{before.partition('=')[0]}= {one['becomes']}"
            editor.edit(title, text.replace(before, after), summary="a new ring")


def _line_of(text: str, parameter: str) -> str:
    for line in text.splitlines():
        name = line.lstrip("| ").partition("=")[0].strip()
        if line.lstrip().startswith("|") and name == parameter:
            return line
    raise DemoFailed(f"The page has no line for {parameter!r}.")


def find_page(story: Story, number: str) -> tuple[str, str]:
    """(title, text) of the page of an invented record, as an anonymous reader."""
    found = proof.look_around(story.wiki)
    titles = [title for title in found.texts if f"({number})" in title]
    if len(titles) != 1:
        raise DemoFailed(f"There are {len(titles)} pages of {number}, not one.")
    return titles[0], found.texts[titles[0]]


def withdraw(story: Story) -> list[tuple[str, str]]:
    """A steward takes a published record back; returns (title, its own words)."""
    story.chapter("A steward takes a published record back …")
    taken = []
    for one in story.cast.withdrawals:
        title, text = find_page(story, one["record"])
        story.people[one["by"]].act(story.records[one["record"]], "/withdraw")
        taken.append((title, text))
    return taken


def fresh_links(story: Story) -> dict[str, str]:
    """A one-time link for each account, which each makes for herself."""
    links = {}
    for key, person in story.people.items():
        page = person.visitor.open("/account")
        made = person.visitor.send(page, page.form("/account/link"))
        links[key] = next(code for code in made.codes if "/link/" in code)
    return links


def _ready(story: Story) -> SetUp:
    assert story.ready is not None
    return story.ready
