"""Random records, destinations and words for the properties of deciding."""

from datetime import date, timedelta

from hypothesis import strategies as st

from policies.destinations import Destination
from policies.facts import (
    Facts,
    Finding,
    Flag,
    Label,
    Licences,
    Mourning,
    Named,
    Nobody,
    Notice,
    NotKnown,
    Says,
    Word,
)
from policies.hints import hint_rules
from policies.labels import registry
from policies.purposes import Purpose
from policies.truth import Truth
from policies.visibility import Visibility
from policies.word_lists import LIST_RULES
from tests.policies.making import HILL, HOUSE, RIVER, TODAY

PARTIES = st.sampled_from([RIVER, HILL, HOUSE, "archivist"])
COMMUNITIES = st.sampled_from([RIVER, HILL])
TRUTHS = st.sampled_from(Truth)
DAYS = st.integers(-40, 40).map(lambda n: TODAY + timedelta(days=n))
LICENCES = st.sampled_from([None, "cc0-1.0", "cc-by-4.0", "cc-by-nc-4.0", "ours"])
KEYS = st.sampled_from([*registry().labels, "xx/unknown"])
SEASONS = st.sampled_from([None, "winter", "summer"])
WORDS_OR_NONE = st.sampled_from([None, "Some words"])


@st.composite
def labels(draw: st.DrawFn) -> Label:
    family, _, label_type = draw(KEYS).partition("/")
    return Label(
        family,
        label_type,
        draw(COMMUNITIES),
        season=draw(SEASONS),
        attribution=draw(WORDS_OR_NONE),
        note=draw(WORDS_OR_NONE),
    )


NOTICES = st.sampled_from([*registry().notices, "unknown"]).map(Notice)
FLAGS = st.builds(
    Flag,
    id=st.sampled_from(["f1", "f2"]),
    against=st.just("not-written-yet"),
    party=st.none() | PARTIES,
    is_grave=st.booleans(),
)
FINDINGS = st.sampled_from(sorted(hint_rules() - LIST_RULES)).map(
    lambda rule: Finding(rule, "title", 0, 1, "x")
) | st.builds(
    lambda rule, party: Finding(rule, "", 0, 0, f"list:{party}:1", party),
    st.sampled_from(sorted(LIST_RULES)),
    st.just("") | PARTIES,
)
MOURNING = st.builds(
    Mourning,
    person=st.sampled_from(["p1", "p2"]),
    substitute=st.sampled_from([None, "Aunt", "Weaver"]),
    family=st.none() | PARTIES,
)
WORDS = st.builds(
    Word,
    party=PARTIES,
    says=st.sampled_from([Says.YES, Says.YES, Says.YES, Says.NOT_NOW, Says.NO]),
    destination=st.sampled_from(["here", "*", "elsewhere"]),
    purposes=st.frozensets(st.sampled_from(Purpose), min_size=3),
    visibility=st.sampled_from(Visibility),
    since=DAYS,
    until=st.none() | DAYS,
    informed=st.booleans(),
    by=st.just("account"),
)
CONCERNS = st.one_of(
    st.just(NotKnown()),
    st.just(Nobody("a", date(2026, 1, 1))),
    st.frozensets(PARTIES, max_size=3).map(Named),
)


def some(entries: st.SearchStrategy, most: int = 3) -> st.SearchStrategy:
    """A few of them, or not known."""
    return st.none() | st.frozensets(entries, max_size=most)


RECORDS = st.builds(
    Facts,
    record=st.just("a" * 32),
    kind=st.just("item"),
    labels=some(labels()),
    notices=some(NOTICES),
    concerned=CONCERNS,
    words=st.frozensets(WORDS, max_size=6),
    flags=some(FLAGS, 1),
    findings=some(FINDINGS),
    licences=st.builds(Licences, metadata=LICENCES),
    seasons=st.dictionaries(st.sampled_from(["winter", "summer"]), TRUTHS),
    mourning=st.frozensets(MOURNING, max_size=2),
    fields=st.frozensets(st.sampled_from(["title", "maker"])),
)
DESTINATIONS = st.builds(
    Destination,
    id=st.just("here"),
    label=st.just("here"),
    is_ours=TRUTHS,
    is_public=TRUTHS,
    keeps_history=TRUTHS,
    can_close=TRUTHS,
    forces_commercial=TRUTHS,
    is_mirrored=TRUTHS,
    licence=st.sampled_from([None, "cc-by-sa-4.0", "cc0-1.0", "theirs"]),
    forces=st.frozensets(st.sampled_from(Purpose)),
)


@st.composite
def agreed(draw: st.DrawFn) -> Facts:
    """Records of which everything is known and everybody has agreed to everything.

    Random records are nearly always held; only here can a rule be seen to lower.
    """
    everyone = [RIVER, HILL, HOUSE, "archivist"]
    return Facts(
        record="a" * 32,
        kind="item",
        labels=draw(st.frozensets(labels(), max_size=1)),
        notices=draw(st.frozensets(NOTICES, max_size=1)),
        concerned=draw(st.just(Named(frozenset({RIVER, HILL}))) | CONCERNS),
        words=frozenset(
            Word(
                party,
                Says.YES,
                "here",
                frozenset(Purpose),
                draw(st.sampled_from([Visibility.FULL, Visibility.STUB])),
                TODAY,
                None,
                True,
                "account",
            )
            for party in everyone
        ),
        flags=frozenset(),
        findings=draw(st.frozensets(FINDINGS, max_size=1)),
        licences=Licences("cc0-1.0"),
        seasons={"winter": Truth.TRUE, "summer": Truth.TRUE},
        fields=frozenset({"title", "maker"}),
    )
