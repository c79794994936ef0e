"""Which licence may stand under which: terms are compared, nothing is interpreted.

A licence is a code such as "cc-by-sa-4.0"; a code that nobody knows here is *not
known*, and so is asked about. A licence cannot be recalled and forbids extra terms
(Creative Commons, legal code 4.0, sections 2 and 6), so a limit that a community sets
cannot be kept under one that does not have it.
"""

import re
from dataclasses import dataclass
from functools import lru_cache

from policies.truth import Truth

FORCES_NONE = "none"


@dataclass(frozen=True, slots=True)
class Terms:
    """What a licence asks. `is_closed`: nothing may be passed on under any other."""

    credit: bool = False
    alike: bool = False
    no_commerce: bool = False
    no_changes: bool = False
    is_closed: bool = False


_NAMED = {
    "cc0": Terms(),
    "cc0-1.0": Terms(),
    "pdm": Terms(),
    "pdm-1.0": Terms(),
    "public-domain": Terms(),
    "all-rights-reserved": Terms(is_closed=True),
    "in-copyright": Terms(is_closed=True),
    "noc-oklr": Terms(is_closed=True),
    "noc-nc": Terms(no_commerce=True),
    # Not licences, but what a label asks, said in the same terms.
    "non-commercial": Terms(no_commerce=True),
    "purpose-limited": Terms(is_closed=True),
}
_CREATIVE_COMMONS = re.compile(
    r"cc-by(?P<nc>-nc)?(?:(?P<sa>-sa)|(?P<nd>-nd))?-(?P<version>[1-4]\.[05])"
)

_TITLES = {
    **dict.fromkeys(("cc0", "cc0-1.0"), "Creative Commons CC0 1.0"),
    **dict.fromkeys(("pdm", "pdm-1.0"), "Public Domain Mark 1.0"),
}
_ASKED = {"nc": "NonCommercial", "sa": "ShareAlike", "nd": "NoDerivatives"}


def allows(given: str, forced: str) -> Truth:
    """Whether what comes under `given` may stand where `forced` is the licence."""
    if forced == FORCES_NONE:
        return Truth.TRUE
    return _allows(given.strip().casefold(), forced.strip().casefold())


def name_of(code: str) -> str | None:
    """The name that Creative Commons gives it; `None` for any other."""
    given = code.strip().casefold()
    if given in _TITLES:
        return _TITLES[given]
    found = _CREATIVE_COMMONS.fullmatch(given)
    if found is None:
        return None
    asked = ["Attribution"]
    asked += [word for part, word in _ASKED.items() if found[part]]
    return f"Creative Commons {'-'.join(asked)} {found['version']}"


def is_known(code: str) -> bool:
    """Whether the terms of that code are known here."""
    return terms_of(code.strip().casefold()) is not None


@lru_cache(maxsize=1024)
def _allows(given: str, forced: str) -> Truth:
    mine, theirs = terms_of(given), terms_of(forced)
    if mine is None or theirs is None:
        return Truth.UNKNOWN
    if mine.is_closed or mine.no_changes:
        return Truth.of(given == forced and not mine.is_closed)
    if mine.alike:
        return Truth.of(theirs.alike and _is_same_or_later(given, forced))
    lost = mine.credit > theirs.credit or mine.no_commerce > theirs.no_commerce
    return Truth.of(not lost)


@lru_cache(maxsize=1024)
def terms_of(code: str) -> Terms | None:
    """The terms of a lower-case code, or `None` where nobody knows them."""
    if code in _NAMED:
        return _NAMED[code]
    found = _CREATIVE_COMMONS.fullmatch(code)
    if found is None:
        return None
    return Terms(
        credit=True,
        alike=bool(found["sa"]),
        no_commerce=bool(found["nc"]),
        no_changes=bool(found["nd"]),
    )


def _is_same_or_later(given: str, forced: str) -> bool:
    # Share-alike licences may be carried over to a later version of the same licence.
    mine, theirs = given.rpartition("-"), forced.rpartition("-")
    return mine[0] == theirs[0] and mine[2] <= theirs[2]
