#!/usr/bin/env python3
"""
Save the pages that people approved to the wiki, and watch what became of them.

Which pages may be saved is decided at the review table and nowhere else: the options
below can only make a run smaller. The wiki, the account and the pace come from
withcare's settings.toml; where user-config.py says something else, nothing is done.

These parameters restrict the run to some of the approved pages:

&params;

Furthermore, the following command line parameters are known:

-always      Changes nothing: what was approved needs no further question, and what was
             not approved is not saved by saying so.

-summary:    Is refused. A summary written by hand could say what must not stand in a
             public history for ever; the words come from a closed list.

-simulate    Shows the plan; nothing is written, neither to the wiki nor to the store.

The exit code is 0 when all is done, 1 after an error, 2 when a person is needed.
"""

import sys
from datetime import UTC, datetime
from itertools import islice

import pywikibot
from pywikibot import pagegenerators

from policies.errors import WithcareError
from wikibot.hands.pwb import Titles, check_before_asking, run_for_pwb, told_plainly
from wikibot.hands.run import EVERYTHING

docuReplacements = {"&params;": pagegenerators.parameterHelp}  # noqa: N816 - pwb's name

NO_SUMMARY = (
    "-summary is refused: a summary stands in a public history for ever, so its words "
    "come from a closed list and never from the command line."
)


def main(*args: str) -> int:
    """Restricts the run to the pages of the generators, if any were given."""
    try:
        check_before_asking(args or sys.argv[1:])
    except WithcareError as error:
        pywikibot.error(str(error))
        return 1
    generators = pagegenerators.GeneratorFactory()
    try:
        with told_plainly():
            ours = pywikibot.handle_args(args)
            left = generators.handle_args(ours)
    except WithcareError as error:
        pywikibot.error(str(error))
        return 1
    narrows = len(left) < len(ours)
    for argument in left:
        if argument == "-always":
            continue
        if argument.partition(":")[0] == "-summary":
            pywikibot.error(NO_SUMMARY)
            return 1
        pywikibot.error(f"{argument} is not known; see -help.")
        return 1
    try:
        return run_for_pwb(
            EVERYTHING,
            clock=_now,
            only=lambda due: _titles(generators, due, narrows=narrows),
        )
    except WithcareError as error:
        pywikibot.error(str(error))
        return 1


def _titles(
    generators: pagegenerators.GeneratorFactory, due: Titles, *, narrows: bool
) -> frozenset[str] | None:
    """The titles the generators give; None where none was asked for.

    A filter alone, as -limit or -titleregex, chooses among the pages that are due.
    """
    if not narrows:
        return None
    with told_plainly():
        if generators.gens:
            pages = generators.getCombinedGenerator()
            return frozenset(page.title() for page in pages or ())
        # Last, so that -limit counts what the other filters let through.
        most, generators.limit = generators.limit, None
        own = [pywikibot.Page(generators.site, title) for title in due()]
        pages = generators.getCombinedGenerator(own) if own else ()
        return frozenset(page.title() for page in islice(pages or (), most))


def _now() -> datetime:
    return datetime.now(UTC)


if __name__ == "__main__":
    sys.exit(main())
