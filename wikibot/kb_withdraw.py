#!/usr/bin/env python3
"""
Take back what may no longer be seen, and prove it as an anonymous reader.

Everything that was asked back is taken back: no option makes this run smaller, and
nothing that stops publishing stops it. The wiki and the account come from withcare's
settings.toml; where user-config.py says something else, nothing is done.

-simulate    Shows what waits; nothing is written, neither to the wiki nor to the store.

The exit code is 0 when all is done, 1 after an error, 2 when a person is needed.
"""

import sys
from datetime import UTC, datetime

import pywikibot

from policies.errors import WithcareError
from wikibot.hands.pwb import check_before_asking, run_for_pwb, told_plainly
from wikibot.hands.run import Part


def main(*args: str) -> int:
    """Takes no generator: a withdrawal is whole."""
    try:
        check_before_asking(args or sys.argv[1:])
    except WithcareError as error:
        pywikibot.error(str(error))
        return 1
    try:
        with told_plainly():
            left = pywikibot.handle_args(args)
    except WithcareError as error:
        pywikibot.error(str(error))
        return 1
    for argument in left:
        if argument != "-always":
            pywikibot.error(f"{argument} is not known; see -help.")
            return 1
    parts = frozenset({Part.TIGHTEN, Part.WITHDRAW})
    try:
        return run_for_pwb(parts, clock=_now)
    except WithcareError as error:
        pywikibot.error(str(error))
        return 1


def _now() -> datetime:
    return datetime.now(UTC)


if __name__ == "__main__":
    sys.exit(main())
