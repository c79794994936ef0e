"""The whole store as one file, that any of the databases can be filled from again."""

from knowledge_base.backups.archive import (
    LEFT_OUT,
    DamagedBackup,
    Manifest,
)
from knowledge_base.backups.bringing_up import clear_left_over
from knowledge_base.backups.earlier import back_up_as_it_stands
from knowledge_base.backups.filling import OtherVersion
from knowledge_base.backups.restoring import (
    MarkersNeeded,
    NotEmpty,
    NotTheNewest,
    Restored,
    Since,
    require_empty,
    restore,
)
from knowledge_base.backups.writing import AlreadyThere, back_up

__all__ = [
    "LEFT_OUT",
    "AlreadyThere",
    "DamagedBackup",
    "Manifest",
    "MarkersNeeded",
    "NotEmpty",
    "NotTheNewest",
    "OtherVersion",
    "Restored",
    "Since",
    "back_up",
    "back_up_as_it_stands",
    "clear_left_over",
    "require_empty",
    "restore",
]
