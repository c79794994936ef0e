"""Who takes part in the demo, and what each has in mind; all of them are invented."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec

from policies.plain_yaml import read

RECORDS = Path(__file__).parent / "records"
IMA, INVENTED, EVENT = "ima", "zephrindle-things", "event"


@dataclass(frozen=True, slots=True)
class Answer:
    """What a steward says of one record; `words` are field, text, language, place."""

    record: str
    by: str
    says: str
    words: tuple[Mapping[str, str], ...] = ()
    in_season: bool = False


@dataclass(frozen=True, slots=True)
class Cast:
    """The file people.yaml, as the demo goes through it."""

    community: Mapping[str, Any]
    accounts: Mapping[str, Mapping[str, Any]]
    evidence: str
    season: str
    collections: tuple[Mapping[str, Any], ...]
    concerned: Mapping[str, tuple[str, ...]]  # record -> keys of parties
    labels: tuple[Mapping[str, str], ...]
    answers: tuple[Answer, ...]
    flags: tuple[Mapping[str, str], ...]
    withdrawals: tuple[Mapping[str, str], ...]
    human_edits: tuple[Mapping[str, str], ...]

    @property
    def parties(self) -> Mapping[str, Mapping[str, Any]]:
        """The people and its parts, by key, the whole first."""
        whole = {self.community["key"]: self.community}
        return whole | {part["key"]: part for part in self.community["parts"]}

    @property
    def wishes(self) -> Mapping[str, str]:
        """Party -> how it said that one person is enough, where it did."""
        wished = "one_is_enough"
        return {k: one[wished] for k, one in self.parties.items() if wished in one}

    @property
    def stewards(self) -> Mapping[str, Mapping[str, Any]]:
        """The accounts that are stewards, by key."""
        return {k: a for k, a in self.accounts.items() if a["role"] == "steward"}


def read_cast() -> Cast:
    """The people of the demo."""
    plain = read(RECORDS / "people.yaml").plain
    return Cast(
        community=plain["community"],
        accounts={one["key"]: one for one in plain["accounts"]},
        evidence=plain["opening"]["evidence"],
        season=plain["seasons"][0]["name"],
        collections=tuple(plain["collections"]),
        concerned={one["record"]: tuple(one["parties"]) for one in plain["concerned"]},
        labels=tuple(plain["labels"]),
        answers=tuple(
            Answer(
                record=one["record"],
                by=one["by"],
                says=one["says"],
                words=tuple(one.get("words", ())),
                in_season="season" in one,
            )
            for one in plain["answers"]
        ),
        flags=tuple(plain["flags"]),
        withdrawals=tuple(plain["withdrawals"]),
        human_edits=tuple(plain["human_edits"]),
    )


def groups() -> Mapping[str, frozenset[str]]:
    """The two groups of museum records, by name, as the numbers of the source."""
    plain = read(RECORDS / "ima_groups.yaml").plain
    return {one["name"]: frozenset(one["records"]) for one in plain["groups"]}


def event_records() -> tuple[tuple[str, Mapping[str, Any]], ...]:
    """(kind, fields) of the initiative, the edition and the invented projects."""
    plain = read(RECORDS / "event.yaml").plain
    return (
        ("initiative", plain["initiative"]["fields"]),
        ("edition", plain["edition"]["fields"]),
        *(("project", one["fields"]) for one in plain["projects"]),
    )


def accession_numbers(numbers: frozenset[str]) -> tuple[str, ...]:
    """What the museum prints on the labels of the records with these numbers."""
    with (RECORDS / "ima.jsonl").open("rb") as lines:
        found = [msgspec.json.decode(line) for line in lines]
    return tuple(one["accession_number"] for one in found if str(one["irn"]) in numbers)
