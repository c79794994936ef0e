"""`withcare community`: write down which communities there are, and whom they named.

Nothing here answers for a community. A community's own acts, its seasons among them,
are done by its stewards at the review table.
"""

import rich_click as click

from knowledge_base.communities import (
    add_community,
    communities,
    community_as,
    seasons_of,
    stewards_of,
)
from knowledge_base.invitations import record_invitation, record_one_is_enough
from knowledge_base.matters import read_matters
from knowledge_base.rights import Role
from knowledge_base.steps import Actor, Voice
from knowledge_base.store import Store
from withcare.opening import (
    account_named,
    actor,
    acts_as,
    open_store,
    right_now,
    today,
    with_reason,
)


@click.group()
def community() -> None:
    """Name communities, record their invitations, show who is present."""


def writer(store: Store, acting: str | None, reason: str | None) -> Actor:
    """The actor of what an institution writes down: an archivist, or an operator."""
    account = account_named(store, acting)
    is_archivist = account.has_role(Role.ARCHIVIST) and reason is not None
    voice = Voice.INSTITUTION if is_archivist else Voice.OPERATOR
    return actor(store, acting, voice, reason)


@community.command()
@click.argument("name")
@click.option("--own-name", help="The name in the community's own spelling.")
@click.option("--language", help="The language of that name, as a BCP 47 tag.")
@click.option("--part-of", metavar="ID", help="The community it is a part of.")
@click.option(
    "--one-is-enough",
    metavar="EVIDENCE",
    help="The community's own wish that its first steward needs no second person, and "
    "how it said so. Somebody else writes her invitation down.",
)
@acts_as
def add(
    name: str,
    own_name: str | None,
    language: str | None,
    part_of: str | None,
    one_is_enough: str | None,
    acting: str | None,
) -> None:
    """Name a community. It is named, not present, until it opens its own place.

    Its first two stewards confirm each other, and two accounts write their
    invitations down, so that no single account opens a place. Typed again with the
    same words it prints the id of the one that is there; two communities of one name
    are told apart by the other words.
    """
    store = open_store()
    by = actor(store, acting, Voice.OPERATOR, None)
    content = {
        "name": (name,),
        "own_name": (own_name,) if own_name else (),
        "language": (language,) if language else (),
    }
    with store.reading() as db:
        known = community_as(db, content, part_of)
    if known is not None:
        click.echo("This community is there already.", err=True)
    id = known or add_community(store, content, by=by, now=right_now(), part_of=part_of)
    if one_is_enough is not None and needs_second(store, id):
        record_one_is_enough(store, id, evidence=one_is_enough, by=by, now=right_now())
    click.echo(id)


def needs_second(store: Store, id: str) -> bool:
    """Whether nobody wrote down yet that one is enough."""
    with store.reading() as db:
        return any(one.needs_second for one in communities(db) if one.id == id)


@community.command()
@click.argument("community_id", metavar="COMMUNITY")
@click.option("--mark", required=True, help="The mark of the person's own half.")
@click.option("--evidence", required=True, help="The letter, resolution or word.")
@click.option(
    "--matter",
    "matters",
    multiple=True,
    metavar="SLUG|RECORD",
    help="A collection or record she answers for; several are possible. None is all.",
)
@acts_as
@with_reason
def invite(
    community_id: str,
    mark: str,
    evidence: str,
    matters: tuple[str, ...],
    acting: str | None,
    reason: str | None,
) -> None:
    """Write down that the community named the person who holds this half.

    The person makes her half herself at the review table, under "open your
    community's place", and keeps it; you only ever see its mark. Whoever records an
    invitation cannot act as that steward, and while nobody of the community is there
    the same account does not record a second one. An archivist gives a --reason.
    """
    store = open_store()
    by = writer(store, acting, reason)
    with store.reading() as db:
        wanted = read_matters(db, matters)
    record_invitation(
        store,
        community_id,
        mark=mark,
        evidence=evidence,
        by=by,
        now=right_now(),
        matters=wanted,
    )
    click.echo("Recorded. The person can now join with her half.")


@community.command()
def show() -> None:
    """Which communities are named, which are present, which seasons are open."""
    with open_store().reading() as db:
        for one in communities(db):
            stewards = [s for s in stewards_of(db, one.id) if s.state == "active"]
            click.echo(f"{one.id}  {one.name}: {one.state}, {len(stewards)} stewards")
            for season in seasons_of(db, one.id):
                state = "open" if season.is_open_on(today()) else "closed"
                click.echo(f"    {season.name}: {state}")
