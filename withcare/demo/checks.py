"""What the demo promises, looked at from outside as an anonymous reader would."""

from knowledge_base.journeys import State
from withcare.demo import proof
from withcare.demo.browser import DemoFailed
from withcare.demo.cast import accession_numbers, groups
from withcare.demo.setting_up import count_published, state_of
from withcare.demo.story import Story

YES = ("approve", "own-words")
WRONG_NAME = "Breezelander"  # the institution's word, which the people replaced


def _require(holds: bool, otherwise: str) -> None:
    if not holds:
        raise DemoFailed(otherwise)


def everything_agreed_is_there(told: Story) -> None:
    """Every record that was approved has its page, and only those have one."""
    seen = proof.look_around(told.wiki)
    items = [text for text in seen.texts.values() if "{{Withcare item" in text]
    agreed = count_published(told.house, "item")
    _require(
        len(items) == agreed, f"{len(items)} item pages stand there, not {agreed}."
    )
    said_yes = [one for one in told.cast.answers if one.says in YES]
    without = [one.record for one in said_yes if not _page_of(seen, one.record)]
    _require(not without, f"A yes has no page: {without}.")
    named = accession_numbers(groups()["named-makers"])
    works = sum(bool(_page_of(seen, number)) for number in named)
    told.proved.append(
        f"{len(items)} item pages were published, each agreed to: {works} of works by "
        f"named makers, {len(items) - works} of things of the invented people."
    )
    own = [words["text"] for one in said_yes for words in one.words]
    missing = [words for words in own if not seen.holding(words)]
    _require(not missing, f"Own words are missing: {missing}.")
    told.proved.append("The people's own words stand on their pages, signed.")


def _page_of(seen: proof.Seen, number: str) -> str:
    texts = (text for title, text in seen.texts.items() if f"({number})" in title)
    return next(texts, "")


def nothing_held_is_there(told: Story) -> None:
    """No number and no page of a record that is held, anywhere on the wiki."""
    seen = proof.look_around(told.wiki)
    everything = "\n".join([*seen.texts, *seen.texts.values(), seen.lists])
    held = accession_numbers(groups()["ask-first"])
    betrayed = [number for number in held if f"({number})" in everything]
    _require(not betrayed, f"Held records are on the wiki: {betrayed}.")
    _require(WRONG_NAME not in everything, "The name they replaced is on the wiki.")
    told.proved.append(
        f"None of the {len(held)} held records is on the wiki, in no page and no list."
    )


def people_kept_their_words(told: Story) -> None:
    """What a person wrote by hand is still there, whatever the bot did."""
    seen = proof.look_around(told.wiki)
    for one in told.cast.human_edits:
        words = one.get("adds") or one["becomes"]
        _require(bool(seen.holding(words)), "A person's edit was lost.")
    told.proved.append("What people wrote on the pages stands as they wrote it.")


def a_change_of_ours_is_asked_about(told: Story) -> None:
    """Where a person changed one of our values, somebody is asked about it."""
    for one in told.cast.human_edits:
        if "parameter" in one:
            state = state_of(told.house, told.records[one["record"]])
            _require(state is State.CHANGED, f"{one['record']} is {state.value}.")
    told.proved.append("A value that a person changed is asked about, not put back.")


def it_is_gone(told: Story, title: str, text: str) -> None:
    """Nothing of a withdrawn page is left to an anonymous reader."""
    found = proof.older_texts(told.wiki, title)
    seen = proof.look_around(told.wiki)
    lines = {line.partition("=")[2].strip() for line in text.splitlines()}
    # A credit line that other pages share says nothing of this one.
    own = [line for line in lines if len(line) > 10 and not seen.holding(line)]
    own.append(title)
    left = [line for line in own if any(line in old for old in found)]
    left += [line for line in own if line in seen.lists or seen.holding(line)]
    _require(len(own) > 1, "The withdrawn page had nothing to look for.")
    _require(not left, f"Of the withdrawn page can still be read: {left}.")
    told.proved.append(
        "The withdrawn page is gone, its older revisions too: looked for as an "
        "anonymous reader."
    )


def the_season_is_closed(told: Story) -> None:
    """The records of the season show a stub, now that it has ended."""
    seen = proof.look_around(told.wiki)
    for one in told.cast.answers:
        if one.in_season:
            shown = _page_of(seen, one.record)
            _require(
                bool(shown) and "{{Withcare item" not in shown,
                f"{one.record} is shown out of season.",
            )
    told.proved.append("Outside their season, the seasonal pages show nothing.")


def nothing_more_was_written(told: Story) -> None:
    """Twice is once: the last run wrote nothing."""
    after = proof.count_edits(told.wiki)
    _require(told.edits == after, f"The last run wrote {after - told.edits} times.")
    told.proved.append("A run with nothing to do writes nothing.")
