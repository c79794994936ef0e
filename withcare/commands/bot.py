"""`withcare bot`: save what was approved to the wiki, watch it, take pages back."""

from collections.abc import Callable, Sequence

import rich_click as click
from click.exceptions import Exit

from knowledge_base.settings import Place, Settings
from knowledge_base.store import Store
from policies.errors import WithcareError
from wikibot.hands.doors import SettingsDoors
from wikibot.hands.errand import Errand, Tally
from wikibot.hands.locks import alone
from wikibot.hands.run import EVERYTHING, Part, run, summary_line
from wikibot.pages.render import Addresses
from withcare.exit_codes import ExitCode
from withcare.opening import open_store, right_now, settings


class NoWiki(WithcareError):
    """The settings name no wiki to go to; nothing was looked at."""

    def __init__(self) -> None:
        super().__init__(
            "No wiki is named in settings.toml, so there is nothing to do: add a "
            "[[destinations]] block, as docs/settings.md says."
        )


dry_run = click.option("--dry-run", is_flag=True, help="Say what would be done.")
destination = click.option(
    "--destination", metavar="ID", help="One wiki of settings.toml; all without it."
)


@click.group()
def bot() -> None:
    """Propose, publish, watch and withdraw pages.

    A wiki is written only where its settings say `live = true`; elsewhere the plan is
    printed. Ends with 0 when all is done, 1 after an error, 2 when a person is needed.
    """


def _command(name: str, about: str, parts: frozenset[Part]) -> None:
    @bot.command(name, help=about)
    @dry_run
    @destination
    def command(dry_run: bool, destination: str | None) -> None:
        _go(parts, rehearses=dry_run, destination=destination)


_PARTS: tuple[tuple[str, str, frozenset[Part]], ...] = (
    ("run", "Do all of the following, in the order that keeps it safe.", EVERYTHING),
    (
        "propose",
        "Choose titles and say what pages would show.",
        frozenset({Part.PROPOSE}),
    ),
    (
        "publish",
        "Save the pages that people approved.",
        frozenset({Part.RECONCILE, Part.PUBLISH}),
    ),
    (
        "watch",
        "Look at what people changed on our pages.",
        frozenset({Part.WATCH}),
    ),
    (
        "withdraw",
        "Take back what may no longer be seen, and prove it.",
        frozenset({Part.TIGHTEN, Part.WITHDRAW}),
    ),
    (
        "reconcile",
        "Find out what became of an interrupted run, and compare a restored store.",
        frozenset({Part.RECONCILE, Part.COMPARE}),
    ),
)


@bot.command()
@dry_run
@destination
def deploy(dry_run: bool, destination: str | None) -> None:
    """Put our templates and pages of help on the wiki; drift is only reported."""
    found = settings()
    places = _places(found, destination)
    store = open_store(found)
    codes = [_deploy_to(store, found, place, dry_run) for place in places]
    store.close()
    _end(codes)


def _places(found: Settings, destination: str | None) -> tuple[Place, ...]:
    """The wikis meant; raises `NoWiki` where there is none, for nothing is no run."""
    if destination is not None:
        return (found.place(destination),)
    if not found.destinations:
        raise NoWiki
    return found.destinations


def _deploy_to(
    store: Store, found: Settings, place: Place, rehearses: bool
) -> ExitCode:
    errand = errand_for(store, found, place, rehearses=rehearses)
    doors = SettingsDoors(found, place.id)
    with alone(doors.lock("deploy"), place.id):
        wiki = doors.deploy()
        # Not before: it brings pywikibot with it, whose configuration is ours now.
        from wikibot.hands.deploy import deploy as deploy_to

        for line in deploy_to(errand, wiki, doors.ledger()):
            click.echo(line)
        wiki.close()
    for _, why in errand.tally.people:
        click.echo(f"  needs a person: {why}")
    for why in errand.tally.trouble:
        click.echo(f"  stopped: {why}")
    click.echo(f"{place.id}: {errand.tally.saved} pages deployed")
    return ExitCode(errand.tally.exit_code)


for _name, _about, _parts in _PARTS:
    _command(_name, _about, _parts)


def errand_for(
    store: Store, found: Settings, place: Place, *, rehearses: bool
) -> Errand:
    """One run's errand at that destination; a wiki that is not live is rehearsed."""
    return Errand(
        store=store,
        place=place,
        clock=right_now,
        addresses=Addresses(review_app=found.review_address),
        tally=Tally(),
        rehearses=rehearses or not place.live,
    )


def _go(parts: frozenset[Part], *, rehearses: bool, destination: str | None) -> None:
    found = settings()
    places = _places(found, destination)
    store = open_store(found)
    codes = [_go_to(parts, store, found, place, rehearses) for place in places]
    store.close()
    _end(codes)


def _end(codes: Sequence[ExitCode]) -> None:
    code = max(codes, default=ExitCode.DONE)
    if code is not ExitCode.DONE:
        raise Exit(code)


def _go_to(
    parts: frozenset[Part],
    store: Store,
    found: Settings,
    place: Place,
    rehearses: bool,
) -> ExitCode:
    errand = errand_for(store, found, place, rehearses=rehearses)
    run(errand, SettingsDoors(found, place.id), parts)
    tell(errand, click.echo)
    return ExitCode(errand.tally.exit_code)


def tell(errand: Errand, say: Callable[[str], None]) -> None:
    """What was done or would be, by record ids alone."""
    tally = errand.tally
    if errand.rehearses:
        why = "" if errand.place.live else ", for it is not live (settings.toml)"
        say(f"{errand.destination}: nothing is written{why}. The plan:")
        for record, act in tally.planned:
            say(f"  {act} {record}")
        say(f"  {len(tally.planned)} in all")
        return
    for record, why in tally.people:
        say(f"  {record} needs a person: {why}")
    for why in tally.trouble:
        say(f"  stopped: {why}")
    say(summary_line(errand))
