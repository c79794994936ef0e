"""Names for things that betray nothing: 128 random bits, in 32 hex characters."""

import hashlib
import secrets


def new_id() -> str:
    return secrets.token_hex(16)


def new_secret() -> str:
    """A secret for a link or a receipt; only its mark is ever stored."""
    return secrets.token_urlsafe(24)


def mark_of(secret: str) -> str:
    """What is stored of a secret: enough to know it again, useless to whoever reads."""
    return hashlib.sha256(secret.encode()).hexdigest()
