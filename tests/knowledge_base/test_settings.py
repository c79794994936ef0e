"""One file of settings: what is misspelt is named with its neighbour, and no secret."""

import re
import traceback
from pathlib import Path

import pytest
from sqlalchemy import text as sql
from sqlalchemy.engine import make_url

from knowledge_base.engines import engine_for
from knowledge_base.faults import Unreachable
from knowledge_base.settings import (
    FILE,
    VARIABLES,
    WRITTEN,
    Place,
    Settings,
    SettingsError,
    read_settings,
)
from knowledge_base.store import create, version_at
from tests.knowledge_base.conftest import START

WIKI = '[[destinations]]\nid = "w"\nlabel = "W"\nhost = "wiki.example.org"\n'
SECRET = "seven-small-herons"
SERVER = "postgresql+psycopg://withcare@localhost/withcare"


def written(home: Path, text: str, **variables: str) -> Settings:
    (home / FILE).write_text(text, "utf-8")
    return read_settings(home, variables)


def keep_password(
    folder: Path, text: str = f"{SECRET}\n", *, mode: int = 0o600
) -> Path:
    folder.mkdir(exist_ok=True)
    path = folder / "database.password"
    path.write_text(text, "utf-8")
    path.chmod(mode)
    return path


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("databse = 'x'", "'databse' is not a setting; did you mean 'database'?"),
        (
            f"{WIKI}liv = true",
            "destinations.'liv' is not a setting; did you mean 'live'",
        ),
        ("zebra = 1", "'zebra' is not a setting; take it out."),
        ('home = "/"', "'home' is not a setting"),
        ('database_password = "x"', "'database_password' is not a setting"),
        (f'{WIKI}forces = ["indx"]', "forces has 'indx'; did you mean 'index'?"),
        (f"{WIKI}{WIKI}", "'w': is there twice"),
        (WIKI.replace("wiki.", "https://wiki."), "host is a name alone"),
        (WIKI.replace("[[", "[").replace("]]", "]"), "[[destinations]]"),
        (f"{WIKI}live = 'perhaps'", "destinations[0].live"),
        (f"{WIKI}scheme = 'gopher'", "destinations[0].scheme"),
        (f"{WIKI}maxlag = -1", "destinations[0].maxlag"),
        ("contact = me", "line 1"),
        ("database = 'postgres://withcare@localhost/x'", "one of mariadb+pymysql"),
        ("database = 'not an address'", "is no address of a database"),
    ],
)
def test_what_is_wrong_is_named_with_the_file_and_the_remedy(
    tmp_path: Path, text: str, told: str
) -> None:
    with pytest.raises(SettingsError) as refused:
        written(tmp_path, text)
    assert told in str(refused.value)
    assert str(tmp_path / FILE) in str(refused.value)


def test_each_key_with_one_letter_less_finds_itself(tmp_path: Path) -> None:
    for kind, keys in WRITTEN.items():
        for key in keys - {"id", "api"}:  # too short for a likeness
            lead = WIKI if kind is Place else ""
            with pytest.raises(SettingsError, match=f"did you mean '{key}'"):
                written(tmp_path, f"{lead}{key[:2]}{key[3:]} = 1")


@pytest.mark.parametrize("name", sorted(VARIABLES))
def test_a_misspelt_variable_finds_its_neighbour(tmp_path: Path, name: str) -> None:
    with pytest.raises(SettingsError, match=f"{name[:-1]}, .* mean '{name}'"):
        written(tmp_path, "", **{name[:-1]: "x"})


def test_the_variables_of_others_are_not_ours(tmp_path: Path) -> None:
    assert written(tmp_path, "", WITHCAREFUL="x", PATH="/bin").home == tmp_path


def test_a_wiki_is_not_written_to_until_a_person_says_so(tmp_path: Path) -> None:
    assert written(tmp_path, WIKI).place("w").live is False
    assert written(tmp_path, f"{WIKI}live = true").place("w").live is True


def test_a_file_from_an_editor_that_marks_its_encoding_is_read(tmp_path: Path) -> None:
    assert written(tmp_path, f"\ufeff{WIKI}").place("w").label == "W"


def test_settings_that_cannot_be_read_are_a_sentence(tmp_path: Path) -> None:
    (tmp_path / FILE).mkdir()
    with pytest.raises(SettingsError, match="cannot be read"):
        read_settings(tmp_path, {})


def test_the_password_comes_from_a_file_and_shows_nowhere_else(tmp_path: Path) -> None:
    keep_password(tmp_path / "keys")
    found = written(tmp_path, f'database = "{SERVER}"')
    assert found.database_url == SERVER.replace("@", f":{SECRET}@")
    assert SECRET not in repr(found)
    assert SECRET not in found.database


def test_a_credential_of_the_system_goes_before_the_file(tmp_path: Path) -> None:
    keep_password(tmp_path / "keys", "another\n")
    keep_password(tmp_path / "credentials")
    found = written(
        tmp_path,
        f'database = "{SERVER}"',
        CREDENTIALS_DIRECTORY=str(tmp_path / "credentials"),
    )
    assert SECRET in found.database_url


def test_a_password_with_letters_of_an_address_is_kept_whole(tmp_path: Path) -> None:
    keep_password(tmp_path / "keys", "p@ss:w/rd?#%\n")
    found = written(tmp_path, f'database = "{SERVER}"')
    assert make_url(found.database_url).password == "p@ss:w/rd?#%"


def test_a_file_of_sqlite_needs_no_password(tmp_path: Path) -> None:
    keep_password(tmp_path / "keys")
    assert SECRET not in written(tmp_path, "").database_url


@pytest.mark.parametrize(
    "address",
    [
        f"postgresql+psycopg://withcare:{SECRET}@localhost/withcare",
        f"postgresql+psycopg://withcare@localhost/withcare?password={SECRET}",
        f"mysql+pymysql://withcare@localhost/withcare?passwd={SECRET}",
        f"mysql://withcare:{SECRET}@localhost/withcare",
        f"withcare:{SECRET}@localhost",
        f"postgresql+psycopg://withcare:{SECRET}@localhost:port/withcare",
    ],
)
@pytest.mark.parametrize("by_variable", [True, False])
def test_an_address_with_a_password_is_refused_and_not_repeated(
    tmp_path: Path, address: str, by_variable: bool
) -> None:
    variables = {"WITHCARE_DATABASE": address} if by_variable else {}
    with pytest.raises(SettingsError) as refused:
        written(tmp_path, "" if by_variable else f'database = "{address}"', **variables)
    assert SECRET not in "".join(traceback.format_exception(refused.value))


@pytest.mark.parametrize(
    ("text", "mode", "told"),
    [
        (f"{SECRET}\n", 0o640, "chmod 600"),
        (f"{SECRET}\n", 0o604, "chmod 600"),
        ("", 0o600, "on one line"),
        (f"{SECRET}\nmore\n", 0o600, "on one line"),
    ],
)
def test_a_password_file_that_cannot_be_used_says_why(
    tmp_path: Path, text: str, mode: int, told: str
) -> None:
    path = keep_password(tmp_path / "keys", text, mode=mode)
    with pytest.raises(SettingsError) as refused:
        written(tmp_path, f'database = "{SERVER}"')
    assert told in str(refused.value)
    assert str(path) in str(refused.value)
    assert SECRET not in str(refused.value)


def test_each_key_of_the_example_is_explained() -> None:
    example = Path(__file__).parents[2] / "knowledge_base/settings.example.toml"
    lines = example.read_text("utf-8").splitlines()
    block: list[str] = []
    for line in lines:
        if re.match(r"^(# )?[a-z_]+ = ", line):
            assert any(one.startswith("# ") or " = " in one for one in block), line
        block = [] if not line else [*block, line]


def test_a_server_lets_in_whoever_has_the_password_in_the_file(
    tmp_path: Path, mariadb_url: str
) -> None:
    name = str(make_url(mariadb_url).database)
    who = f"'{name[-20:]}'@'localhost'"
    admin = engine_for(mariadb_url)
    with admin.begin() as db:
        db.execute(sql(f"CREATE USER {who} IDENTIFIED BY '{SECRET}'"))
        db.execute(sql(f"GRANT ALL ON {name}.* TO {who}"))
    admin.dispose()
    address = mariadb_url.replace("//root@", f"//{name[-20:]}@")
    path = keep_password(tmp_path / "keys")
    create(written(tmp_path, f'database = "{address}"').database_url, now=START)
    path.write_text(f"{SECRET}-no\n", "utf-8")
    with pytest.raises(Unreachable, match="password") as told:
        version_at(written(tmp_path, f'database = "{address}"').database_url)
    assert SECRET not in "".join(traceback.format_exception(told.value))
