"""The pages that are looked at and measured, with something on each; all invented."""

from dataclasses import dataclass

from knowledge_base.communities import name_season, turn_season
from knowledge_base.jobs import ask_for, set_out
from knowledge_base.word_lists import give_list
from knowledge_base.work import KINDS
from tests.review_app.table import Table


@dataclass(frozen=True)
class Scene:
    """A page under a name, and who looks at it."""

    name: str
    path: str
    who: str
    opened: bool = False
    press: str = ""  # the form to send on that page, as a CSS selector
    filled: tuple[tuple[str, str], ...] = ()  # (selector, what is written there)


def lay_out(table: Table) -> tuple[Scene, ...]:
    """Fills the table with invented records and returns the pages to look at."""
    listed = _list(table)
    found = [f"INV.{number:02}" for number in range(1, 13)]
    records = [table.invented(one, "zephrindle") for one in found]
    for number in (19, 20, 22, 23):
        table.invented(f"INV.{number}")
    open_one = table.item(title="Kettle with a new handle (invented)")
    table.concerns_nobody(open_one)
    _season(table)
    _coming(table)
    _work(table)
    tamsel = table.person("tamsel")
    _answers(table, records)
    tamsel.answers(
        records[9], "flag", field="description", against="hint-place-given", note="Ask."
    )
    report = tamsel.sends(tamsel.reads("/report"), "/report", page="Somewhere")
    zephrindle = table.communities["zephrindle"]
    ilse, steward = (table.actors[one].account for one in ("ilse", "tamsel"))
    asking = f"/communities/{zephrindle}/suspend?steward={steward}"
    return (
        Scene("welcome", "/", "visitor"),
        Scene("welcome-signed-in", "/", "tamsel"),
        Scene("sign-in", "/sign-in", "visitor"),
        Scene("link", "/link/some-secret", "visitor"),
        Scene("join", "/join", "visitor"),
        Scene("enter", "/join/enter", "visitor"),
        Scene("report", "/report", "visitor"),
        Scene("receipt", report.location, "visitor"),
        Scene("cover", "/r/nothing", "visitor"),
        Scene("record-public", f"/r/{records[0]}", "visitor"),
        Scene("records", "/records", "visitor"),
        Scene("records-found", "/records?q=invented", "tamsel"),
        Scene("records-none", "/records?q=nothingofthiskind", "visitor"),
        Scene("queue-archivist", "/queue", "ilse"),
        Scene("queue-steward", "/queue", "tamsel"),
        Scene("answered", "/queue/answered", "tamsel"),
        Scene("desk-search", "/search", "ilse"),
        Scene(
            "desk-search-none",
            "/queue",
            "tamsel",
            press="form[action='/search'] button",
            filled=(("#words", "nothingofthiskind"),),
        ),
        Scene("coming", "/coming?days=366", "tamsel"),
        Scene("record-archivist", f"/desk/{open_one}", "ilse"),
        Scene("record-steward", f"/desk/{records[3]}", "tamsel"),
        Scene("record-flagged", f"/desk/{records[9]}", "tamsel"),
        Scene("record-opened", f"/desk/{records[4]}", "tamsel", opened=True),
        Scene("record-opened-archivist", f"/desk/{open_one}", "ilse", opened=True),
        Scene(
            "words-tried",
            f"/desk/{records[4]}",
            "tamsel",
            opened=True,
            press="form[action$='/words'] button",
            filled=(
                ("#words-words", "The basket for two roads (invented)"),
                ("#words-signed", "Tamsel Orwindle (invented)"),
                ("#words-language", "en"),
            ),
        ),
        Scene("record-yes", f"/desk/{records[0]}?said=approve-done", "tamsel"),
        Scene("record-no", f"/desk/{records[1]}?said=refuse-done", "tamsel"),
        Scene("account", "/account", "tamsel"),
        Scene(
            "account-link", "/account", "tamsel", press="form[action$='/link'] button"
        ),
        Scene("half", "/join", "visitor", press="main form button"),
        Scene("communities", "/communities", "ilse"),
        Scene("community-steward", f"/communities/{zephrindle}", "tamsel"),
        Scene("word-list", f"/communities/{zephrindle}/words", "tamsel"),
        Scene(
            "word-list-faults",
            f"/communities/{zephrindle}/words",
            "tamsel",
            press="main form button",
            filled=(("#list-words", "winter lantern\nx\n\nWinter Lantern"),),
        ),
        Scene("record-listed", f"/desk/{listed}", "tamsel"),
        Scene("community-institution", f"/communities/{zephrindle}", "otto"),
        Scene("accounts", "/accounts", "odo"),
        Scene("work", "/work", "odo"),
        Scene("account-one", f"/accounts/{ilse}", "odo"),
        Scene("account-suspend", f"/accounts/{ilse}/suspend", "odo"),
        Scene("account-reset", f"/accounts/{ilse}/reset", "odo"),
        Scene("steward-suspend", asking, "odo"),
        Scene("not-yours", "/accounts", "ilse"),
    )


def _list(table: Table) -> str:
    """A private list, and a record that asks because of it."""
    by, zephrindle = table.actors["tamsel"], table.communities["zephrindle"]
    words = ("winter lantern", "冬灯", "فانوس الشتاء")
    give_list(table.store, zephrindle, words, replaces=0, by=by, now=table.later())
    return table.item(title="A winter lantern (invented)")


def _season(table: Table) -> None:
    by, zephrindle = table.actors["tamsel"], table.communities["zephrindle"]
    season = name_season(
        table.store, zephrindle, "first snow (invented)", by=by, now=table.later()
    )
    turn_season(table.store, zephrindle, season, is_open=True, by=by, now=table.later())


def _coming(table: Table) -> None:
    """A yes that ends, and what a line to keep is made with."""
    settings = table.settings
    table.store.markers = settings.marker_book()
    record = table.item("zephrindle", title="Lantern for a winter (invented)")
    table.person("tamsel").answers(
        record, "approve", informed="yes", until="2026-09-01"
    )


def _work(table: Table) -> None:
    """What the clock asks for, and an import that waits."""
    now, owner = table.later(), table.actors["odo"].account or ""
    set_out(table.store, KINDS, now=now)
    asked = {"collection": "", "asked_at": now.isoformat()}
    ask_for(table.store, "import", asked, owner=owner, now=now)


def _answers(table: Table, records: list[str]) -> None:
    tamsel = table.person("tamsel")
    tamsel.answers(
        records[0],
        "label",
        label="tk/attribution",
        text="Please name the builder (invented).",
        attribution="Built by Dobbin Orwindle (invented)",
    )
    tamsel.answers(records[0], "approve")
    tamsel.answers(records[1], "refuse")
    tamsel.answers(records[2], "not-now")
