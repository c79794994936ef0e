"""Where something may go, described by what can and cannot be done there."""

from dataclasses import dataclass
from functools import lru_cache

from policies.purposes import Purpose
from policies.truth import Truth


@dataclass(frozen=True, slots=True, kw_only=True)
class Destination:
    """A place to publish; what nobody looked up is `Truth.UNKNOWN`.

    `can_close`: what was shown can really be withdrawn again, older revisions
    included. `licence`: the licence it forces on text ("cc-by-sa-4.0"); `None`: it
    forces none. `forces`: the purposes that *show* drags along; a public wiki cannot
    keep reading apart from search, machine translation, AI and bulk copies.
    """

    id: str
    label: str
    is_ours: Truth
    is_public: Truth
    keeps_history: Truth
    can_close: Truth
    forces_commercial: Truth
    is_mirrored: Truth
    licence: str | None
    forces: frozenset[Purpose]

    def purposes(self, purpose: Purpose) -> frozenset[Purpose]:
        """The purpose, and what showing forces with it."""
        return frozenset(purposes_at(self.forces, purpose))


@lru_cache(maxsize=256)
def purposes_at(forces: frozenset[Purpose], purpose: Purpose) -> tuple[Purpose, ...]:
    """The purpose first, then what it drags along in a fixed order."""
    if purpose is not Purpose.SHOW:
        return (purpose,)
    return (purpose, *(p for p in Purpose if p in forces and p is not purpose))
