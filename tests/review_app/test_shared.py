"""The list of what is shared, as anyone reads it."""

from tests.review_app.table import Table

CANARY = "Qwertling"


def shared(table: Table, title: str) -> str:
    """A record of which an archivist said that it concerns nobody, and yes."""
    record = table.item(title=title)
    table.concerns_nobody(record)
    table.person("ilse").answers(record, "approve", reason="public-already")
    return record


def test_what_is_shared_is_listed_counted_and_found(table: Table) -> None:
    visitor = table.person("visitor")
    assert "Nothing is shared here" in visitor.opens("/records").text
    record = shared(table, "Kettle of tin (invented)")
    table.item(title=f"{CANARY} of tin")
    listed = visitor.opens("/records").text
    assert f"/r/{record}" in listed
    assert "One record is shared here" in listed
    assert CANARY not in listed
    assert f"/r/{record}" in visitor.opens("/records?q=KETTLE+tin").text
    for missing in ("/records?q=tinned", f"/records?q={CANARY}"):
        assert "Nothing that is shared has these words" in visitor.opens(missing).text


def test_it_goes_on_page_by_page(table: Table) -> None:
    titles = [f"Kettle {number:02} (invented)" for number in range(27)]
    for title in titles:
        shared(table, title)
    visitor = table.person("visitor")
    first = visitor.opens("/records?q=kettle").text
    [more] = {line for line in first.split('"') if line.startswith("/records?after=")}
    second = visitor.opens(more.replace("&amp;", "&")).text
    assert [title in first for title in titles] == [True] * 25 + [False] * 2
    assert [title in second for title in titles] == [False] * 25 + [True] * 2


def test_what_was_taken_back_is_gone_at_once(table: Table) -> None:
    record = shared(table, "Kettle of tin (invented)")
    table.person("ilse").answers(record, "withdraw", reason="mistake")
    visitor = table.person("visitor")
    for path in ("/records", "/records?q=kettle"):
        assert record not in visitor.opens(path).text


def test_a_wish_that_nobody_can_have_is_answered_plainly(table: Table) -> None:
    visitor = table.person("visitor")
    for path in ("/records?place=nowhere", "/records?collection=0", "/records?q=%22*"):
        assert visitor.opens(path).status_code == 200
    assert visitor.opens("/records?after=%00").status_code == 400
