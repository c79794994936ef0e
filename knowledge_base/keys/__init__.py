"""Keys: what seals the words of records, so that a stolen database says nothing.

A broken-into host is another matter: there the keys lie beside the store.
"""

from knowledge_base.keys.keyring import Keyring, Unreadable, carrying, keys_of
from knowledge_base.keys.master import (
    MasterKeyUnusable,
    make_master,
    read_master,
)
from knowledge_base.keys.sealing import (
    HOUSE,
    SALT,
    Sealer,
    open_text,
    read_text,
    salt_and_text,
    sealed_content,
)

__all__ = [
    "HOUSE",
    "Keyring",
    "MasterKeyUnusable",
    "SALT",
    "Sealer",
    "Unreadable",
    "carrying",
    "keys_of",
    "make_master",
    "open_text",
    "read_master",
    "read_text",
    "salt_and_text",
    "sealed_content",
]
