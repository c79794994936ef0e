"""One account with every role walks every route and every command: no steward comes."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import pytest
import rich_click as click
from click.testing import CliRunner
from sqlalchemy import select

from knowledge_base import tables
from knowledge_base.communities import stewards_of
from knowledge_base.invitations import Half, make_half
from tests.review_app.table import Person, Table, lay_table, name_community
from tests.review_app.test_doors import address, rules
from withcare.cli import COMMANDS, app

ALONE = "otto"  # operator, archivist and viewer at once


@pytest.fixture
def table(tmp_path: Path) -> Iterator[Table]:
    laid = lay_table(tmp_path)
    name_community(laid, "ombral", "Ombral (invented)")
    yield laid
    laid.store.close()


# --- the commands


def leaves(
    command: click.Command, path: tuple[str, ...]
) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    if isinstance(command, click.Group):
        for name, one in command.commands.items():
            yield from leaves(one, (*path, name))
    else:
        yield path, command


def every_command() -> dict[tuple[str, ...], click.Command]:
    return {
        path: command
        for group in COMMANDS
        for path, command in leaves(group.load(), (group.command_name,))
    }


# These run a server or a bot; they act in nobody's name and can be given none.
IN_NOBODYS_NAME = frozenset({"bot", "sandbox", "demo", "review serve"})


def is_in_nobodys_name(path: tuple[str, ...]) -> bool:
    return bool({path[0], " ".join(path)} & IN_NOBODYS_NAME)


def test_what_is_not_walked_acts_in_nobodys_name() -> None:
    left_out = {p: c for p, c in every_command().items() if is_in_nobodys_name(p)}
    assert left_out
    assert not [
        path
        for path, command in left_out.items()
        if "acting" in {one.name for one in command.params}
    ]


def filled(command: click.Command, given: Mapping[str, str]) -> list[str]:
    """The command's words with everything that we have a word for."""
    words: list[str] = []
    for one in command.params:
        value = given.get(one.name or "")
        if value is None:
            assert not one.required, f"say what to fill in for {one.name}"
        elif isinstance(one, click.Argument):
            words.append(value)
        elif isinstance(one, click.Option) and one.is_flag:
            words.append(one.opts[0])
        else:
            words += [one.opts[0], value]
    return words


def walk_commands(table: Table, community: str, half: Half, steward: str) -> int:
    file = table.settings.home / "rows.jsonl"
    file.write_text('{"identifier": "1", "title": "A boat (invented)"}\n', "utf-8")
    given = {
        "acting": ALONE,
        "reason": "letter-or-meeting",
        "slug": "boats",
        "title": "Boats (invented)",
        "text": "boats",
        "file": str(file),
        "record": community,
        "batch": "1",
        "newest": "1:0",
        "name": steward,
        "one_is_enough": "They surely agree.",
        "community_id": community,
        "mark": half.mark,
        "evidence": "They surely agree.",
        "roles": "operator",
        "party": community,
        "to": str(table.settings.home / "a-copy"),
        "once": "",  # or the work would go on for ever
        "cancel": "1",
    }
    environment = {"WITHCARE_HOME": str(table.settings.home), "WITHCARE_ACTOR": None}
    walked = 0
    for path, command in every_command().items():
        if not is_in_nobodys_name(path):
            words = [*path, *filled(command, given)]
            CliRunner().invoke(app, words, env=environment)
            walked += 1
    return walked


# --- the routes


def walk_routes(table: Table, ids: Sequence[str], half: Half, person: Person) -> int:
    """Sends every form of the app, filled in as somebody with bad intent would."""
    walked = 0
    for rule in rules(table):
        if "POST" not in (rule.methods or set()) or rule.endpoint in _ENDS_IT:
            continue
        for id in ids:
            page = person.reads("/report")
            sent = _everything_at_once(page.form("/report").fields["token"], half, id)
            path = address(rule).replace("nothing", id)
            walked += person.client.post(path, data=sent).status_code < 500
    return walked


# What ends the walker's own sign-in or place, and the one power, which only tightens.
_ENDS_IT = frozenset(
    {
        "auth.sign_out",
        "auth.sign_out_everywhere",
        "auth.password",
        "auth.leave",
        "accounts.suspend",
        "communities.suspend",
    }
)


def _everything_at_once(token: str, half: Half, id: str) -> dict[str, str]:
    return {
        "token": token,
        "seen": "1",
        "name": f"self-{half.mark[:4]}",
        "role": "operator",
        "half": half.secret,
        "mark": half.mark,
        "evidence": "They surely agree.",
        "wish": "They surely agree.",
        "reason": "letter-or-meeting",
        "steward": id,
        "account": id,
        "destination": "own-wiki",
    }


def everybody(table: Table) -> dict[str, str]:
    """account -> state, of every steward there is."""
    held = tables.stewards
    with table.store.reading() as db:
        rows = db.execute(select(held.c.account_id, held.c.state))
        return {row.account_id: row.state for row in rows}


def ways_in(table: Table) -> set[str]:
    links, sign_ins = tables.links, tables.sign_ins
    with table.store.reading() as db:
        return {
            *db.scalars(select(links.c.account_id)),
            *db.scalars(select(sign_ins.c.account_id)),
        }


def test_no_account_alone_seats_a_steward_by_any_route_or_command(
    table: Table,
) -> None:
    before, ombral = everybody(table), table.communities["ombral"]
    halves = [make_half() for _ in range(4)]
    browsers = [table.newcomer() for _ in halves]
    walked = 0
    for half, browser in zip(halves, browsers, strict=True):
        ids = (ombral, table.communities["zephrindle"], *_waiting(table, ombral))
        walked += walk_routes(table, ids, half, table.person(ALONE))
        walked += walk_commands(table, ombral, half, "tamsel")
        page = browser.reads("/join/enter")
        browser.sends(page, "/join/enter", half=half.secret, name=half.mark)
    for half, browser in zip(halves, browsers, strict=True):
        walk_routes(table, (ombral, *_waiting(table, ombral)), half, browser)

    after = everybody(table)
    assert walked > 200
    assert _waiting(table, ombral), "nobody joined: the walk proves nothing"
    assert {k: v for k, v in after.items() if k in before} == before
    assert {v for k, v in after.items() if k not in before} == {"waiting"}
    assert not set(before) & ways_in(table)


def _waiting(table: Table, community: str) -> list[str]:
    with table.store.reading() as db:
        held = stewards_of(db, community)
    return [one.account for one in held if one.state == "waiting"]
