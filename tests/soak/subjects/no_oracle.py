"""Withheld records with a canary in them, looked for by everybody, everywhere."""

from datetime import timedelta

from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from knowledge_base.identity import new_id
from tests.review_app.table import Person, Table, lay_table
from tests.review_app.test_doors import address, rules
from tests.review_app.test_nothing_escapes import (
    CANARY,
    OUTSIDERS,
    STATES,
    answers_to,
    asked,
    restricted,
)
from tests.soak.subject import STORES, Round, Subject

RECORDS = 2
PAIRS = 25
# What the people may add to a record that is withheld: it stays so.
MORE: tuple[tuple[str, dict[str, str]], ...] = (
    ("label", {"label": "tk/secret_sacred", "text": CANARY}),
    ("label", {"label": "tk/attribution", "attribution": CANARY}),
    ("flag", {"field": "description", "note": CANARY}),
    ("flag", {"grave": "yes", "note": CANARY}),
    ("refuse", {"note": CANARY}),
    ("withdraw", {"note": CANARY}),
    ("not-now", {}),
)


def play(round: Round) -> None:
    table = lay_table(round.folder, round.address())
    try:
        records = [_withheld(round, table) for _ in round.many(RECORDS)]
        table.now += timedelta(days=30)  # what was agreed to for a while has ended
        who = round.chance.choice(OUTSIDERS)
        round.tell(f"{who} looks everywhere")
        for answer in answers_to(table, table.person(who), records):
            _says_nothing(round, answer)
        for _ in round.many(PAIRS):
            _one_pair(round, table, round.chance.choice(records))
    finally:
        table.store.close()


def _withheld(round: Round, table: Table) -> str:
    """A record that nobody outside may see, for one of many reasons, or several."""
    state = round.chance.choice(STATES)
    record = restricted(table, state)
    round.tell(f"a record that is {state}")
    tamsel = table.person("tamsel")
    for _ in range(round.chance.randint(0, 3)):
        ending, fields = round.chance.choice(MORE)
        page = tamsel.reads(f"/desk/{record}")
        forms = [one for one in page.forms if one.action.endswith(f"{record}/{ending}")]
        if forms:
            round.tell(f"then {ending} {sorted(fields)}")
            tamsel.sends_form(forms[0], **fields)
    return record


def _says_nothing(round: Round, answer: TestResponse) -> None:
    where = answer.request.path
    round.expect(CANARY not in answer.text, f"the canary is on {where}")
    round.expect(CANARY not in str(answer.headers), f"it is in the headers of {where}")
    round.expect(answer.status_code < 500, f"{where} fails: {answer.status_code}")


def _one_pair(round: Round, table: Table, record: str) -> None:
    """The same request for what is withheld and for what never was."""
    chance = round.chance
    who, rule = chance.choice(OUTSIDERS), chance.choice(_about_a_record(table))
    method = chance.choice(sorted({"GET", "POST"} & set(rule.methods or ())))
    round.tell(f"{who}: {method} {rule.rule}")
    person, absent = table.person(who), new_id()
    token = person.reads("/report").form("/report").fields["token"]
    sent = {"token": token, "seen": str(chance.choice([0, table.length(record)]))}
    answers: list[TestResponse] = []

    def ask(id: str) -> None:
        answers.append(_asked_for(person, rule, method, id, sent))

    queries = [asked(table.store, lambda id=id: ask(id)) for id in (record, absent)]  # type: ignore[misc]  # bound at once
    there, nowhere = answers
    _says_nothing(round, there)
    same = there.text.replace(record, absent) == nowhere.text
    round.expect(same, "two pages, by which one can tell")
    codes = there.status_code, nowhere.status_code
    round.expect(codes[0] == codes[1], f"told by {codes}")
    places = [(one.location or "").replace(record, absent) for one in answers]
    round.expect(places[0] == places[1], f"told by where it leads: {places}")
    round.expect(queries[0] == queries[1], f"told by its queries: {queries}")


def _asked_for(
    person: Person, rule: Rule, method: str, id: str, sent: dict[str, str]
) -> TestResponse:
    path = address(rule).replace("nothing", id)
    fields = sent if method == "POST" else None
    return person.client.open(path, method=method, data=fields, buffered=True)


def _about_a_record(table: Table) -> list[Rule]:
    named = (one for one in rules(table) if "<id>" in one.rule)
    return sorted(named, key=lambda one: (one.rule, sorted(one.methods or ())))


SUBJECT = Subject(
    name="no-oracle",
    promise=(
        "A canary in what is withheld is on no page of anybody outside, and what is"
        " withheld and what never was are answered alike, with the same queries."
    ),
    invariants=(4, 10, 11),
    places=STORES,
    play=play,
    notices=("Restricted and absent ask the same queries",),
)
