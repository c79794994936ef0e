"""`withcare review`: serve the table people sit round, and let the first ones in."""

import sys
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import msgspec
import rich_click as click

from knowledge_base.asking import ask_by_the_rulebook
from knowledge_base.links import LINK_LASTS, let_in
from knowledge_base.rights import Role
from knowledge_base.settings import Settings
from knowledge_base.steps import SOFTWARE, Actor, Voice
from policies.errors import WithcareError
from withcare.opening import actor, acts_as, open_store, right_now, settings

LOCAL = "127.0.0.1"
LOOPBACK = (LOCAL, "localhost")
DEFAULT_PORT = 8470
PATIENCE = timedelta(seconds=5)  # a person waits no longer for another writer


class NotToBeGiven(WithcareError):
    """The role of a steward was asked for; nothing was written."""

    def __init__(self) -> None:
        super().__init__(
            "Nobody can make a steward from here, whatever role they hold: a community "
            "names its own. The person makes her half at the review table under "
            "/join, the community hands its mark on, and `withcare community invite` "
            "writes that down."
        )


@click.group()
def review() -> None:
    """Serve the review app; add accounts to it."""


@review.command()
@click.option("--port", type=click.IntRange(0, 65535), default=DEFAULT_PORT)
@click.option("--host", default=LOCAL, show_default=True, help="Where to listen.")
@click.option("--workers", type=click.IntRange(1, 16), default=1, show_default=True)
def serve(port: int, host: str, workers: int) -> None:
    """Serve the review app until it is stopped; on this machine only by itself."""
    found = _reached(settings(), host, port)
    store = open_store(found)
    ask_by_the_rulebook(store, now=right_now())
    click.echo(f"The review table: {found.review_address}")
    sys.stdout.flush()
    # A worker of its own opens its own connections: none is carried over a fork.
    store.close()
    _run(found, host=host, port=port, workers=workers)


def _reached(found: Settings, host: str, port: int) -> Settings:
    """Where nobody said how people reach it, it is reached where it listens.

    It answers under no other name than that and this machine's own.
    """
    if host == LOCAL or urlsplit(found.review_address).hostname not in LOOPBACK:
        return found
    return msgspec.structs.replace(found, review_address=f"http://{host}:{port}")


def _run(found: Settings, *, host: str, port: int, workers: int) -> None:
    from review_app import create_app
    from review_app.serving import Server

    def make() -> Any:
        return create_app(open_store(found, patience=PATIENCE), found)

    Server(make, host=host, port=port, workers=workers).run()


@review.command("add-account")
@click.argument("name")
@click.option(
    "--role",
    "roles",
    multiple=True,
    help="viewer, archivist or operator, each for all institutions, or as ROLE@ID for "
    "one; several are possible. Never steward.",
)
@acts_as
def add_account_(name: str, roles: tuple[str, ...], acting: str | None) -> None:
    """Add an account and print a one-time link to sign in with; no password here.

    The very first account needs no other: it becomes an operator. Typed again, while
    nobody has signed in by the link, it prints a new one in its place.
    """
    if "steward" in {role.partition("@")[0].strip().lower() for role in roles}:
        raise NotToBeGiven
    found = settings()
    store = open_store(found)
    by = actor(store, acting, Voice.OPERATOR, None) if acting else SOFTWARE
    made = let_in(store, name, _roles(roles, by), by=by, now=right_now())
    click.echo(f"{found.review_address.rstrip('/')}/link/{made.secret}")
    if made.was_there:
        click.echo("The account was there; its earlier link ends with this.", err=True)
    click.echo(f"It works once, for {LINK_LASTS.days} days.", err=True)


def _roles(written: tuple[str, ...], by: Actor) -> tuple[tuple[Role, str], ...]:
    """The roles asked for; the first account of all is an operator besides."""
    wanted = {_role(word) for word in written} or {(Role.VIEWER, "")}
    if by is SOFTWARE:
        wanted = (wanted - {(Role.VIEWER, "")}) | {(Role.OPERATOR, "")}
    return tuple(sorted(wanted))


def _role(written: str) -> tuple[Role, str]:
    """A role and the id of its institution: "" stands for all there are."""
    word, at, institution = written.partition("@")
    known = {role.value for role in Role}
    if word not in known:
        raise click.BadParameter(
            f"{word!r} is no role; there are {', '.join(sorted(known))}.",
            param_hint="--role",
        )
    if at and not institution:
        # Nothing after the sign must never come to mean everything.
        raise click.BadParameter(
            f"{written!r} names no institution; write {word}@ID, or {word} for all.",
            param_hint="--role",
        )
    return Role(word), institution
