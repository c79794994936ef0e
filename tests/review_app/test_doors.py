"""Every route has its door in the one table, and every door lets in whom it says."""

import pytest
from werkzeug.routing import Rule

from review_app.doors import DOORS, Door
from tests.review_app.table import PEOPLE, Table

LETS_IN = {
    Door.ANYONE: frozenset(PEOPLE),
    Door.SIGNED_IN: frozenset(PEOPLE) - {"visitor"},
    Door.DESK: frozenset({"ilse", "otto", "tamsel", "mirabet", "brindle"}),
    Door.WATCH: frozenset({"ilse", "otto", "tamsel", "mirabet", "brindle", "first"}),
    Door.ARCHIVIST: frozenset({"ilse", "otto"}),
    Door.HOUSE: frozenset({"ilse", "odo", "otto"}),
    Door.STEWARD: frozenset({"tamsel", "mirabet", "brindle"}),
    Door.WRITERS: frozenset({"ilse", "odo", "otto", "tamsel", "mirabet", "brindle"}),
    Door.COMMUNITIES: frozenset(
        {"ilse", "odo", "otto", "tamsel", "mirabet", "brindle", "waldo", "first"}
    ),
    Door.MEMBERS: frozenset({"tamsel", "mirabet", "brindle", "waldo", "first"}),
    Door.KEEPERS: frozenset({"odo", "otto", "tamsel", "mirabet", "brindle"}),
    Door.OPERATOR: frozenset({"odo", "otto"}),
}


# Written a second time on purpose: to open one of these wider takes two decisions.
NEVER_WIDER = {
    Door.OPERATOR: "accounts.everyone accounts.one accounts.add accounts.link"
    " accounts.suspend accounts.reset accounts.give_role accounts.take_role",
    Door.STEWARD: "words.give labels.apply labels.remove communities.name_season"
    " communities.turn_season communities.lift communities.new_key"
    " communities.date_season",
    Door.ARCHIVIST: "answers.concern labels.notice labels.take_notice",
    Door.DESK: "queue.answered answers.approve answers.not_now answers.ask"
    " flags.settle calendar.coming calendar.digest",
    Door.WATCH: "queue.waiting searching.look record.page answers.refuse"
    " answers.withdraw flags.raise_one",
    Door.MEMBERS: "communities.confirm",
    Door.WRITERS: "inviting.invite inviting.take_back",
    Door.HOUSE: "inviting.one_is_enough work.everything work.cancel",
    Door.SIGNED_IN: "auth.own auth.password auth.own_link auth.end auth.leave"
    " auth.sign_out_everywhere",
}


@pytest.mark.parametrize("door", NEVER_WIDER)
def test_the_rooms_that_matter_keep_their_doors(door: Door) -> None:
    assert {DOORS[one] for one in NEVER_WIDER[door].split()} == {door}


def rules(table: Table) -> list[Rule]:
    return list(table.app.url_map.iter_rules())


def address(rule: Rule) -> str:
    """The rule's address with something in each place of it."""
    return (
        rule.rule.replace("<path:filename>", "withcare.css")
        .replace("<id>", "nothing")
        .replace("<secret>", "nothing")
        .replace("<code>", "nothing")
    )


def test_every_route_stands_in_the_table_and_every_row_is_a_route(table: Table) -> None:
    assert {rule.endpoint for rule in rules(table)} == set(DOORS)


def test_every_door_says_here_whom_it_lets_in() -> None:
    assert set(LETS_IN) == set(Door)


@pytest.mark.parametrize("who", PEOPLE)
def test_each_person_enters_exactly_where_the_table_says(
    table: Table, who: str
) -> None:
    person = table.person(who)
    token = person.reads("/report").form("/report").fields["token"]
    wrong = []
    for rule in rules(table):
        for method in sorted((rule.methods or set()) & {"GET", "POST"}):
            if rule.endpoint == "auth.sign_out_everywhere":
                continue  # it would end what the next routes need
            data = {"token": token, "seen": "0"} if method == "POST" else None
            answer = person.client.open(
                address(rule), method=method, data=data, buffered=True
            )
            entered = not _turned_away(answer.status_code, answer.location)
            if entered is not (who in LETS_IN[DOORS[rule.endpoint]]):
                wrong.append((method, rule.rule, answer.status_code))
            if rule.endpoint in ("auth.sign_out", "auth.password"):
                table.seated.pop(who, None)
                person = table.person(who)
                token = person.reads("/report").form("/report").fields["token"]

    assert wrong == []


def _turned_away(code: int, location: str | None) -> bool:
    return code == 403 or (code == 303 and (location or "").startswith("/sign-in"))


def test_a_route_that_is_not_in_the_table_is_closed_to_everybody(
    table: Table,
) -> None:
    table.app.add_url_rule("/back-door", "back_door", lambda: "open")

    codes = {table.person(who).opens("/back-door").status_code for who in PEOPLE}

    assert codes == {404}


def test_a_visitor_is_brought_back_to_where_she_wanted_to_go(table: Table) -> None:
    sent = table.person("visitor").opens("/queue?kind=item")

    assert sent.location == "/sign-in?next=/queue?kind%3Ditem"
