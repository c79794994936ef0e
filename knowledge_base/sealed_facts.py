"""What is known of a record as it is stored: its words sealed, its codes in the open.

Labels, flags and whom it concerns stand in the history as codes anyway. Licences, what
the screening found and what a community says with its label are words.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import msgspec
from sqlalchemy import Connection

from knowledge_base.columns import canonical
from knowledge_base.keys import Unreadable, open_text
from knowledge_base.known import Known, read_known, stored_known

SEALED = "sealed"


class _Words(msgspec.Struct, frozen=True):
    """`labels`: attribution and note of each; `findings`: the evidence of each.

    `spared`: which words of private lists are not their communities'.
    """

    licences: dict[str, str]
    labels: tuple[tuple[str | None, str | None], ...]
    findings: tuple[str, ...]
    spared: tuple[str, ...] = ()


def place_of(record: str) -> str:
    """Where the words are bound to."""
    return f"records|{record}|facts"


def kept_sealed(known: Known) -> dict[str, Any]:
    """Of what could not be read: the codes as they are now, the words as they were."""
    codes = _without_words(known)
    return codes | {SEALED: codes.pop("unreadable")}


def sealed_known(known: Known, seal: Callable[[str], str]) -> dict[str, Any]:
    """As `stored_known`, without a word that anybody reads who has no key."""
    codes = _without_words(known)
    codes.pop("unreadable")
    words = _Words(
        licences=dict(known.licences),
        labels=tuple((one.attribution, one.note) for one in known.labels),
        findings=tuple(one.evidence for one in known.findings or ()),
        spared=known.spared,
    )
    return codes | {SEALED: seal(canonical(words))}


def read_sealed(db: Connection, record: str, stored: dict[str, Any]) -> Known:
    """What is known; where its key is gone, the codes alone: `unreadable`."""
    if SEALED not in stored:
        return read_known(stored)
    opened = open_text(db, stored[SEALED], place_of(record))
    if isinstance(opened, Unreadable):
        return replace(read_known(stored), unreadable=stored[SEALED])
    words = msgspec.json.decode(opened, type=_Words)
    whole = stored | {"licences": words.licences, "spared": words.spared}
    labels = zip(stored["labels"], words.labels, strict=True)
    whole["labels"] = [
        one | {"attribution": attribution, "note": note}
        for one, (attribution, note) in labels
    ]
    findings = zip(stored["findings"] or (), words.findings, strict=True)
    if stored["findings"] is not None:
        whole["findings"] = [one | {"evidence": evidence} for one, evidence in findings]
    return read_known(whole)


def _without_words(known: Known) -> dict[str, Any]:
    codes = stored_known(known) | {"licences": {}, "spared": []}
    for label in codes["labels"]:
        label |= {"attribution": None, "note": None}
    for finding in codes["findings"] or ():
        finding["evidence"] = ""
    return codes
