"""What is looked for after a withdrawal, and what was found, as plain values.

Evidence names endpoints, page and revision numbers and never a word of content.
"""

import html
import re
from collections.abc import Mapping
from dataclasses import dataclass, field

SHORTEST = 3  # shorter words stand everywhere and prove nothing


@dataclass(frozen=True, slots=True)
class Others:
    """Pages of other people's, or of other records, at titles that ours had: by title.

    What is theirs is told from what was ours by the page's id, and by the title only
    where the wiki names no id.
    """

    at: Mapping[str, int] = field(default_factory=dict)

    def have(self, page_id: int, title: str) -> bool:
        """Whether something of that page id and title is theirs."""
        return page_id in self.at.values() if page_id else title in self.at


NOBODY_ELSE = Others()


@dataclass(frozen=True, slots=True, kw_only=True)
class Sought:
    """What must not be found: words, revisions, and the titles where it stood.

    `title_too`: the page is deleted, and its title is to be found nowhere either.
    """

    page_id: int
    titles: tuple[str, ...]
    revisions: tuple[int, ...] = ()  # those that must be hidden
    words: frozenset[str] = field(default=frozenset(), repr=False)
    title_too: bool = False
    others: Others = NOBODY_ELSE
    beside: frozenset[int] = frozenset()  # the pages that went with it
    talk: tuple[str, ...] = ()  # the talk pages' titles, whether any ever stood there

    @property
    def named(self) -> tuple[str, ...]:
        """Every title that names it."""
        return tuple(dict.fromkeys((*self.titles, *self.talk)))

    @property
    def page_ids(self) -> frozenset[int]:
        return self.beside | {self.page_id}

    @property
    def free_titles(self) -> tuple[str, ...]:
        """The titles at which nobody else's page stands."""
        return tuple(one for one in self.titles if one not in self.others.at)

    @property
    def all_words(self) -> frozenset[str]:
        """What an answer may not say that was not asked for by a title."""
        if self.title_too:
            return self.words | frozenset(self.titles)
        return self.beyond_titles

    @property
    def beyond_titles(self) -> frozenset[str]:
        """The words that a title does not say: an answer may repeat what was asked."""
        return frozenset(
            word for word in self.words if not any(word in one for one in self.titles)
        )


@dataclass(frozen=True, slots=True)
class Probe:
    """One look: where, and whether anything was seen. None: nobody answered."""

    where: str
    is_clean: bool | None


@dataclass(frozen=True, slots=True)
class Evidence:
    """All looks at one page."""

    probes: tuple[Probe, ...]

    @property
    def visible(self) -> tuple[str, ...]:
        return tuple(one.where for one in self.probes if one.is_clean is False)

    @property
    def unanswered(self) -> tuple[str, ...]:
        return tuple(one.where for one in self.probes if one.is_clean is None)

    @property
    def proves_it(self) -> bool:
        return all(one.is_clean for one in self.probes) and bool(self.probes)

    def text(self) -> str:
        """Lines for a person; kept with the step."""
        words = {True: "nothing found", False: "STILL VISIBLE", None: "no answer"}
        return "\n".join(f"{one.where}: {words[one.is_clean]}" for one in self.probes)


def words_of(*wikitexts: str) -> frozenset[str]:
    """The words to look for, as readers and as the wiki's own text have them."""
    found = set()
    for text in wikitexts:
        for part in re.split(r"<br>|\{\{|\}\}|\||\w+=", text):
            for word in (part.strip(), html.unescape(part).strip()):
                if len(word) > SHORTEST:
                    found.add(word)
    return frozenset(found)
