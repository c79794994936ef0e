"""Our units put into pages that people wrote, laid out and broke as people do."""

import re
from dataclasses import dataclass
from random import Random

from tests.soak.subject import Place, Round, Subject
from tests.wikibot.hostile import SEEDS
from tests.wikibot.views import FULL_BASKET, ITEM, shown, units_of
from wikibot.pages.render import unit_names
from wikibot.pages.text import Unreadable, read_units, replace_units
from wikibot.pages.units import Units, unit

PAGES = 60
CONTENT = ("title", "maker", "date", "description", "place", "credit")
FRAME = tuple(one for one in units_of(FULL_BASKET) if one.name not in CONTENT)
PROSE = (
    "\n\n== Notes ==\nIt's ''never'' closed: ''\n",
    "\n{| class=x\n| a || b\n|}\n",
    "\n{{Other|title=1}} <ref>x</ref> [[Category:Mine]]\n",
    "\n<!-- a comment -->\n",
    "\nامرأة نسجت هذا 面具 ngā tāngata\n",
    "\n",
    "",
)


@dataclass(frozen=True)
class Piece:
    """A stretch of the page: a value of ours, what leads to it, or people's words."""

    before: str
    name: str  # "" where it is people's
    value: str
    after: str

    def written(self, value: str) -> str:
        return f"{self.before}{value}{self.after}"


@dataclass(frozen=True)
class Laid:
    """A page in pieces, so that it is known of each byte whose it is."""

    above: str
    pieces: tuple[Piece, ...]
    below: str

    def with_values(self, values: dict[str, str]) -> str:
        """The page as it has to be: ours changed or gone, people's where it stood."""
        kept = (
            one.written(values[one.name] if one.name else one.value)
            for one in self.pieces
            if not one.name or values.get(one.name)
        )
        return f"{self.above}{''.join(kept)}{self.below}"


def play(round: Round) -> None:
    readable, pages = 0, len(round.many(PAGES))
    for _ in round.many(PAGES):
        readable += _one_page(round)
    round.expect(readable > pages // 4, f"only {readable} of {pages} pages were read")


def _one_page(round: Round) -> bool:
    """Whether the page could be read; one that cannot is left as it stands."""
    chance = round.chance
    standing, wanted = _units(chance), _units(chance)
    page = _laid(chance, standing)
    text = page.with_values(_values(standing))
    if chance.random() < 0.2:
        return _broken(round, text, wanted)
    round.told = [text, repr(wanted)]
    found = replace_units(text, wanted, ITEM)
    if isinstance(found, Unreadable):
        round.expect(read_units(text, ITEM) == found, "read, but not written")
        return False
    new = {one.name: one.text for one in wanted}
    had = {one.name for one in page.pieces}
    expected = page.with_values(new)
    added = [one for one in wanted if one.name not in had]
    fewer = tuple(one for one in wanted if one.name in had)
    without = replace_units(found, fewer, ITEM) if added else found
    round.expect(without == expected, f"not as it stood: {without!r}")
    round.expect(read_units(found, ITEM) == _in_order(wanted), "not read back")
    round.expect(replace_units(found, wanted, ITEM) == found, "twice is not once")
    return True


def _broken(round: Round, text: str, wanted: Units) -> bool:
    """Somebody cut or typed anywhere: read for certain and written, or left alone."""
    at, cut = round.chance.randrange(len(text)), round.chance.choice([0, 1, 2, 40])
    typed = round.chance.choice(["", "}", "{{", "|", "-->", "<nowiki>", "\n"])
    text = text[:at] + typed + text[at + cut :]
    standing = read_units(text, ITEM)
    if isinstance(standing, Unreadable):
        round.told = [text]
        left = replace_units(text, wanted, ITEM) == standing
        round.expect(left, "not read, but written")
        return False
    text = _without_empty_ones(round, text, standing)
    other = _values(wanted)
    changed = tuple(unit(x.name, other.get(x.name, "Else")) for x in standing)
    round.told = [text, repr(changed)]
    found = replace_units(text, changed, ITEM)
    if isinstance(found, Unreadable):
        return False
    grown = sum(len(x.text) for x in changed) - sum(len(x.text) for x in standing)
    round.expect(len(found) - len(text) == grown, "more was changed than ours")
    round.expect(read_units(found, ITEM) == changed, "not read back")
    round.expect(replace_units(found, standing, ITEM) == text, "not as it stood")
    return True


def _without_empty_ones(round: Round, text: str, standing: Units) -> str:
    """The page once parameters of ours in which nothing stands are gone from it."""
    found = replace_units(text, standing, ITEM)
    assert not isinstance(found, Unreadable)
    lost = _EMPTY.sub("", text) != _EMPTY.sub("", found)
    round.expect(not lost, "more than our empty parameters is gone")
    return found


_NAMES = "|".join(unit_names(ITEM))
_EMPTY = re.compile(rf"\|\s*(?:{_NAMES})\s*=\s*(?=\||\}}\}})")


def _units(chance: Random) -> Units:
    """Units as they come from a record with anything in its fields."""
    some = chance.sample(CONTENT, chance.randint(1, len(CONTENT)))
    values = {name: chance.choice(SEEDS) for name in sorted({"title", *some})}
    made = [one for one in units_of(shown(values)) if one.name in CONTENT]
    beside = chance.sample(FRAME, chance.randint(1, len(FRAME)))
    return _in_order((*made, *(unit(one.name, one.text) for one in beside)))


def _in_order(units: Units) -> Units:
    order = unit_names(ITEM)
    return tuple(sorted(units, key=lambda one: order.index(one.name)))


def _values(units: Units) -> dict[str, str]:
    return {one.name: one.text for one in units}


def _laid(chance: Random, units: Units) -> Laid:
    """A page that holds these units, in a layout of somebody's liking."""
    call = chance.choice(["{{Withcare item", "{{ withcare_item ", "{{Withcare item\n"])
    begin = chance.choice(["<!-- withcare:begin · x -->\n", "<!--withcare:begin-->"])
    above = chance.choice(PROSE) + chance.choice(["", chance.choice(SEEDS) + "\n"])
    pieces: list[Piece] = []
    for one in units:
        if chance.random() < 0.3:
            pieces.append(Piece("|", "", f"mood = {chance.choice(_MOODS)}", "\n"))
        pad = chance.choice(["", " ", "  "])
        before = f"|{pad}{one.name}{pad}={pad}"
        pieces.append(Piece(before, one.name, one.text, chance.choice(["\n", " ", ""])))
    end = "}}" + chance.choice(["\n", ""]) + "<!-- withcare:end -->"
    below = chance.choice(PROSE) + chance.choice(["", chance.choice(SEEDS)])
    return Laid(above + begin + call, tuple(pieces), end + below)


_MOODS = ("quiet", "{{Colour|blue}}", "[[Sea|the sea]]", "<small>low</small>", "")

SUBJECT = Subject(
    name="peoples-words",
    promise=(
        "Whatever people write round our template and in it, our units are put in and"
        " every other byte stays, or nothing is written."
    ),
    invariants=(7,),
    places=(Place.MEMORY,),
    play=play,
    notices=("The layout that people gave our template stays",),
)
