"""The page of the work: what waits and what was not done, and imports are cancelled."""

import json
from datetime import timedelta
from pathlib import Path

from knowledge_base.collections import add_collection
from knowledge_base.exchange.later import import_later
from knowledge_base.exchange.shape import Told
from knowledge_base.jobs import all_jobs
from knowledge_base.rights import Role
from knowledge_base.work import work
from tests.review_app.houses import OTHER, OWN, add_houses, add_person
from tests.review_app.table import WIKI, Table


def left(table: Table, folder: Path, institution: str | None = None) -> Path:
    """An import of one row that was left to the worker, of everybody or of a house."""
    by, slug = table.actors["ilse"], f"c{table.now:%H%M}"
    content = {"title": ("Invented things",)}
    collection = add_collection(
        table.store,
        slug,
        content,
        by=by,
        now=table.later(),
        institution=institution,
        towards=(),
    )
    file = folder / "rows.jsonl"
    file.write_text(json.dumps({"identifier": "1", "title": "A boat"}), "utf-8")
    import_later(
        table.store,
        file,
        collection=collection,
        kind="item",
        mapping="auto",
        towards=(WIKI,),
        told=Told(),
        by=by,
        now=table.later(),
    )
    return file


def worked(table: Table) -> None:
    for _ in work(table.store, worker="one", clock=lambda: table.now):
        pass


def test_what_waits_is_shown_and_what_is_done(table: Table, tmp_path: Path) -> None:
    left(table, tmp_path)
    odo = table.person("odo")
    before = odo.reads("/work").text
    assert "No worker has been here" in before
    assert "asked for by" in before
    assert "waits" in before
    worked(table)
    after = odo.reads("/work").text
    assert "No worker has been here" not in after
    assert "one row" in after
    assert "waits" not in after.split("What the clock asks for")[0].split("Import")[-1]
    table.now += timedelta(minutes=30)
    assert "No worker has been here" in odo.reads("/work").text


def test_an_import_is_cancelled_from_the_page(table: Table, tmp_path: Path) -> None:
    left(table, tmp_path)
    odo = table.person("odo")
    answer = odo.sends(odo.reads("/work"), "/work/cancel")
    assert answer.location.endswith("said=work-cancelled")
    assert "cancelled" in odo.reads("/work").text
    worked(table)
    with table.store.reading() as db:
        (job,) = [one for one in all_jobs(db) if one.owner]
    assert (job.state, job.done) == ("cancelled", 0)


def test_why_an_import_was_refused_is_read_there(table: Table, tmp_path: Path) -> None:
    left(table, tmp_path).unlink()
    worked(table)
    page = table.person("ilse").reads("/work")
    assert "refused" in page.text
    assert "rows.jsonl" in page.text


def test_another_houses_import_is_not_there(table: Table, tmp_path: Path) -> None:
    houses = add_houses(table)
    add_person(table, "olga", Role.ARCHIVIST, houses[OTHER])
    left(table, tmp_path, houses[OWN])
    hers, not_hers = table.person("ada"), table.person("olga")
    form = hers.reads("/work").form("/work/cancel")
    assert "None." in not_hers.reads("/work").text
    token = not_hers.reads("/account").form("/sign-out").fields
    refused = not_hers.client.post("/work/cancel", data=form.fields | token)
    assert refused.status_code == 404
