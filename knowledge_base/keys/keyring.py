"""The keys of an open store: the master key, and the data keys it has unwrapped."""

import hmac
import secrets
from dataclasses import dataclass
from weakref import WeakSet

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import Connection, RootTransaction, select

from knowledge_base.tables import data_keys

NONCE = 12
_OPTION = "withcare_keys"
_FOR_WORDS = b"withcare: words at the desk, 1"


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A text whose key is gone, or that was moved or changed: nobody reads it."""


class Keyring:
    """Opens what any data key of the store sealed; a key that is gone opens nothing."""

    def __init__(self, master: bytes) -> None:
        """Raises `ValueError` unless the master key has 32 bytes."""
        if len(master) != 32:
            raise ValueError("A master key has 32 bytes.")
        self._master = AESGCM(master)
        self._ciphers: dict[str, AESGCM] = {}
        self._looked: WeakSet[RootTransaction] = WeakSet()
        self._word_keys: dict[str, bytes] = {}

    def new_key(self, id: str) -> tuple[AESGCM, bytes]:
        """A fresh data key, and the same wrapped for the store."""
        key, nonce = AESGCM.generate_key(bit_length=256), secrets.token_bytes(NONCE)
        wrapped = nonce + self._master.encrypt(nonce, key, _wrap_place(id))
        return AESGCM(key), wrapped

    def unwrapped(self, id: str, wrapped: bytes | None) -> AESGCM | None:
        """The data key; None where this master key did not wrap it."""
        if id not in self._ciphers and wrapped is not None:
            key = self._opened(id, wrapped)
            if key is None:
                return None
            self._ciphers[id] = AESGCM(key)
        return self._ciphers.get(id)

    def word_key(self, id: str, wrapped: bytes | None) -> bytes | None:
        """What words are marked with under that data key; None where it is gone.

        Derived, so that one key has one use: whoever learned of a mark is no nearer
        to what was sealed.
        """
        if id not in self._word_keys and wrapped is not None:
            key = self._opened(id, wrapped)
            if key is None:
                return None
            self._word_keys[id] = hmac.digest(key, _FOR_WORDS, "sha256")
        return self._word_keys.get(id)

    def _opened(self, id: str, wrapped: bytes) -> bytes | None:
        try:
            return self._master.decrypt(
                wrapped[:NONCE], wrapped[NONCE:], _wrap_place(id)
            )
        except (InvalidTag, ValueError):
            return None

    def cipher(self, db: Connection, id: str) -> AESGCM | None:
        """The data key of that id; None where it is gone.

        Whoever only reads, and sees one moment, looks up all there are once: a page of
        records has as many keys as parties, and one that was lost is missed by each
        text that it sealed.
        """
        if id in self._ciphers:
            return self._ciphers[id]
        keys, turn = data_keys.c, db.get_transaction()
        if turn is None or db.get_execution_options().get("withcare_writes"):
            wrapped = db.scalar(select(keys.wrapped).where(keys.id == id))
            return self.unwrapped(id, wrapped)
        if turn not in self._looked:
            self._looked.add(turn)
            for row in db.execute(select(keys.id, keys.wrapped)):
                self.unwrapped(row.id, row.wrapped)
        return self._ciphers.get(id)


def _wrap_place(id: str) -> bytes:
    return f"data_keys|{id}|wrapped".encode()


def keys_of(db: Connection) -> Keyring | None:
    """The keys of the store that this connection is of; None: it was opened without."""
    found = db.get_execution_options().get(_OPTION)
    return found if isinstance(found, Keyring) else None


def carrying(keys: Keyring | None) -> dict[str, Keyring | None]:
    """The options with which a store's connections carry its keys."""
    return {_OPTION: keys}
