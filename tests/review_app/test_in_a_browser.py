"""The pages in a real Chromium: for everybody to use, at any width, in the dark."""

import hashlib
import json
import os
import re
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, Request

from tests.review_app.browsing import CHROMIUM, HEIGHTS, chromium, looking, served
from tests.review_app.pictures import PICTURES, reach
from tests.review_app.scenes import Scene, lay_out
from tests.review_app.table import Table, lay_table

pytestmark = pytest.mark.browser
VENDOR = Path(__file__).parents[1] / "vendor"
AXE = VENDOR / "axe-core" / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# All else that axe found out stays in the browser: bringing it here took longer.
FOUND = "all => all.violations.flatMap(one => one.nodes.map(at => [one.id, at.html]))"
HIT = "button, select, summary, nav a, textarea, input:not([type]), input[type=date]"
NAMES = [
    "welcome",
    "welcome-signed-in",
    "sign-in",
    "link",
    "join",
    "enter",
    "report",
    "receipt",
    "cover",
    "record-public",
    "records",
    "records-found",
    "records-none",
    "queue-archivist",
    "queue-steward",
    "answered",
    "coming",
    "desk-search",
    "desk-search-none",
    "record-archivist",
    "record-steward",
    "record-flagged",
    "record-opened",
    "record-opened-archivist",
    "words-tried",
    "record-yes",
    "record-no",
    "account",
    "account-link",
    "half",
    "communities",
    "community-steward",
    "word-list",
    "word-list-faults",
    "record-listed",
    "community-institution",
    "accounts",
    "work",
    "account-one",
    "account-suspend",
    "account-reset",
    "steward-suspend",
    "not-yours",
]
SIGHTS: list[tuple[Literal["light", "dark"], int]] = [
    ("light", 360),
    ("light", 1280),
    ("dark", 360),
    ("dark", 1280),
]
# Each light in each width with one of the two directions: what a language changes, it
# changes in all of them alike.
CROSSED = {
    "en": (("light", 360), ("dark", 1280)),
    "ar": (("dark", 360), ("light", 1280)),
}


class Served:
    """The table, served, with the scenes laid out and a browser open.

    Each person has one window for each language, and goes in it from page to page: to
    open one and to sign in takes longer than most of what is looked at.
    """

    def __init__(self, table: Table, address: str, browser: Browser) -> None:
        self.table, self.address, self.browser = table, address, browser
        self.scenes = {scene.name: scene for scene in lay_out(table)}
        self._windows: dict[tuple[str, str], Page] = {}
        self._held = ExitStack()

    def close(self) -> None:
        self._held.close()

    @contextmanager
    def window(self, who: str, look: tuple[str, str, int]) -> Iterator[Page]:
        """Hers, as wide and as light as that; where something went wrong it is left."""
        language, scheme, width = look
        page = self._windows.pop((who, language), None) or self._open(who, look)
        page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
        page.set_viewport_size({"width": width, "height": HEIGHTS[width]})
        yield page
        self._windows[who, language] = page

    def _open(self, who: str, look: tuple[str, str, int]) -> Page:
        language, scheme, width = look
        opened = looking(
            self.browser,
            self.table,
            self.address,
            who=who,
            language=language,
            scheme=scheme,
            width=width,
        )
        return self._held.enter_context(opened).new_page()


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    if not CHROMIUM.exists():
        if os.environ.get("CI"):
            pytest.fail("Chromium is not installed.")
        pytest.skip("Chromium is not installed: the pages are not looked at.")
    table = lay_table(tmp_path_factory.mktemp("table"))
    with served(table) as address, chromium() as browser:
        site = Served(table, address, browser)
        yield site
        site.close()
    table.store.close()


@pytest.fixture(scope="module")
def axe() -> str:
    source = AXE.read_text("utf-8")
    expected = re.search(r"`([0-9a-f]{64})`", (VENDOR / "README.md").read_text())
    assert expected is not None
    assert hashlib.sha256(source.encode()).hexdigest() == expected[1]
    return source


def test_every_scene_is_looked_at(table: Table) -> None:
    assert {scene.name for scene in lay_out(table)} == set(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_a_page_can_be_used_by_everybody(site: Served, axe: str, name: str) -> None:
    found = []
    for language, crossed in CROSSED.items():
        for page in pages(site, site.scenes[name], (language, *SIGHTS[0])):
            open_everything(page)
            # No page has a script of its own: it is the same one in another window.
            for scheme, width in SIGHTS:
                page.emulate_media(color_scheme=scheme)
                page.set_viewport_size({"width": width, "height": HEIGHTS[width]})
                look = (language, scheme, width)
                if (scheme, width) in crossed:
                    found += [(*look, *one) for one in violations(page, axe)]
                if is_wider_than_its_window(page):
                    found.append((*look, "scrolls sideways", ""))

    assert found == []


@pytest.mark.parametrize(("language", "side"), [("en", "left"), ("ar", "right")])
def test_a_note_in_another_script_stands_where_the_page_begins(
    site: Served, language: str, side: str
) -> None:
    scene = site.scenes["record-flagged"]

    for page in pages(site, scene, (language, "light", 1280)):
        note = page.locator("blockquote p[dir=auto]").first
        aligned = note.evaluate("one => getComputedStyle(one).textAlign")
        edge = note.locator("..").evaluate(
            f"one => getComputedStyle(one).border{side.title()}Width"
        )

        assert (aligned, edge) == (side, "3px")


def pages(site: Served, scene: Scene, look: tuple[str, str, int]) -> Iterator[Page]:
    """The scene; on its way no page calls another host or breaks its own policy."""
    asked: list[str] = []
    said: list[str] = []

    def hear_request(one: Request) -> None:
        asked.append(one.url)

    def hear_console(one: ConsoleMessage) -> None:
        said.append(one.text)

    with site.window(scene.who, look) as page:
        page.on("request", hear_request)
        page.on("console", hear_console)
        reach(page, site.address, scene)
        page.remove_listener("request", hear_request)
        page.remove_listener("console", hear_console)
        assert asked
        assert all(one.startswith(site.address) for one in asked), asked
        assert [one for one in said if "Content Security Policy" in one] == []
        yield page


def open_everything(page: Page) -> None:
    page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")


def violations(page: Page, axe: str) -> list[tuple[str, str]]:
    """(rule, where) of everything that axe objects to."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(axe)
    options = json.dumps({"runOnly": RULES, "resultTypes": ["violations"]})
    answer = page.evaluate(f"axe.run(document, {options}).then({FOUND})")
    return [(rule, html[:200]) for rule, html in answer]


def is_wider_than_its_window(page: Page) -> bool:
    wider: bool = page.evaluate(
        "document.documentElement.scrollWidth > document.documentElement.clientWidth"
    )
    return wider


def test_the_first_key_leads_to_the_content(site: Served) -> None:
    for page in pages(site, site.scenes["queue-steward"], ("en", "light", 1280)):
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.className") == "skip"
        page.keyboard.press("Enter")
        page.wait_for_function("document.activeElement.id === 'main'")


def test_what_a_hand_has_to_hit_is_large_enough(site: Served) -> None:
    small = f"""[...document.querySelectorAll({json.dumps(HIT)})]
      .filter(e => e.getBoundingClientRect().height < 44 && e.offsetParent)
      .map(e => e.outerHTML.slice(0, 80))"""
    for name in ("queue-archivist", "record-steward", "report", "account"):
        for page in pages(site, site.scenes[name], ("en", "light", 360)):
            open_everything(page)
            assert page.evaluate(small) == []


def test_a_person_answers_with_the_keyboard_and_without_scripts(site: Served) -> None:
    record = site.table.invented("INV.24", "zephrindle")
    cookie = site.table.person("tamsel").client.get_cookie("withcare")
    assert cookie is not None
    window = site.browser.new_context(java_script_enabled=False, locale="en")
    window.add_cookies(
        [{"name": "withcare", "value": cookie.value, "url": site.address}]
    )
    page = window.new_page()
    page.goto(f"{site.address}/desk/{record}")

    page.locator("#approve button").focus()
    page.keyboard.press("Enter")

    page.wait_for_url("**said=approve-done")
    assert page.get_by_role("status").inner_text().startswith("Thank you.")
    window.close()


def test_what_went_wrong_is_said_where_everybody_finds_it(
    site: Served, axe: str
) -> None:
    record = site.table.invented("INV.25", "zephrindle")
    scene = Scene("wrong", f"/desk/{record}", "tamsel")
    for page in pages(site, scene, ("en", "light", 360)):
        open_everything(page)
        page.fill("#words-words", " ")
        page.select_option("#words-language", "en")
        page.fill("#words-signed", "Tamsel")
        page.get_by_role("button", name="See how it would look").click()

        link = page.get_by_role("alert").get_by_role("link")
        assert link.get_attribute("href") == "#words-words"
        assert page.input_value("#words-signed") == "Tamsel"
        assert violations(page, axe) == []
        link.click()
        page.wait_for_function("document.activeElement.id === 'words-words'")
        PICTURES.mkdir(parents=True, exist_ok=True)
        page.screenshot(path=str(PICTURES / "wrong-en-light-360.png"), full_page=True)


def test_a_yes_that_is_behind_says_so_to_everybody(site: Served, axe: str) -> None:
    record = site.table.invented("INV.26", "zephrindle")
    scene = Scene("stale", f"/desk/{record}", "tamsel")
    for page in pages(site, scene, ("en", "light", 1280)):
        site.table.person("tamsel").answers(record, "not-now")
        open_everything(page)
        page.fill("#approve-until", "2031-05-01")
        page.locator("#approve button").click()

        assert "moved on" in page.get_by_role("alert").inner_text()
        assert page.input_value("#approve-until") == "2031-05-01"
        assert violations(page, axe) == []
        PICTURES.mkdir(parents=True, exist_ok=True)
        page.screenshot(path=str(PICTURES / "stale-en-light-1280.png"), full_page=True)


@pytest.mark.parametrize("language", ["en", "ar", "zh"])
@pytest.mark.parametrize("width", [360, 1280])
def test_what_would_be_saved_is_open_and_no_name_in_it_is_cut(
    site: Served, language: str, width: int
) -> None:
    cut = """[...document.querySelectorAll('.unit-table tbody th')]
      .filter(one => one.getBoundingClientRect().width < 180
                     || one.querySelector('code').getClientRects().length > 1)
      .map(one => one.innerText)"""
    scene = site.scenes["record-steward"]
    for page in pages(site, scene, (language, "light", width)):
        assert page.locator(".unit-table").is_visible()
        assert page.evaluate(cut) == []


@pytest.mark.parametrize("who", ["steward", "archivist"])
@pytest.mark.parametrize("width", [360, 1280])
def test_yes_no_and_not_now_stand_together_with_one_weight(
    site: Served, who: str, width: int
) -> None:
    measure = """[...document.querySelectorAll('.three > form')].map(one => {
      const box = one.getBoundingClientRect(), button = one.querySelector('button');
      const look = getComputedStyle(button);
      return [Math.round(box.width), look.backgroundColor, look.fontSize,
              Math.round(button.getBoundingClientRect().width)].join(' ')})"""
    scene = site.scenes[f"record-{who}"]
    for page in pages(site, scene, ("en", "light", width)):
        page.locator(".to-answers a").click()
        looks = page.evaluate(measure)
        assert len(looks) == 3
        assert len(set(looks)) == 1
        tops = page.locator(".three > form").evaluate_all(
            "all => all.map(one => one.getBoundingClientRect().top)"
        )
        assert len(set(tops)) == (1 if width == 1280 else 3)
        assert page.locator("#answers").bounding_box()["y"] < 200  # type: ignore[index]


@pytest.mark.parametrize("language", ["en", "ar", "zh"])
@pytest.mark.parametrize("who", ["record-steward", "community-institution", "sign-in"])
def test_the_head_of_a_page_takes_two_rows_on_a_telephone(
    site: Served, language: str, who: str
) -> None:
    for page in pages(site, site.scenes[who], (language, "light", 360)):
        box = page.locator("header.top").bounding_box()
        assert box is not None
        assert box["height"] <= 2 * 44 + 24


@pytest.mark.parametrize("language", ["ar", "zh"])
def test_no_letter_is_slanted_where_the_script_has_no_slant(
    site: Served, language: str
) -> None:
    slanted = """[...document.querySelectorAll('main *, footer *')]
      .filter(one => one.innerText && one.lang !== 'en' && !one.closest('[lang=en]')
                     && getComputedStyle(one).fontStyle !== 'normal')
      .map(one => one.outerHTML.slice(0, 80))"""
    for name in ("account", "record-steward", "record-flagged", "record-public"):
        for page in pages(site, site.scenes[name], (language, "light", 1280)):
            assert page.evaluate(slanted) == []


def test_what_the_first_page_offers_stands_on_one_line(site: Served) -> None:
    for page in pages(site, site.scenes["welcome"], ("en", "light", 1280)):
        bottoms = page.locator(".doors a").evaluate_all(
            "all => all.map(one => Math.round(one.getBoundingClientRect().bottom))"
        )
        assert len(bottoms) == 3
        assert len(set(bottoms)) == 1
