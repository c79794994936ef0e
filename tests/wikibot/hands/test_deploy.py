"""Our templates go on a wiki whole, and nobody's change to them is overwritten."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import msgspec
import pytest

from tests.wikibot.hands.bench import Bench
from wikibot.hands.deploy import deploy, wanted
from wikibot.hands.doors import SettingsDoors
from wikibot.hands.errand import Tally
from wikibot.hands.mediawiki import MediaWiki
from wikibot.hands.outcomes import EditOutcome
from wikibot.hands.wiki import Edit

pytest_plugins = ["tests.wiki_fixtures"]

ROOT = Path(__file__).parents[3]
TEMPLATE = "Template:Withcare item"
OTHER = "Template:Withcare collection"

# A deployment of its own process that kills itself, as a power cut would, before or
# after the n-th edit: after it the wiki has the page, and our ledger does not know.
KILLED = """
import os, signal, sys
from tests.wikibot.hands.dying import opened
from wikibot.hands.mediawiki import MediaWiki
from withcare.commands.bot import _deploy_to

settings, store = opened(sys.argv[1], sys.argv[2])
moment = int(sys.argv[3])
passed = 0

def die():
    global passed
    passed += 1
    if passed == moment:
        os.kill(os.getpid(), signal.SIGKILL)

def mortal_edit(self, edit, whole=MediaWiki.edit):
    die()
    outcome = whole(self, edit)
    die()
    return outcome

MediaWiki.edit = mortal_edit
_deploy_to(store, settings, settings.destinations[0], False)
"""


def deployed(bench: Bench, *, rehearses: bool = False) -> tuple[Tally, list[str]]:
    doors = SettingsDoors(bench.settings, bench.place.id)
    errand = bench.errand(rehearses=rehearses)
    wiki: MediaWiki = doors.deploy()
    said = list(deploy(errand, wiki, doors.ledger()))
    wiki.close()
    return errand.tally, said


def remove(bench: Bench, title: str) -> None:
    bench.wiki.visitor("admin").post(action="delete", title=title, reason="a test")


def test_what_is_missing_is_made_and_again_changes_nothing(bench: Bench) -> None:
    remove(bench, TEMPLATE)

    first, _ = deployed(bench)
    second, said = deployed(bench)

    assert first.saved == 1
    assert (second.saved, said) == (0, [])
    assert "templatedata" in bench.text_at(TEMPLATE)


def test_a_change_of_peoples_is_reported_and_stays(bench: Bench) -> None:
    deployed(bench)
    changed = bench.text_at(TEMPLATE) + "\nOur own line."
    bench.wiki.visitor("human").edit(TEMPLATE, changed)

    tally, _ = deployed(bench)

    assert tally.people == [("*", f"drift: {TEMPLATE}")]
    assert bench.text_at(TEMPLATE) == changed


def test_a_rehearsal_shows_the_difference_and_writes_nothing(bench: Bench) -> None:
    remove(bench, TEMPLATE)

    tally, said = deployed(bench, rehearses=True)

    assert tally.saved == 0
    assert f"+++ {TEMPLATE}" in said
    assert deployed(bench)[0].saved == 1


def test_the_stop_page_is_that_of_the_account(bench: Bench) -> None:
    bench.changed(stop_page="Project:Stop our bot")

    titles = {page.title for page in wanted(bench.errand())}

    assert "Project:Stop our bot" in titles
    assert "User:WithcareBot/Stop" not in titles


def test_a_deployment_that_is_killed_knows_what_it_made(bench: Bench) -> None:
    remove(bench, TEMPLATE)
    doors = SettingsDoors(bench.settings, bench.place.id)
    wiki: MediaWiki = doors.deploy()
    saved = 0

    class Dying(MediaWiki):
        def edit(self, edit: Edit) -> EditOutcome:
            nonlocal saved
            if saved:
                raise KeyboardInterrupt
            saved += 1
            return super().edit(edit)

    remove(bench, OTHER)
    with pytest.raises(KeyboardInterrupt):
        list(deploy(bench.errand(), Dying(wiki._account), doors.ledger()))
    wiki.close()

    known = json.loads(doors.ledger().read_text())

    assert known.keys() & {TEMPLATE, OTHER}
    assert deployed(bench)[0].people == []


@pytest.mark.parametrize("moment", range(1, 5))
def test_a_deployment_that_is_killed_is_finished_by_the_next(
    bench: Bench, sqlite_url: str, moment: int
) -> None:
    for title in (TEMPLATE, OTHER):
        remove(bench, title)
    settings = msgspec.json.encode(bench.settings, enc_hook=str).decode()
    died = subprocess.run(
        [sys.executable, "-c", KILLED, sqlite_url, settings, str(moment)],
        cwd=ROOT,
        check=False,
        stdin=subprocess.DEVNULL,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
    )
    assert died.returncode == -signal.SIGKILL

    tally, _ = deployed(bench)
    again, said = deployed(bench)

    assert (tally.people, tally.trouble) == ([], [])
    assert (again.saved, again.people, said) == (0, [], [])
    assert [revisions(bench, title) for title in (TEMPLATE, OTHER)] == [1, 1]


def revisions(bench: Bench, title: str) -> int:
    reply = bench.wiki.visitor().get(
        action="query", titles=title, prop="revisions", rvprop="ids", rvlimit=50
    )
    return len(reply["query"]["pages"][0]["revisions"])
