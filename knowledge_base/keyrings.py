"""The keyring of an installation, for whichever program opens its store."""

import os

from knowledge_base.keys import Keyring, MasterKeyUnusable, read_master
from knowledge_base.settings import Settings
from knowledge_base.store import version_at
from knowledge_base.versions import require_needed


def keyring_of(found: Settings) -> Keyring:
    """Raises `MasterKeyUnusable`; `WrongVersion` where there is no store yet."""
    try:
        return Keyring(read_master(found.keys, os.environ))
    except MasterKeyUnusable:
        require_needed(version_at(found.database_url))
        raise
