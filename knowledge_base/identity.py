"""Names for things that betray nothing: 128 random bits, in 32 hex characters."""

import hashlib
import secrets
from collections.abc import Iterator


def new_id() -> str:
    return secrets.token_hex(16)


def neighbouring_ids() -> Iterator[str]:
    """Ids for things that come in together: one random beginning, 96 random bits each.

    In an index they stand side by side. With a place of its own for each, a portion of
    an import rewrites every page of every index: seven times what it brings. They tell
    that they came together, which their collection tells too, and not when or in what
    order.
    """
    beginning = secrets.token_hex(4)
    while True:
        # One question to the system for many: it costs more than all the rest here.
        ends = secrets.token_hex(12 * 100)
        yield from (beginning + ends[i : i + 24] for i in range(0, len(ends), 24))


def new_secret() -> str:
    """A secret for a link or a receipt; only its mark is ever stored."""
    return secrets.token_urlsafe(24)


def mark_of(secret: str) -> str:
    """What is stored of a secret: enough to know it again, useless to whoever reads."""
    return hashlib.sha256(secret.encode()).hexdigest()
