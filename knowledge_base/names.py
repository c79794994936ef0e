"""Names as people read them: no letter that nobody sees, none that poses as another.

Whoever sees a name on a page has to be able to tell it from every other. Letters that
turn the direction of writing, or that no reader sees, are refused in names of
accounts, communities, seasons and signatures. For accounts, which are signed with,
letters of two scripts in one word are refused as well, and two names that differ only
in case or in the form of their letters count as one. Two whole words in two scripts
can still look alike; we know of no rule for that which no people's spelling breaks.
"""

import re
import unicodedata

from policies.errors import WithcareError

# Bidirectional controls, which turn what stands beside a name: UAX #9.
_TURNS = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
# Default_Ignorable_Code_Point of Unicode without the two joiners, which are looked at
# apart, with controls, line separators and the braille cell that shows nothing.
_UNSEEN = re.compile(
    "[\x00-\x1f\x7f-\x9f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f"
    "\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\u2800\u3164\ufe00-\ufe0f\ufeff"
    "\uffa0\ufff0-\ufff8\U0001bca0-\U0001bca3\U0001d173-\U0001d17a"
    "\U000e0000-\U000e0fff]"
)
_JOINERS = "\u200c\u200d"
# The scripts in which a joiner changes what is read.
_JOIN = frozenset(
    {
        *("ARABIC", "SYRIAC", "MANDAIC", "NKO", "MONGOLIAN", "THAANA", "TIBETAN"),
        *("DEVANAGARI", "BENGALI", "GURMUKHI", "GUJARATI", "ORIYA", "TAMIL", "TELUGU"),
        *("KANNADA", "MALAYALAM", "SINHALA", "KHMER", "MYANMAR", "JAVANESE"),
        *("BALINESE", "LIMBU"),
    }
)
# Scripts that are written together in one word.
_JAPANESE = {"CJK", "IDEOGRAPHIC", "HIRAGANA", "KATAKANA", "KATAKANA-HIRAGANA"}
_TOGETHER = (frozenset(_JAPANESE), frozenset({"CJK", "HANGUL"}), {"CJK", "BOPOMOFO"})
# Greek letters that are part of Latin alphabets of several peoples, as theta and
# lambda are on the coast of the northern Pacific; two of them count as their twins.
_GUESTS = frozenset("βθλχ")
_TWINS = str.maketrans({"χ": "x", "β": "b"})


class NotAName(WithcareError):
    """A name holds letters that nobody sees or that turn what stands beside them."""

    def __init__(self) -> None:
        super().__init__(
            "This name holds a letter that nobody can see, or one that turns the "
            "direction of writing. Please type it anew, without pasting."
        )


class MixedName(WithcareError):
    """A word of an account's name mixes letters of two scripts."""

    def __init__(self) -> None:
        super().__init__(
            "In one word of this name stand letters of two scripts. They can look like "
            "another name, so please keep to one script in each word. Any script will "
            "do, and two words can be in two scripts."
        )


def check_name(name: str) -> str:
    """The name, which everybody can see; raises `NotAName`."""
    if _UNSEEN.search(name) or not name.strip():
        raise NotAName
    for at, letter in enumerate(name):
        if letter in _JOINERS and not _joins(name, at):
            raise NotAName
    return name


def check_account_name(name: str) -> str:
    """The same, for what somebody signs with; raises `MixedName` besides."""
    check_name(name)
    if any(_is_mixed(word) for word in _words(name)):
        raise MixedName
    return name


def likeness(name: str) -> str:
    """What two names have in common that look alike: their letters, folded."""
    joined = "".join(x for x in _folded(name) if x not in _JOINERS)
    return " ".join(joined.translate(_TWINS).split())


def unturned(text: str) -> str:
    """The text without controls of direction, for places where no isolate can stand."""
    return _TURNS.sub("", text)


def _folded(name: str) -> str:
    once = unicodedata.normalize("NFKC", name).casefold()
    return unicodedata.normalize("NFKC", once)


def _words(name: str) -> list[str]:
    """The words of the folded name; a mark above a letter does not end one."""
    kept = (x if unicodedata.category(x)[0] in "LMN" else " " for x in _folded(name))
    return "".join(kept).split()


def _joins(name: str, at: int) -> bool:
    """Whether the joiner stands between two letters of a script that needs it."""
    around = (name[at - 1 : at], name[at + 1 : at + 2])
    return all(letter and _script(letter) in _JOIN for letter in around)


def _is_mixed(word: str) -> bool:
    letters = [x for x in word if unicodedata.category(x) in ("Ll", "Lu", "Lt", "Lo")]
    found = {_script(x) for x in letters}
    if "LATIN" in found:
        found = {_script(x) for x in letters if x not in _GUESTS}
    return len(found) > 1 and not any(found <= group for group in _TOGETHER)


def _script(letter: str) -> str:
    """The first word of its name in Unicode, which is its script for every letter."""
    return unicodedata.name(letter, "UNNAMED").split()[0]
