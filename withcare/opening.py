"""How a command opens the store, and in whose name it acts there."""

from datetime import UTC, date, datetime, timedelta

import rich_click as click

from knowledge_base.accounts import Account, find_account
from knowledge_base.calendar_days import civil_days
from knowledge_base.keyrings import keyring_of
from knowledge_base.reasons import reasons
from knowledge_base.settings import Settings, load
from knowledge_base.steps import Actor, Voice
from knowledge_base.store import Store
from policies.errors import WithcareError
from policies.rulebook import Rulebook


class NobodyActs(WithcareError):
    """A command that decides something was given no account that may; nothing done."""


class NoSuchReason(WithcareError):
    """A reason that is not in the closed list; nothing was written."""

    def __init__(self, code: str) -> None:
        super().__init__(
            f"There is no reason {code!r}; give one of these with --reason: "
            f"{', '.join(reasons())}."
        )


def settings() -> Settings:
    """The settings of this installation."""
    return load()


def open_store(
    found: Settings | None = None, *, patience: timedelta | None = None
) -> Store:
    """The store of this installation; raises `WrongVersion` and `Unreachable`.

    `patience`: how long it waits for another writer; None: as long as commands do. It
    is closed with the command, however that ends.
    """
    found = settings() if found is None else found
    store = Store.open(
        found.database_url,
        rulebook=Rulebook.shipped(),
        destinations=found.policies,
        patience=patience,
        markers=found.marker_book(),
        keys=keyring_of(found),
    )
    command = click.get_current_context(silent=True)
    if command is not None:
        command.call_on_close(store.close)
    return store


def right_now() -> datetime:
    """The one place where a command looks at the clock."""
    return datetime.now(UTC)


def today() -> date:
    """The day as the review table and the bot take it: what has ended anywhere has."""
    return civil_days(right_now()).closing


acts_as = click.option(
    "--as",
    "acting",
    metavar="ACCOUNT",
    envvar="WITHCARE_ACTOR",
    help="The account in whose name this is done.",
)
with_reason = click.option(
    "--reason", metavar="CODE", help="Why the institution decides so."
)


def account_named(store: Store, name: str | None) -> Account:
    """The account of --as; raises `NobodyActs`.

    A steward never acts or reads from the shell: whoever can run this command could
    name any account, and a community's word has to come from its own hands.
    """
    if not name:
        raise NobodyActs("Say who does this: add --as ACCOUNT, or set WITHCARE_ACTOR.")
    with store.reading() as db:
        found = find_account(db, name=name)
    if found is None or found.is_suspended:
        raise NobodyActs(f"There is no account {name!r} that may act here.")
    if found.stewarding:
        raise NobodyActs(
            f"{name!r} is a steward: a community's answers are given at the review "
            "table, signed in, never from the shell."
        )
    return found


def actor(store: Store, name: str | None, voice: Voice, reason: str | None) -> Actor:
    """The actor of a command; marked as acting by command.

    Raises `NobodyActs`, and `NoSuchReason` for a reason that is not in the list.
    """
    account = account_named(store, name)
    if reason is not None and reason not in reasons():
        raise NoSuchReason(reason)
    return Actor(voice, account=account.id, reason=reason, by_command=True)
