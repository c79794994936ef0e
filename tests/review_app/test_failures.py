"""A log never holds a way in, a record, or what an error quotes of one."""

import io
import logging
from collections.abc import Iterator

import pytest
from gunicorn.config import Config  # type: ignore[import-untyped] # no hints

from knowledge_base.accounts import add_account
from knowledge_base.projection import AlreadyKnown
from knowledge_base.steps import SOFTWARE
from knowledge_base.store import Store, create
from policies.rulebook import Rulebook
from review_app import auth, failures, record, reports
from review_app.serving import ServerLog
from tests.review_app.table import START, Table

CANARY = "Qwertling"


@pytest.fixture
def written(table: Table) -> Iterator[io.StringIO]:
    """What the app writes into its log."""
    into = io.StringIO()
    handler = logging.StreamHandler(into)
    table.app.logger.addHandler(handler)
    table.app.config["PROPAGATE_EXCEPTIONS"] = False
    table.app.testing = False
    yield into
    table.app.logger.removeHandler(handler)


def breaks_with_content(*_given: object, **_named: object) -> None:
    """An error as a database or a parser raises it, quoting what it choked on."""
    try:
        raise KeyError(CANARY)
    except KeyError as error:
        raise ValueError(f"cannot read {CANARY!r}") from error


def test_a_failure_is_told_by_its_view_and_kind_alone(
    table: Table, written: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    secret, code = table.link_for("ilse"), CANARY * 3
    visitor, tamsel = table.newcomer(), table.person("tamsel")
    link = visitor.reads(f"/link/{secret}")
    monkeypatch.setattr(reports, "follow", breaks_with_content)
    monkeypatch.setattr(record, "open_desk", breaks_with_content)
    monkeypatch.setattr(auth, "use_link", breaks_with_content)

    answers = (
        visitor.opens(f"/receipt/{code}"),
        tamsel.opens(f"/desk/{CANARY}"),
        visitor.sends(link, "/link"),
    )

    told = written.getvalue()
    assert {answer.status_code for answer in answers} == {500}
    for view in ("GET reports.receipt", "GET record.page", "POST auth.use"):
        assert f"{view} failed: builtins.KeyError" in told
    assert "then builtins.ValueError" in told
    assert "test_failures.py" in told
    assert CANARY not in told
    assert secret not in told


def test_what_a_database_refuses_is_not_quoted(any_database_url: str) -> None:
    create(any_database_url, now=START)
    store = Store.open(
        any_database_url, rulebook=Rulebook.shipped(), destinations=(), keys=None
    )
    add_account(store, CANARY, (), by=SOFTWARE, now=START)

    with pytest.raises(AlreadyKnown) as refused:  # PostgreSQL quotes the name itself
        add_account(store, CANARY, (), by=SOFTWARE, now=START)
    store.close()

    told = failures.told(refused.value)
    assert "IntegrityError" in told
    assert CANARY not in told


def test_the_server_says_neither_who_asked_nor_for_what(
    capsys: pytest.CaptureFixture[str],
) -> None:
    log = ServerLog(Config())
    log.warning(f"Invalid request from ip=192.0.2.7: GET /link/{CANARY}")
    try:
        breaks_with_content()
    except ValueError:
        log.exception("Error handling request %s", f"/link/{CANARY}")
    log.warning("The workers are tired.")

    told = capsys.readouterr().err
    assert "Invalid request" in told
    assert "Error handling request: builtins.KeyError" in told
    assert "The workers are tired." in told
    assert CANARY not in told
    assert "192.0.2.7" not in told
