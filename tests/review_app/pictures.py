"""Takes pictures of the pages for people to look at; see build/pictures.

`python -m tests.review_app.pictures [SCENE …]`; invented people and records alone.
"""

import sys
import tempfile
from datetime import timedelta
from pathlib import Path

from playwright.sync_api import Browser, Page

from tests.review_app.browsing import chromium, looking, served
from tests.review_app.scenes import Scene, lay_out
from tests.review_app.table import Table, lay_table

ROOT = Path(__file__).resolve().parents[2]
PICTURES = ROOT / "build" / "pictures"


def main(wanted: list[str]) -> None:
    """All scenes, or those whose names are given, in every size, light and language."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as home:
        table = lay_table(Path(home))
        scenes = [s for s in lay_out(table) if not wanted or s.name in wanted]
        with served(table) as address, chromium() as browser:
            for language in ("en", "ar", "zh"):
                # What may be done a few times an hour is done for each picture.
                table.now += timedelta(hours=1)
                for scheme in ("light", "dark"):
                    for width in (360, 1280):
                        for scene in scenes:
                            take(
                                browser, table, address, scene, language, scheme, width
                            )
        table.store.close()


def take(
    browser: Browser,
    table: Table,
    address: str,
    scene: Scene,
    language: str,
    scheme: str,
    width: int,
) -> None:
    """One picture of the whole page."""
    name = f"{scene.name}-{language}-{scheme}-{width}.png"
    with looking(
        browser,
        table,
        address,
        who=scene.who,
        language=language,
        scheme=scheme,
        width=width,
    ) as window:
        page = window.new_page()
        reach(page, address, scene)
        page.screenshot(path=str(PICTURES / name), full_page=True)


def reach(page: Page, address: str, scene: Scene) -> None:
    """Goes to the scene as a person does: opens, fills in and sends what it names."""
    page.goto(address + scene.path)
    if scene.opened:
        page.evaluate("for (const d of document.querySelectorAll('details')) d.open=1")
    for selector, text in scene.filled:
        field = page.locator(selector)
        if field.evaluate("one => one.tagName") == "SELECT":
            field.select_option(text)
        else:
            field.fill(text)
    if scene.press:
        # A click may return before the answer's page stands: what is looked at next
        # would be looked for in a page that is about to go.
        with page.expect_event("load"):
            page.locator(scene.press).first.click()


if __name__ == "__main__":
    main(sys.argv[1:])
