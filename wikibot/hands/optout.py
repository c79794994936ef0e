"""The ways in which people on a wiki say of one page: leave it alone."""

import re

LEAVE = re.compile(r"\{\{\s*[Ww]ithcare[ _]+leave\s*[|}]")
"""Our own wish for a page: `{{Withcare leave}}`."""

_COMMENT = re.compile(r"<!--.*?-->|<nowiki>.*?</nowiki>", re.DOTALL | re.IGNORECASE)
_NOBOTS = re.compile(r"\{\{\s*[Nn]obots\s*\}\}")
_BOTS = re.compile(r"\{\{\s*[Bb]ots\s*\|\s*(allow|deny)\s*=([^{}|]*)\}\}")


def is_left_alone(wikitext: str, account: str) -> bool:
    """Whether the page asks this account, or every bot, to stay away.

    See https://en.wikipedia.org/wiki/Template:Bots; the names are compared as wikis
    compare accounts, with the first letter in either case.
    """
    text = _COMMENT.sub("", wikitext)
    if LEAVE.search(text) or _NOBOTS.search(text):
        return True
    return any(
        _denies(rule.lower(), names, account) for rule, names in _BOTS.findall(text)
    )


def _denies(rule: str, names: str, account: str) -> bool:
    listed = {_folded(name) for name in names.split(",")}
    if rule == "allow":
        return not listed & {"all", _folded(account)}
    return bool(listed & {"all", _folded(account)})


def _folded(name: str) -> str:
    return name.strip().replace("_", " ").lower()
