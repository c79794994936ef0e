"""What `pwb` scripts share: the wiki on which user-config.py and settings agree."""

import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import partial

import msgspec
import pywikibot
from pywikibot import config
from pywikibot.exceptions import (
    ApiTimeoutError,
    ServerError,
    SiteDefinitionError,
    UnknownFamilyError,
)
from pywikibot.family import Family

from knowledge_base.keyrings import keyring_of
from knowledge_base.settings import Place, Settings, load
from knowledge_base.store import Store
from policies.errors import WithcareError
from policies.rulebook import Rulebook
from wikibot.hands.doors import SettingsDoors
from wikibot.hands.drafts import Draft, drafts
from wikibot.hands.errand import Clock, Errand, Tally
from wikibot.hands.errors import NotUnderstood, Unanswered, WikiAway, WrongAccount
from wikibot.hands.publish import is_due
from wikibot.hands.run import Part, run, summary_line
from wikibot.hands.touched import Touched
from wikibot.pages.render import Addresses


class Disagree(WithcareError):
    """user-config.py and settings.toml name different wikis; nothing was done."""

    def __init__(self, address: str, known: tuple[str, ...]) -> None:
        super().__init__(
            f"user-config.py leads to {address}, which is no destination of "
            f"settings.toml ({', '.join(known) or 'it names none'}); make both name "
            "the same wiki, or choose it with -site."
        )


def agreed_place(settings: Settings) -> Place:
    """The destination both files name; raises `Disagree` and `WrongAccount`."""
    # Read from the configuration alone: making a site would already ask its wiki.
    named, code = Family.load(config.family), config.mylang
    address = f"{named.protocol(code)}://{named.hostname(code)}{named.apipath(code)}"
    account = config.usernames[config.family].get(code, "")
    for place in settings.destinations:
        if f"{place.scheme}://{place.host}{place.api}" == address:
            if account != place.account:
                raise WrongAccount(place.account, account)
            return _with_pace(place)
    known = tuple(
        f"{place.scheme}://{place.host}{place.api}" for place in settings.destinations
    )
    raise Disagree(address, known)


TRIES, PAUSE = 1, 2  # a person waits at the screen: seconds, not pywikibot's hours
PATIENCE = 20


@contextmanager
def told_plainly() -> Iterator[None]:
    """What pywikibot itself meets becomes a sentence of ours.

    Raises `Unanswered`, `NotUnderstood` and `WikiAway`.
    """
    logging.getLogger("pywiki").addFilter(_is_no_traceback)
    config.max_retries = min(config.max_retries, TRIES)
    config.retry_wait = min(config.retry_wait, PAUSE)
    config.retry_max = min(config.retry_max, PAUSE)
    config.socket_timeout = (PATIENCE, PATIENCE)
    try:
        yield
    except EOFError:
        raise Unanswered from None
    except (ServerError, ApiTimeoutError, ConnectionError, SiteDefinitionError):
        raise WikiAway from None
    except ValueError as error:
        raise NotUnderstood(str(error)) from None


def _is_no_traceback(said: logging.LogRecord) -> bool:
    """pywikibot prints one each time a request fails, before it tries again."""
    return not said.getMessage().startswith("Traceback (most recent call last)")


Titles = Callable[[], tuple[str, ...]]


def due_titles(errand: Errand) -> tuple[str, ...]:
    """The titles of the pages that a run would save now, in its order."""
    return tuple(
        one.page.title
        for one in drafts(errand, Touched(errand).due())
        if isinstance(one, Draft) and is_due(errand, one)
    )


def check_before_asking(words: Sequence[str]) -> None:
    """Raises as `agreed_place`, before pywikibot asks any wiki at all.

    Reading its global options already does that, so what they choose is taken over
    here first, as pywikibot will take it.
    """
    said = dict(_option(word) for word in words)
    if "-help" in said:
        return
    family, _, code = said.get("-site", "").partition(":")
    config.family = said.get("-family") or family or config.family
    chosen = said.get("-code") or said.get("-lang") or code or family
    config.mylang = chosen or config.mylang
    if "-user" in said:
        config.usernames[config.family][config.mylang] = said["-user"]
    try:
        agreed_place(load())
    except UnknownFamilyError:
        raise Disagree(f"the family {config.family!r}", ()) from None


def _option(word: str) -> tuple[str, str]:
    name, _, value = word.partition(":")
    return name, value


def _with_pace(place: Place) -> Place:
    """As -putthrottle says; on a wiki that is not ours never faster than was set."""
    wished = float(config.put_throttle)
    slowest = wished if place.ours else max(wished, place.seconds_between_edits)
    return msgspec.structs.replace(
        place, seconds_between_edits=slowest, maxlag=int(config.write_maxlag)
    )


def run_for_pwb(
    parts: frozenset[Part],
    *,
    clock: Clock,
    only: Callable[[Titles], frozenset[str] | None] = lambda due: None,
) -> int:
    """Does these parts and says what was done; returns the exit code.

    `only` names the pages to keep to, out of all or out of those that are due; it is
    asked after both files have agreed.
    """
    settings = load()
    place = agreed_place(settings)
    others = tuple(one for one in settings.destinations if one.id != place.id)
    settings = msgspec.structs.replace(settings, destinations=(place, *others))
    store = Store.open(
        settings.database_url,
        rulebook=Rulebook.shipped(),
        destinations=settings.policies,
        markers=settings.marker_book(),
        keys=keyring_of(settings),
    )
    errand = Errand(
        store=store,
        place=place,
        clock=clock,
        addresses=Addresses(review_app=settings.review_address),
        tally=Tally(),
        rehearses=bool(config.simulate) or not place.live,
    )
    errand = replace(errand, only=only(partial(due_titles, errand)))
    run(errand, SettingsDoors(settings, place.id), parts)
    _say(errand)
    store.close()
    return errand.tally.exit_code


def _say(errand: Errand) -> None:
    for record, act in errand.tally.planned:
        pywikibot.info(f"would do: {act} {record}")
    for record, why in errand.tally.people:
        pywikibot.info(f"{record} needs a person: {why}")
    for why in errand.tally.trouble:
        pywikibot.info(f"stopped: {why}")
    pywikibot.info(summary_line(errand))
