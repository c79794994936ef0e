"""A copy of a party's keys, in a file for the party to keep.

Whoever has it and a copy of the store reads what the party said without our master key.
"""

import os
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection, select

from knowledge_base.key_files import settle_folder
from knowledge_base.keys import WrongMasterKey, keys_of
from knowledge_base.notes import Note
from knowledge_base.sealing_keys import keys_of_party, length_told, told_of_in
from knowledge_base.steps import Actor, SealingKeyCopied
from knowledge_base.store import Store
from knowledge_base.tables import data_keys
from knowledge_base.workflow import note
from policies.errors import WithcareError

_SAYS = """\
# A copy of the keys by which a withcare store seals what is said of one party.
# party: {party}
# written: {now}
#
# Keep this file where nobody else reads it. Whoever has it and a copy of the store, or
# of a backup of it, reads every text that these keys seal, and what else they seal of
# records; with the database itself (a backup has no marks of words) she can also try
# which records hold a word that she guesses. Without such a copy it is worth nothing.
# It is not needed for daily work, and the store keeps its own. It opens what was sealed
# until today with these keys; when the key is turned, ask for a new copy, and keep this
# one as long as you keep a backup from before.
#
# How to read with it, without withcare and without its master key. Whatever is sealed
# is written `sealed1.ID.BASE64`. Take the key of that ID from below (hexadecimal,
# AES-256-GCM). Of the decoded BASE64 the first 12 bytes are the nonce, the rest is
# sealed. It is bound to a place, which goes in as the additional data.
#
# 1. What was said: the table `contents` (in a backup: tables/contents.jsonl), column
#    `text`. Its place is `contents|COMMITMENT|text`, with the commitment of that row.
#    The first line of what comes out is a salt, and after it stands what was said.
# 2. What is known of a record, in words: the table `records` (tables/records.jsonl),
#    column `facts`, there under `sealed`. Its place is `records|RECORD|facts`, with the
#    id of that row. What comes out is JSON: `licences`; `labels`, the credit and the
#    words of each; `findings`, the code of each word that the screening found; both in
#    the order of `facts`; `spared`, which words of private lists are not the party's.
#
# ID, when it was made, key:
"""


class FileIsThere(WithcareError):
    """A file of that name is there; it was left as it is, and no copy was made."""

    def __init__(self, path: Path) -> None:
        super().__init__(f"{path} is there already; give the copy another name.")


def copy_keys(store: Store, party: str, to: Path, *, by: Actor, now: datetime) -> int:
    """Writes the party's keys into a new file, for its owner alone; how many they are.

    That it was copied is written down before a byte of a key is: a copy of which nobody
    knows is worse than a word of one that was never finished.
    Raises `NoSuchKey`, `FileIsThere`, `Forbidden`; then there is no file.
    """
    with store.reading() as db:
        lines = _lines(db, party)
        step = SealingKeyCopied(party=party)
        notes = [
            Note(record=id, seen=length_told(db, id), step=step, by=by)
            for id in told_of_in(db, party, by)
        ]
    try:
        opened = os.open(to, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise FileIsThere(to) from None
    with os.fdopen(opened, "w", encoding="utf-8") as file:
        try:
            note(store, notes, now=now)
        except WithcareError:
            to.unlink()
            raise
        file.write(_SAYS.format(party=party, now=now.isoformat(timespec="minutes")))
        file.writelines(lines)
        file.flush()
        os.fsync(file.fileno())
    settle_folder(to.parent)
    return len(lines)


def _lines(db: Connection, party: str) -> list[str]:
    table, keys = data_keys, keys_of(db)
    wrapped = select(table.c.wrapped)
    found = []
    for one in keys_of_party(db, party):
        kept = db.scalar(wrapped.where(table.c.id == one.id))
        key = None if keys is None else keys.bare(one.id, kept)
        if key is not None:
            found.append(f"{one.id} {one.made_at:%Y-%m-%d} {key.hex()}\n")
    if not found:
        raise WrongMasterKey
    return found
