"""A name is what everybody sees: nothing unseen, and no account poses as another."""

import sys
import unicodedata

import pytest

from knowledge_base import steps
from knowledge_base.accounts import add_account
from knowledge_base.answers import own_words
from knowledge_base.communities import add_community, name_season
from knowledge_base.names import (
    MixedName,
    NotAName,
    check_account_name,
    check_name,
    likeness,
    unturned,
)
from knowledge_base.projection import AlreadyKnown
from knowledge_base.rights import Role
from policies.view import OwnWords
from tests.knowledge_base.conftest import World

UNSEEN = (
    "odo\u200b",
    "\u202eodo",
    "o\u200ddo",
    "odo\u200c",
    "odo\u2800",
    "o\u00addo",
    "odo\ufe0f",
    "odo\U000e0041",
    "o\u2066do\u2069",
    "odo\u061c",
    "\u3164",
    " ",
)
# Names that somebody could have: letters of many peoples, and joiners that are read.
SEEN = (
    "odo",
    "Żéfrʼı̄n 面",
    "xʷməθkʷəy̓əm",
    "Tsʼilhqotʼin",
    "ʻŌlelo",
    "ǃxóõ",
    "Skwxwú7mesh",
    "سارا",
    "می\u200cخواهم",
    "क्\u200dष",
    "東京タワー",
    "ᏣᎳᎩ",
    "ᐃᓄᒃᑎᑐᑦ",
    "mother дочь",
)


@pytest.mark.parametrize("name", UNSEEN)
def test_what_nobody_sees_stands_in_no_name(name: str) -> None:
    with pytest.raises(NotAName):
        check_name(name)


@pytest.mark.parametrize("name", SEEN)
def test_a_name_in_any_script_is_a_name(name: str) -> None:
    assert check_account_name(name) == name


@pytest.mark.parametrize("name", ["оdo", "odо", "Ꮪam", "αlpha", "о\u0308do"])
def test_two_scripts_in_one_word_are_no_accounts_name(name: str) -> None:
    with pytest.raises(MixedName):
        check_account_name(name)


def test_every_control_of_direction_is_refused_and_left_out() -> None:
    controls = [
        chr(code)
        for code in range(sys.maxunicode + 1)
        if unicodedata.bidirectional(chr(code))
        in {"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"}
    ] + ["\u200e", "\u200f", "\u061c"]
    assert len(controls) == 12
    for one in controls:
        with pytest.raises(NotAName):
            check_name(f"o{one}do")
        assert unturned(f"o{one}do") == "odo"


@pytest.mark.parametrize("twin", ["Odo", "ODO", "ｏｄｏ", "𝐨𝐝𝐨", "odo "])
def test_names_that_look_alike_count_as_one(world: World, twin: str) -> None:
    assert likeness(twin) == likeness("odo")
    with pytest.raises(AlreadyKnown):
        added(world, twin)


@pytest.mark.parametrize("name", ["odo\u200b", "\u202eodo", "оdo"])
def test_no_account_is_made_with_such_a_name(world: World, name: str) -> None:
    with pytest.raises((NotAName, MixedName)):
        added(world, name)
    with pytest.raises((NotAName, MixedName)):
        world.take("f" * 32, steps.AccountAdded(name=name), by=world.operator)


def added(world: World, name: str) -> str:
    roles = ((Role.VIEWER, ""),)
    return add_account(world.store, name, roles, by=world.operator, now=world.later())


def test_communities_seasons_and_signatures_hold_nothing_unseen(world: World) -> None:
    hidden = "snow\u202e"
    with pytest.raises(NotAName):
        name_season(
            world.store, world.people, hidden, by=world.steward, now=world.later()
        )
    for field in ("name", "own_name"):
        content = {"name": ("Ombral (invented)",)} | {field: (hidden,)}
        with pytest.raises(NotAName):
            add_community(world.store, content, by=world.operator, now=world.later())
    words = OwnWords(
        party=world.people,
        signed=hidden,
        field="title",
        text="A boat",
        language="en",
        instead=False,
    )
    with pytest.raises(NotAName):
        own_words(world.item(), words, seen=0, by=world.steward)
