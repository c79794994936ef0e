"""The keys of an open store: the master key, and the data keys it has unwrapped."""

import hmac
import secrets
from dataclasses import dataclass
from weakref import WeakSet

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import Connection, RootTransaction, select

from knowledge_base.tables import data_keys
from policies.errors import WithcareError

NONCE = 12
_OPTION = "withcare_keys"
_FOR_WORDS = b"withcare: words at the desk, 1"


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A text whose key is gone, or that was moved or changed: nobody reads it."""


class WrongMasterKey(WithcareError):
    """The master key is not the one of this store; nothing was written."""

    def __init__(self) -> None:
        super().__init__(
            "The master key is not the one of this store: put back the one that is, "
            "and start the program again. If it was being replaced, run `withcare keys "
            "rotate --master` again. If it is gone for good, run `withcare keys rotate "
            "--master --gone`, or restore with --master-gone; what it sealed can be "
            "read by nobody then."
        )


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
        key = AESGCM.generate_key(bit_length=256)
        return AESGCM(key), self.wrap(id, key)

    def unwrapped(self, id: str, wrapped: bytes | None) -> AESGCM | None:
        """The data key; None where this master key did not wrap it."""
        if id not in self._ciphers:
            key = self.bare(id, wrapped)
            if key is None:
                return None
            self._ciphers[id] = AESGCM(key)
        return self._ciphers[id]

    def bare(self, id: str, wrapped: bytes | None) -> bytes | None:
        """The 32 bytes of a data key; None where this master key did not wrap it."""
        if wrapped is None:
            return None
        try:
            return self._master.decrypt(
                wrapped[:NONCE], wrapped[NONCE:], _wrap_place(id)
            )
        except (InvalidTag, ValueError):
            return None

    def wrap(self, id: str, key: bytes) -> bytes:
        """A data key as the store keeps it."""
        nonce = secrets.token_bytes(NONCE)
        return nonce + self._master.encrypt(nonce, key, _wrap_place(id))

    def require_fits(self, db: Connection) -> None:
        """Raises `WrongMasterKey` where keys are in use and this opens none of them."""
        table = data_keys
        rows = db.execute(
            select(table.c.id, table.c.wrapped).where(table.c.retired_at.is_(None))
        ).all()
        if rows and not any(self.bare(*row) for row in rows):
            raise WrongMasterKey

    def word_key(self, id: str, wrapped: bytes | None) -> bytes | None:
        """What words are marked with under that data key; None where it is gone.

        Derived, so that one key has one use: whoever learned of a mark is no nearer
        to what was sealed.
        """
        if id not in self._word_keys:
            key = self.bare(id, wrapped)
            if key is None:
                return None
            self._word_keys[id] = hmac.digest(key, _FOR_WORDS, "sha256")
        return self._word_keys[id]

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
