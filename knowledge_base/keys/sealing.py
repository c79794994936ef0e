"""Seals texts for the party they concern, and opens them again.

What was sealed is bound to its place (table, row, column): moved, it does not open.
"""

import base64
import binascii
import secrets
from datetime import datetime

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import Connection, insert, select

from knowledge_base.identity import new_id
from knowledge_base.keys.keyring import NONCE, Keyring, Unreadable, keys_of
from knowledge_base.tables import data_keys

HOUSE = "house"
BEGINS = "sealed1"
"""What a sealed text begins with; the version of how it is laid out is its end."""


class Sealer:
    """Seals within one transaction; looks once for the key of each party."""

    def __init__(self, db: Connection, keys: Keyring, *, now: datetime) -> None:
        self._db, self._keys, self._now = db, keys, now
        self._current: dict[str, tuple[str, AESGCM]] = {}
        self._word_keys: dict[str, bytes] = {}

    def seal(self, text: str, *, party: str, place: str) -> str:
        """The text sealed by the party's key, which is made where there is none yet."""
        id, cipher = self._key_of(party)
        nonce = secrets.token_bytes(NONCE)
        sealed = nonce + cipher.encrypt(nonce, text.encode(), place.encode())
        return f"{BEGINS}.{id}.{base64.b64encode(sealed).decode()}"

    def word_key(self, party: str) -> tuple[str, bytes]:
        """What the party's words are marked with, and the id of its data key."""
        id, _ = self._key_of(party)
        if id not in self._word_keys:
            wrapped = select(data_keys.c.wrapped).where(data_keys.c.id == id)
            found = self._keys.word_key(id, self._db.scalar(wrapped))
            if found is None:
                raise ValueError("A key that was just found or made opens.")
            self._word_keys[id] = found
        return id, self._word_keys[id]

    def _key_of(self, party: str) -> tuple[str, AESGCM]:
        # Kept for this transaction alone: another process may turn a key meanwhile.
        if party not in self._current:
            self._current[party] = self._find(party) or self._make(party)
        return self._current[party]

    def _find(self, party: str) -> tuple[str, AESGCM] | None:
        """The newest key of the party that this master key opens."""
        table = data_keys
        rows = select(table.c.id, table.c.wrapped).where(
            table.c.party == party, table.c.retired_at.is_(None)
        )
        for id, wrapped in self._db.execute(rows.order_by(table.c.made_at.desc())):
            cipher = self._keys.unwrapped(id, wrapped)
            if cipher is not None:
                return id, cipher
        return None

    def _make(self, party: str) -> tuple[str, AESGCM]:
        # A program that was started before the master key was replaced would wrap it
        # with one that is about to be thrown away.
        self._keys.require_fits(self._db)
        id = new_id()
        cipher, wrapped = self._keys.new_key(id)
        self._db.execute(
            insert(data_keys).values(
                id=id, party=party, wrapped=wrapped, made_at=self._now
            )
        )
        return id, cipher


SALT = "sealed"
"""What stands as the salt of a text that is sealed together with its own."""


def sealed_content(
    sealer: Sealer, party: str, *, commitment: str, salt: str, text: str
) -> dict[str, str]:
    """A row of `contents` that says nothing to whoever has no key."""
    place = place_of_text(commitment)
    sealed = sealer.seal(f"{salt}\n{text}", party=party, place=place)
    return {"commitment": commitment, "salt": SALT, "text": sealed}


def sealed_anew(
    db: Connection, sealer: Sealer, text: str, *, party: str, place: str
) -> str | None:
    """The sealed text under the party's key of now; None where nobody can open it."""
    opened = open_text(db, text, place)
    if isinstance(opened, Unreadable):
        return None
    return sealer.seal(opened, party=party, place=place)


def salt_and_text(
    db: Connection, *, commitment: str, salt: str, text: str
) -> tuple[str, str] | Unreadable:
    """The salt and the text as they were committed to."""
    if salt != SALT:
        return salt, text
    opened = open_text(db, text, place_of_text(commitment))
    if isinstance(opened, Unreadable):
        return opened
    own, _, said = opened.partition("\n")
    return own, said


def read_text(
    db: Connection, commitment: str | None, salt: str | None, text: str | None
) -> str | None:
    """The text, or None where there was none, it was erased, or its key is gone."""
    if commitment is None or salt is None or text is None:
        return None
    found = salt_and_text(db, commitment=commitment, salt=salt, text=text)
    return None if isinstance(found, Unreadable) else found[1]


def place_of_text(commitment: str) -> str:
    """Where the text of a step is bound to."""
    return f"contents|{commitment}|text"


def missing_key(db: Connection, sealed: str) -> str | None:
    """The data key that would have to be found for the sealed text to open.

    None where it is there, or where there never was one: what such a text does not
    open with was moved or changed.
    """
    keys, id = keys_of(db), _key_and_text(sealed)[0]
    if keys is not None and keys.cipher(db, id) is not None:
        return None
    return db.scalar(select(data_keys.c.id).where(data_keys.c.id == id))


def open_text(db: Connection, sealed: str, place: str) -> str | Unreadable:
    """The text that was sealed for that place."""
    keys = keys_of(db)
    id, written = _key_and_text(sealed)
    cipher = None if keys is None else keys.cipher(db, id)
    if cipher is None:
        return Unreadable()
    try:
        raw = base64.b64decode(written, validate=True)
        return cipher.decrypt(raw[:NONCE], raw[NONCE:], place.encode()).decode()
    except (InvalidTag, ValueError, binascii.Error):
        return Unreadable()


def _key_and_text(sealed: str) -> tuple[str, str]:
    _, id, written = (*sealed.split(".", 2), "", "")[:3]
    return id, written
