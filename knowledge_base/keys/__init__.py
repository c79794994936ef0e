"""Keys: what seals the words of records, so that a stolen database says nothing.

A broken-into host is another matter: there the keys lie beside the store.
"""

from knowledge_base.keys.keyring import (
    Keyring,
    Unreadable,
    WrongMasterKey,
    carrying,
    keys_of,
)
from knowledge_base.keys.master import (
    MasterKeyUnusable,
    make_master,
    make_next,
    master_is_handed,
    put_next_in_place,
    read_key_in,
    read_master,
    read_next,
)
from knowledge_base.keys.sealing import (
    BEGINS,
    HOUSE,
    SALT,
    Sealer,
    missing_key,
    open_text,
    place_of_text,
    read_text,
    salt_and_text,
    sealed_anew,
    sealed_content,
)

__all__ = [
    "BEGINS",
    "HOUSE",
    "Keyring",
    "MasterKeyUnusable",
    "SALT",
    "Sealer",
    "Unreadable",
    "WrongMasterKey",
    "carrying",
    "keys_of",
    "make_master",
    "make_next",
    "master_is_handed",
    "missing_key",
    "open_text",
    "place_of_text",
    "put_next_in_place",
    "read_key_in",
    "read_master",
    "read_next",
    "read_text",
    "salt_and_text",
    "sealed_anew",
    "sealed_content",
]
