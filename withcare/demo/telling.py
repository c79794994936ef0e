"""Tells the demo from beginning to end, and ends with what a newcomer wants to know."""

import contextlib
import time
from collections.abc import Callable
from pathlib import Path

from wikibot.onwiki import pages
from withcare.demo import checks, folder, proof, story
from withcare.demo.cast import read_cast
from withcare.demo.house import House, clear, free_port, review_table, write_settings
from withcare.demo.story import Story
from withcare.sandbox import RunningSandbox, Sandbox, SandboxUnavailable

Tell = Callable[[str], None]


def tell_it(home: Path, *, once: bool, tell: Tell) -> None:
    """Runs the whole demo in this folder; raises `DemoFailed` where it did not hold.

    With `once` it looks at the wiki as an anonymous reader, stops its servers and
    returns; otherwise it stays until it is interrupted.
    """
    begun = time.monotonic()
    clear(home)
    wiki = _wiki(home, tell)
    house = House(home, wiki, f"http://127.0.0.1:{free_port()}/")
    try:
        write_settings(house)
        told = Story(house, read_cast(), tell)
        story.set_the_table(told)
        with review_table(house):
            _review(told)
            _share(told)
            _sum_up(told, round(time.monotonic() - begun), tell)
            if not once:
                _stay(told, tell)
    finally:
        if wiki is not None:
            wiki.stop()


def _wiki(home: Path, tell: Tell) -> RunningSandbox | None:
    try:
        tell("Starting a MediaWiki of our own …")
        return Sandbox.start(
            home / "sandbox", pages=[(one.title, one.text) for one in pages()]
        )
    except SandboxUnavailable as missing:
        tell(
            f"There is no MediaWiki here, so pages become files in a folder: {missing}"
        )
        return None


def _review(told: Story) -> None:
    story.open_the_places(told)
    story.nobody_else(told)
    story.ask_first(told)
    story.name_those_concerned(told)
    story.put_labels(told)
    story.turn_season(told, opens=True)
    story.answer(told, in_season=False)
    story.answer(told, in_season=True)
    story.flag(told)


def _share(told: Story) -> None:
    if told.house.wiki is None:
        written = folder.write_pages(told.house)
        told.figures["pages written to the folder"] = written
        return
    story.publish(told, "The bot publishes what was agreed to …")
    checks.everything_agreed_is_there(told)
    story.edit_by_hand(told)
    story.turn_season(told, opens=False)
    taken = story.withdraw(told)
    story.publish(told, "The bot looks, closes the season, and takes it back …")
    checks.nothing_held_is_there(told)
    checks.people_kept_their_words(told)
    checks.a_change_of_ours_is_asked_about(told)
    for title, text in taken:
        checks.it_is_gone(told, title, text)
    checks.the_season_is_closed(told)
    told.edits = proof.count_edits(told.wiki)
    story.publish(told, "The bot runs once more, and finds nothing to do …")
    checks.nothing_more_was_written(told)


def _sum_up(told: Story, seconds: int, tell: Tell) -> None:
    figures = told.figures
    lines = [
        "",
        "What happened",
        f"  {figures['ima received']} museum records (Indianapolis Museum of Art at "
        "Newfields, CC BY 3.0) and",
        f"  {figures['zephrindle-things received']} records of an invented people "
        "were taken in; nothing was shown.",
        f"  {figures['works approved']} works by named makers were read and approved, "
        f"and {figures['collections approved']} collections and "
        f"{figures['of the event approved']} records of an event.",
        f"  {figures['asked about and held']} that may concern a people are asked "
        "about and held: nobody here answers for them.",
        f"  The invented people said yes {figures['approve']} times, "
        f"{figures['own-words']} times with their own words,",
        f"  no {figures['refuse']} times, not now {figures['not-now']} times, "
        f"and flagged {figures['flagged']} records.",
    ]
    lines += [f"  {line}" for line in told.proved]
    lines += ["", f"It took {seconds} seconds.", *_addresses(told), ""]
    for line in lines:
        tell(line)


def _addresses(told: Story) -> list[str]:
    house = told.house
    found = [f"The review table: {house.table}"]
    if house.wiki is not None:
        found.append(f"The wiki:         {house.wiki.address}/")
    else:
        found.append(f"The page files:   {house.home / 'pages'}")
    return found


def _stay(told: Story, tell: Tell) -> None:
    """Leaves everything open, with a way in as each of the demo's people."""
    tell("Everything stays open until you press Ctrl-C. Each link signs in once, as:")
    for key, link in story.fresh_links(told).items():
        tell(f"  {told.cast.accounts[key]['display']}: {link}")
    with contextlib.suppress(KeyboardInterrupt):
        while True:
            time.sleep(3600)
    tell("Stopped; nothing was left running.")
