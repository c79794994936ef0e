"""A text as MediaWiki keeps it, so that its hash is known before it is asked for."""

import hashlib
import unicodedata


def as_stored(text: str) -> str:
    """Line feeds alone, NFC, and no white space at the end (measured on 1.39)."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    return unicodedata.normalize("NFC", lines).rstrip()


def sha1_of(text: str) -> str:
    """As `rvprop=sha1` will say of it."""
    return hashlib.sha1(as_stored(text).encode(), usedforsecurity=False).hexdigest()
