"""The commands an operator types: honest exit codes, named accounts, nothing twice."""

import json
import re
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import select, text

from knowledge_base.accounts import find_account
from knowledge_base.calendar_days import civil_days
from knowledge_base.collections import find_collection
from knowledge_base.engines import engine_for
from knowledge_base.invitations import (
    join,
    make_half,
)
from knowledge_base.store import Store
from knowledge_base.tables import invitations, records
from policies.rulebook import Rulebook
from withcare.cli import app
from withcare.demo.cast import RECORDS
from withcare.exit_codes import ExitCode
from withcare.opening import right_now, today

REASON = ("--reason", "read-and-found-in-order")


@dataclass(frozen=True)
class Shell:
    """A shell with a home of its own."""

    home: Path

    def run(self, *words: str) -> Result:
        environment = {"WITHCARE_HOME": str(self.home), "WITHCARE_ACTOR": None}
        return CliRunner().invoke(app, list(words), env=environment)

    def done(self, *words: str) -> str:
        ended = self.run(*words)
        assert ended.exit_code == ExitCode.DONE, ended.stderr
        return ended.stdout

    @property
    def url(self) -> str:
        return f"sqlite:///{self.home / 'withcare.sqlite'}"


@pytest.fixture
def shell(tmp_path: Path) -> Shell:
    """A home with an operator, an archivist and a collection."""
    made = Shell(tmp_path / "home")
    made.done("kb", "init")
    made.done("review", "add-account", "odo")
    made.done("review", "add-account", "ilse", "--role", "archivist", "--as", "odo")
    made.done("kb", "collection", "ima", "--title", "A slice", "--as", "ilse", *REASON)
    return made


def import_words(file: Path) -> tuple[str, ...]:
    return ("kb", "import", str(file), "--collection", "ima", "--as", "ilse", *REASON)


def test_a_file_is_taken_in_once(shell: Shell) -> None:
    words = import_words(RECORDS / "ima.jsonl")
    assert "541 received" in shell.done(*words)
    head = shell.done("kb", "audit", "verify")
    assert "541 unchanged" in shell.done(*words)
    assert shell.done("kb", "audit", "verify") == head


def test_a_preview_writes_nothing(shell: Shell) -> None:
    head = shell.done("kb", "audit", "verify")
    said = shell.done(*import_words(RECORDS / "ima.jsonl"), "--dry-run")
    assert "541 would be received" in said
    assert shell.done("kb", "audit", "verify") == head


def test_broken_rows_are_told_and_a_person_is_needed(
    shell: Shell, tmp_path: Path
) -> None:
    file = tmp_path / "rows.jsonl"
    file.write_text('{"identifier": "1", "title": "A boat"}\n{"ident\n', "utf-8")
    ended = shell.run(*import_words(file))
    assert ended.exit_code == ExitCode.NEEDS_A_PERSON
    assert "1 received" in ended.stdout
    assert "row 2" in ended.stdout


def test_a_preview_says_how_the_file_is_read(shell: Shell, tmp_path: Path) -> None:
    file = tmp_path / "rows.csv"
    file.write_text("Title;identifier;maker\nA boat;1;Nan | Rua\n", "utf-8")
    said = shell.done(*import_words(file), "--dry-run")
    assert (
        "Read as a table, utf-8 (found out: say it otherwise with --encoding), "
        "';' between cells, '|' between the values of one cell; "
        "mapping plain: Title → title, identifier → identifier, maker → maker\n"
    ) in said


def test_a_mapping_of_ones_own_is_given_by_its_path(
    shell: Shell, tmp_path: Path
) -> None:
    file, mapping = tmp_path / "rows.csv", tmp_path / "village.yaml"
    file.write_text("No,Benennung\n1,A boat\n", "utf-8")
    mapping.write_text(
        "mapping: village\nkind: item\nidentified_by: No\ncolumns:\n"
        "  - {column: Benennung, to: title}\n  - {column: No, to: identifier}\n",
        "utf-8",
    )
    assert "--format" in shell.run(*import_words(file)).stderr
    unknown = shell.run(*import_words(file), "--format", "hamlet")
    assert "path" in unknown.stderr
    said = shell.done(*import_words(file), "--format", str(mapping))
    assert "mapping village: Benennung → title" in said


def test_a_mapping_file_with_faults_is_told_by_its_lines(
    shell: Shell, tmp_path: Path
) -> None:
    file, mapping = tmp_path / "rows.csv", tmp_path / "village.yaml"
    file.write_text("No,Benennung\n1,A boat\n", "utf-8")
    mapping.write_text("mapping: village\nknid: item\n", "utf-8")
    ended = shell.run(*import_words(file), "--format", str(mapping))
    assert ended.exit_code == ExitCode.ERROR
    assert "village.yaml:2:" in ended.stderr


def test_all_problems_of_an_import_can_be_read_later(
    shell: Shell, tmp_path: Path
) -> None:
    file = tmp_path / "rows.jsonl"
    file.write_text('{"identifier": "1", "title": "A"}\n' + "{broken\n" * 120, "utf-8")
    said = shell.run(*import_words(file)).stdout
    assert said.count("row ") == 100
    [batch] = re.findall(
        r"and 20 more: all of them: `withcare kb problems (\w+)`", said
    )
    assert shell.done("kb", "problems", batch, "--as", "ilse").count("row ") == 120


def test_the_problems_of_an_import_are_read_by_those_it_belongs_to(
    shell: Shell, tmp_path: Path
) -> None:
    file = tmp_path / "rows.jsonl"
    file.write_text('{"identifier": "1", "title": "A"}\n{broken\n', "utf-8")
    said = shell.run(*import_words(file)).stdout
    [batch] = re.findall(r"kb problems (\w+)", said)
    house = shell.done("kb", "institution", "Lantern House", "--as", "odo").strip()
    shell.done("review", "add-account", "ada", *as_archivist_of(house))
    not_hers = shell.run("kb", "problems", batch, "--as", "ada")
    not_there = shell.run("kb", "problems", "0" * 32, "--as", "ada")
    assert not_hers.exit_code == not_there.exit_code == ExitCode.ERROR
    assert not_hers.stderr == not_there.stderr


def test_of_many_columns_that_go_nowhere_the_fullest_are_said(
    shell: Shell, tmp_path: Path
) -> None:
    file = tmp_path / "rows.csv"
    more = [f"c{n}" for n in range(30)]
    file.write_text(f"identifier,title,{','.join(more)}\n1,A boat{',x' * 30}\n")
    said = shell.done(*import_words(file))
    assert said.count("goes nowhere") == 20
    assert "… and 10 more columns (10 cells)" in said


def test_how_a_file_is_written_can_be_said(shell: Shell, tmp_path: Path) -> None:
    file = tmp_path / "rows.txt"
    file.write_text("{title,identifier\n{A boat,1\n", "utf-8")
    words = import_words(file)
    assert shell.run(*words).exit_code == ExitCode.ERROR
    ended = shell.run(*words, "--written-as", "table", "--dry-run")
    assert "goes nowhere" in ended.stdout


def test_making_a_home_again_changes_nothing(shell: Shell) -> None:
    head = shell.done("kb", "audit", "verify")
    shell.done("kb", "init")
    assert shell.done("kb", "audit", "verify") == head


def test_records_are_kept_for_their_owner_alone(shell: Shell) -> None:
    assert (shell.home / "withcare.sqlite").stat().st_mode & 0o077 == 0
    assert (shell.home / "keys").stat().st_mode & 0o077 == 0


def test_an_edited_history_is_found_and_needs_a_person(shell: Shell) -> None:
    engine = engine_for(shell.url)
    with engine.connect() as db:
        db.execute(text("UPDATE steps SET actor = 'x' WHERE position = 1"))
        db.commit()
    engine.dispose()
    ended = shell.run("kb", "audit", "verify")
    assert ended.exit_code == ExitCode.NEEDS_A_PERSON
    assert "step 1 was edited" in ended.stdout


@pytest.mark.parametrize(
    "words",
    [
        ("review", "add-account", "mine", "--role", "steward", "--as", "odo"),
        ("review", "add-account", "mine", "--role", "archivist"),
        ("community", "add", "Somebody", "--as", "nobody"),
        ("kb", "collection", "x", "--title", "X", "--as", "odo", *REASON),
        ("kb", "collection", "x", "--title", "X", "--as", "ilse"),
    ],
    ids=["steward", "unnamed", "no-account", "wrong-role", "no-reason"],
)
def test_what_an_account_may_not_do_is_refused(
    shell: Shell, words: tuple[str, ...]
) -> None:
    before = shell.done("kb", "audit", "verify")
    ended = shell.run(*words)
    assert ended.exit_code == ExitCode.ERROR
    assert ended.stderr
    assert shell.done("kb", "audit", "verify") == before


def test_what_comes_into_an_institutions_collection_is_its_own(
    shell: Shell, tmp_path: Path
) -> None:
    house = shell.done("kb", "institution", "Lantern House", "--as", "odo").strip()
    shell.done("review", "add-account", "ada", *as_archivist_of(house))
    words = ("--title", "X", "--as", "ada", *REASON)
    shell.done("kb", "collection", "own", *words, "--institution", house)
    rows = tmp_path / "rows.jsonl"
    rows.write_text('{"identifier": "1", "title": "A boat"}\n', "utf-8")
    file = ("kb", "import", str(rows), "--as", "ada", *REASON)

    assert "1 received" in shell.done(*file, "--collection", "own")

    for refused in (
        ("kb", "collection", "x", *words),
        ("kb", "collection", "x", *words, "--institution", "nowhere"),
        (*file, "--collection", "ima"),
        ("kb", "institution", "Lantern House", "--as", "odo"),
        ("kb", "institution", "Another", "--as", "ilse"),
        ("review", "add-account", "bo", *as_archivist_of("nowhere")),
        ("review", "add-account", "bo", *as_archivist_of("")),
        ("review", "add-account", "bo", "--role", "steward@" + house, "--as", "odo"),
    ):
        assert shell.run(*refused).exit_code == ExitCode.ERROR


def as_archivist_of(house: str) -> tuple[str, ...]:
    return ("--role", f"archivist@{house}", "--as", "odo")


def test_a_steward_never_acts_or_reads_from_the_shell(shell: Shell) -> None:
    community = shell.done("community", "add", "Zephrindle (invented)", "--as", "odo")
    half = make_half()
    shell.done(
        *("community", "invite", community.strip(), "--mark", half.mark),
        *("--evidence", "(invented)", "--as", "odo"),
    )
    store = Store.open(
        shell.url, rulebook=Rulebook.shipped(), destinations=(), keys=None
    )
    join(store, half.secret, name="tamsel", now=right_now())
    store.close()
    for words in (
        ("kb", "show", community.strip()),
        ("kb", "calendar"),
        ("kb", "collection", "x", "--title", "X", *REASON),
        ("community", "add", "Another"),
        ("review", "add-account", "other"),
        ("policies", "explain", community.strip()),
    ):
        ended = shell.run(*words, "--as", "tamsel")
        assert ended.exit_code == ExitCode.ERROR
        assert "never from the shell" in ended.stderr


def test_an_invitation_can_be_for_one_matter_and_another(shell: Shell) -> None:
    community = shell.done("community", "add", "Zephrindle (invented)", "--as", "odo")
    record = "0123456789abcdef" * 2
    words = (
        *("community", "invite", community.strip(), "--mark", make_half().mark),
        *("--evidence", "(invented)", "--as", "odo"),
    )
    refused = shell.run(*words, "--matter", "no-such-thing")
    assert refused.exit_code == ExitCode.ERROR
    assert "short name of a collection" in refused.stderr
    shell.done(*words, "--matter", "ima", "--matter", record)
    store = Store.open(
        shell.url, rulebook=Rulebook.shipped(), destinations=(), keys=None
    )
    with store.reading() as db:
        held = db.scalars(select(invitations.c.matters)).all()
        collection = find_collection(db, "ima")
    store.close()
    assert held == [[collection, record]]


def test_an_operator_makes_no_link_for_a_steward(shell: Shell) -> None:
    community = shell.done("community", "add", "Zephrindle (invented)", "--as", "odo")
    half = make_half()
    shell.done(
        *("community", "invite", community.strip(), "--mark", half.mark),
        *("--evidence", "(invented)", "--as", "odo"),
    )
    store = Store.open(
        shell.url, rulebook=Rulebook.shipped(), destinations=(), keys=None
    )
    join(store, half.secret, name="tamsel", now=right_now())
    ended = shell.run("review", "add-account", "tamsel", "--as", "odo")
    assert ended.exit_code == ExitCode.ERROR
    with store.reading() as db:
        found = find_account(db, name="tamsel")
    store.close()
    assert found is not None
    assert not found.roles


def test_a_store_that_is_not_there_says_what_to_run(tmp_path: Path) -> None:
    ended = Shell(tmp_path / "empty").run("kb", "audit", "verify")
    assert ended.exit_code == ExitCode.ERROR
    assert "withcare kb init" in ended.stderr


def test_a_file_that_is_no_store_is_told_and_left_as_it_is(tmp_path: Path) -> None:
    shell = Shell(tmp_path / "home")
    shell.home.mkdir()
    file = shell.home / "withcare.sqlite"
    file.write_bytes(b"nothing that a database wrote " * 200)
    before = file.read_bytes()
    for words in (("kb", "init"), ("kb", "audit", "verify")):
        ended = shell.run(*words)
        assert ended.exit_code == ExitCode.ERROR
        assert "is no store" in ended.stderr
    assert file.read_bytes() == before


def test_a_command_takes_the_day_as_the_table_and_the_bot_do(shell: Shell) -> None:
    (shell.home / "settings.toml").write_text(
        '[[destinations]]\nid = "own"\nlabel = "Own"\nhost = "localhost"\n', "utf-8"
    )
    rows = shell.home / "rows.jsonl"
    rows.write_text('{"identifier": "1", "title": "A boat"}\n', "utf-8")
    shell.done(*import_words(rows))
    store = Store.open(
        shell.url, rulebook=Rulebook.shipped(), destinations=(), keys=None
    )
    with store.reading() as db:
        item = db.scalar(select(records.c.id).where(records.c.kind == "item"))
    store.close()

    before = civil_days(right_now()).closing
    said = shell.done("policies", "explain", str(item), "--json", "--as", "ilse")
    after = civil_days(right_now()).closing

    assert before <= date.fromisoformat(json.loads(said)["on"]) <= after
    assert before <= today() <= after


def test_a_search_finds_what_is_shared_and_names_no_more(shell: Shell) -> None:
    """Nothing is approved here: the words of what waits are not found."""
    rows = shell.home / "rows.csv"
    rows.write_text("identifier,title\nB.1,Kettle (invented)\n", "utf-8")
    shell.done(
        "kb", "import", str(rows), "--collection", "ima", "--as", "ilse", *REASON
    )
    assert shell.done("kb", "search", "kettle") == ""
    refused = shell.run("kb", "search", "kettle", "--destination", "elsewhere")
    assert refused.exit_code == ExitCode.ERROR
    assert "known are" in refused.stderr
