"""The keys that seal what records say: turned, handed over in a copy, replaced."""

from dataclasses import dataclass

from knowledge_base.steps.step import Step


@dataclass(frozen=True, slots=True, kw_only=True)
class SealingKeyTurned(Step):
    """The party has a new key; what stands under the one before is sealed anew.

    It stands on each community that the party is; else on whoever did it.
    """

    kind = "sealing-key-turned"
    party: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SealingKeyCopied(Step):
    """A copy of the party's key was written into a file; stands where a turn stands."""

    kind = "sealing-key-copied"
    party: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MasterKeyTurned(Step):
    """The master key is another; stands on whoever did it.

    `how`: "replaced"; "gone", and with it whatever it guarded; or "found" again.
    """

    kind = "master-key-turned"
    how: str
