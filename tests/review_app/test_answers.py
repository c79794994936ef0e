"""A person's answers, given in forms as she finds them, stand in the store."""

from knowledge_base.journeys import State
from tests.review_app.table import Table


def test_an_archivist_says_yes_where_nobody_else_is_concerned(table: Table) -> None:
    record = table.item()
    ilse = table.person("ilse")

    said = ilse.answers(record, "concern", concern="nobody", reason="one-named-maker")
    done = ilse.answers(record, "approve", reason="read-and-found-in-order")

    assert said.status_code == done.status_code == 303
    assert table.state(record) is State.APPROVED


def test_a_steward_says_yes_and_is_asked_for_no_reason(table: Table) -> None:
    record = table.invented("INV.02", "zephrindle")
    tamsel = table.person("tamsel")
    page = tamsel.reads(f"/desk/{record}")

    done = tamsel.sends(page, f"/{record}/approve")

    assert "reason" not in page.form("/approve").fields
    assert done.location.endswith("said=approve-done")
    assert table.state(record) is State.APPROVED
