"""`withcare keys`: the keys that seal what records say: list, replace, hand over.

No command here prints a key, and none takes one on the command line.
"""

import os
from collections.abc import Mapping
from pathlib import Path

import rich_click as click

from knowledge_base.institutions import institutions
from knowledge_base.key_copies import copy_keys
from knowledge_base.key_turning import turn_keys
from knowledge_base.keyrings import keyring_of
from knowledge_base.keys import (
    HOUSE,
    Keyring,
    MasterKeyUnusable,
    make_next,
    master_is_handed,
    put_next_in_place,
    read_key_in,
    read_master,
    read_next,
)
from knowledge_base.lists_in_force import lists_in_force
from knowledge_base.master_turning import (
    FOUND,
    REPLACED,
    follow_gone,
    guards,
    wrap_anew,
)
from knowledge_base.parties import names_of
from knowledge_base.sealing_keys import SealingKey, sealing_keys
from knowledge_base.settings import Settings
from knowledge_base.steps import Actor, Voice
from knowledge_base.store import Store
from policies.errors import WithcareError
from policies.rulebook import Rulebook
from withcare.opening import actor, acts_as, open_store, right_now, settings


class KeyHandedOver(WithcareError):
    """systemd hands the master key over; nothing was written."""

    def __init__(self) -> None:
        super().__init__(
            "The master key is a credential that systemd hands over, and is not ours "
            "to replace. Stop every program, write it into keys/master in the home, "
            "run this without the credential, and make a credential of the new one."
        )


class NotGone(WithcareError):
    """The master key is there and is the right one; nothing was written."""

    def __init__(self) -> None:
        super().__init__(
            "The master key is there, and it opens what is sealed: nothing is gone. "
            "To replace it, leave --gone out."
        )


@click.group()
def keys() -> None:
    """List, replace and hand over the keys that seal what records say."""


@keys.command("list")
def list_() -> None:
    """Which parties have a key, since when, and how much stands under it.

    That is texts of the history, and records of which the key seals what is known:
    licences, findings, words with a label. No key is shown. Which communities' private
    list of words nobody can read is said at the end.
    """
    store = open_store()
    with store.reading() as db:
        names = names_of(db) | {one.id: one.name for one in institutions(db)}
        for key in sealing_keys(db):
            click.echo(_told(key, names))
        for community in sorted(lists_in_force(db).lists.unreadable):
            click.echo(f"{community}: {_NO_LIST}")


_NO_LIST = (
    "its private list of words cannot be read; every record that comes in or changes "
    "asks this community until its key is back or it gives the list anew"
)


def _told(key: SealingKey, names: Mapping[str, str]) -> str:
    called = [names.get(one, "") for one in key.party.split("+")]
    name = ", ".join(filter(None, called))
    said = f"{key.party}{f' ({name})' if name else ''}: "
    if key.retired_at is None:
        said += f"version {key.turns + 1}, "
    else:
        said += f"an earlier one, replaced {key.retired_at:%Y-%m-%d}, "
    said += f"since {key.made_at:%Y-%m-%d}, {key.texts} texts"
    said += f", what is known of {key.records} records"
    return said if key.opens else f"{said}; its master key is gone"


@keys.command()
@click.argument("party", required=False)
@click.option("--master", is_flag=True, help="Replace the master key instead.")
@click.option(
    "--gone", is_flag=True, help="With --master: say that the old one is gone for good."
)
@click.option(
    "--found",
    type=click.Path(path_type=Path, dir_okay=False),
    help="With --master: a file with a master key that was gone, and is there again.",
)
@acts_as
def rotate(
    party: str | None,
    master: bool,
    gone: bool,
    found: Path | None,
    acting: str | None,
) -> None:
    """Give PARTY a new key, or with none named every party; seal anew what it said.

    Stopped half-way it goes on when it is typed again. The old key is removed when
    nothing stands under it any more. Other programs may run meanwhile, but for
    --master: start them anew after that, and copy the new master key.
    """
    if master:
        if party is not None or (gone and found is not None):
            raise click.UsageError("Say one thing: a party, --gone or --found.")
        _rotate_master(acting, gone=gone, found=found)
        return
    if gone or found is not None:
        raise click.UsageError("--gone and --found are of the --master key.")
    store = open_store()
    by = actor(store, acting, Voice.OPERATOR, None)
    turned = turn_keys(store, party, by=by, now=right_now())
    if turned.went_on:
        click.echo("It went on with what had been begun before.")
    click.echo(
        f"{turned.sealed} texts were sealed anew, {turned.removed} old keys removed."
    )
    if turned.left:
        click.echo(f"{turned.left} texts open with no key; their old key stays.")


def _rotate_master(acting: str | None, *, gone: bool, found: Path | None) -> None:
    if master_is_handed(os.environ):
        raise KeyHandedOver
    of = settings()
    if found is not None:
        _take_found(of, found, acting)
        return
    following = read_next(of.keys)
    # A turn that died after it was written into the store has only its file to move.
    if following is None or not _is_written(of, following):
        if gone:
            _require_gone(of)
        _write_turn(of, acting, gone=gone)
    kept = put_next_in_place(of.keys, f"master.until-{right_now():%Y-%m-%d-%H%M%S}")
    click.echo(
        f"The master key {of.keys / 'master'} is a new one: copy it, to paper or"
    )
    click.echo("to a disk in a drawer, and start every running program again.")
    if kept is not None:
        click.echo(f"Backups from before need {kept}: delete it with the last of them.")


def _opened(of: Settings, key: bytes) -> Store:
    """The store for whoever holds this key, whether or not it is the right one."""
    return Store.open(
        of.database_url,
        rulebook=Rulebook.shipped(),
        destinations=of.policies,
        markers=of.marker_book(),
        keys=Keyring(key),
        is_gone=True,
    )


def _by(store: Store, acting: str | None) -> Actor:
    return actor(store, acting, Voice.OPERATOR, None)


def _is_written(of: Settings, key: bytes) -> bool:
    store = _opened(of, key)
    written = guards(store, Keyring(key))
    store.close()
    return written


def _require_gone(of: Settings) -> None:
    try:
        key = read_master(of.keys, os.environ)
    except MasterKeyUnusable:
        return
    if _is_written(of, key):
        raise NotGone


def _write_turn(of: Settings, acting: str | None, *, gone: bool) -> None:
    after = make_next(of.keys)
    store = _opened(of, after) if gone else open_store(of)
    by, now, keys = _by(store, acting), right_now(), Keyring(after)
    if gone:
        follow_gone(store, keys, by=by, now=now)
    else:
        wrap_anew(store, keyring_of(of), keys, how=REPLACED, by=by, now=now)
    store.close()


def _take_found(of: Settings, found: Path, acting: str | None) -> None:
    store = open_store(of)
    by, before = _by(store, acting), Keyring(read_key_in(found))
    wrap_anew(store, before, keyring_of(of), how=FOUND, by=by, now=right_now())
    click.echo(f"What {found} guarded can be read again. `withcare keys rotate` seals")
    click.echo("it anew; then delete that file with the last backup that needs it.")


@keys.command()
@click.argument("party")
@click.option(
    "--to",
    type=click.Path(path_type=Path, dir_okay=False),
    required=True,
    help="A new file, which will be for its owner alone.",
)
@acts_as
def export(party: str, to: Path, acting: str | None) -> None:
    """Write a copy of the keys of PARTY into a new file, for the party to keep.

    The file says what it is and how to read with it: texts, and what the keys seal of
    records beside them (licences, findings, words with a label). That it was written
    stands in the history of the community, so that its stewards see it.
    """
    store = open_store()
    by = actor(store, acting, Voice.OPERATOR, None)
    many = copy_keys(store, party, to, by=by, now=right_now())
    click.echo(f"{many} keys of {party} are in {to}: give it to {_whom(party)}, and")
    click.echo(
        "keep no copy. Whoever has it and a copy of the store reads what it said."
    )


def _whom(party: str) -> str:
    return "the house" if party == HOUSE else "the party"
