"""A community gives its season days at its own page, and nobody else does."""

from knowledge_base.communities import name_season
from tests.review_app.table import Table


def season_of(table: Table) -> tuple[str, str]:
    """(the community, its season)"""
    community = table.communities["zephrindle"]
    by, now = table.actors["tamsel"], table.later()
    name = "first snow (invented)"
    return community, name_season(table.store, community, name, by=by, now=now)


def test_a_steward_gives_a_season_days_and_takes_them(table: Table) -> None:
    community, _ = season_of(table)
    tamsel, page = table.person("tamsel"), f"/communities/{community}"
    days = {"opens": "01-10", "closes": "09-01", "zone": "Pacific/Auckland"}
    said = tamsel.sends(tamsel.reads(page), "/season-days", **days)
    assert said.location.endswith("said=season-dated")
    found = tamsel.reads(page)
    assert "Open from" in found.text
    form = found.form("/season-days")
    assert {form.fields[one] for one in days} == set(days.values())
    taken = tamsel.sends(found, "/season-days", opens="", closes="")
    assert taken.location.endswith("said=season-undated")
    assert "Open from" not in tamsel.reads(page).text


def test_what_is_no_days_is_told_and_what_was_typed_is_kept(table: Table) -> None:
    community, _ = season_of(table)
    tamsel, page = table.person("tamsel"), f"/communities/{community}"
    for typed, told in (
        ({"opens": "13-40", "closes": "01-02"}, "These are no days of a season"),
        ({"opens": "01-10", "closes": "05-01", "zone": "Here"}, "No such time zone"),
    ):
        answer = tamsel.sends(tamsel.reads(page), "/season-days", **typed)
        assert answer.status_code == 422
        assert told in answer.text
        assert all(f'value="{one}"' in answer.text for one in typed.values())


def test_nobody_else_gives_a_season_days(table: Table) -> None:
    community, season = season_of(table)
    path = f"/communities/{community}/season-days"
    for who in ("brindle", "mirabet", "ilse", "odo"):
        person = table.person(who)
        form = person.reads("/account").form("/sign-out")
        sent = {**form.fields, "season": season, "opens": "01-01", "closes": "09-01"}
        answer = person.client.post(path, data=sent)
        assert answer.status_code in (403, 404)
