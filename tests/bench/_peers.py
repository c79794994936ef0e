"""Other bots at the same job, page by page: read, compare, save where it differs.

Run as a program of its own, because pywikibot has one configuration for a process. Its
pages come as JSON on standard input; it says how many seconds the job took.
"""

import json
import os
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from urllib.parse import urlsplit

Pages = Mapping[str, str]  # title -> the text that should stand there
SUMMARY = "updated"

CONFIG = """
family = mylang = "bench"
family_files["bench"] = {api!r}
usernames["bench"]["bench"] = {user!r}
password_file = "user-password.py"
put_throttle = minthrottle = 0
max_retries = 1
"""


def with_pywikibot(api: str, name: str, password: str, pages: Pages) -> float:
    """As its manual has it: `get`, compare, `save`."""
    user = name.partition("@")[0]
    folder = Path(os.environ["PYWIKIBOT_DIR"])
    if not (folder / "user-config.py").exists():
        _write(folder / "user-config.py", CONFIG.format(api=api, user=user))
        app = name.partition("@")[2]
        line = f"({user!r}, BotPassword({app!r}, {password!r}))\n"
        _write(folder / "user-password.py", line)
    import pywikibot
    from pywikibot.exceptions import NoPageError

    began = time.perf_counter()
    site = pywikibot.Site()
    site.login()
    for title, wanted in pages.items():
        page = pywikibot.Page(site, title)
        try:
            standing = page.get()
        except NoPageError:
            standing = ""
        if standing != wanted:
            page.text = wanted
            page.save(summary=SUMMARY, quiet=True)
    return time.perf_counter() - began


def with_mwclient(api: str, name: str, password: str, pages: Pages) -> float:
    """As its manual has it: `text`, compare, `edit`."""
    import mwclient

    address = urlsplit(api)
    began = time.perf_counter()
    site = mwclient.Site(
        address.netloc,
        scheme=address.scheme,
        path=address.path.removesuffix("api.php"),
        force_login=True,
    )
    site.login(name, password)
    for title, wanted in pages.items():
        page = site.pages[title]
        if page.text() != wanted:
            page.edit(wanted, summary=SUMMARY)
    return time.perf_counter() - began


PEERS: Mapping[str, Callable[[str, str, str, Pages], float]] = {
    "pywikibot": with_pywikibot,
    "mwclient": with_mwclient,
}


def _write(path: Path, text: str) -> None:
    path.touch(mode=0o600)
    path.write_text(text, "utf-8")


if __name__ == "__main__":
    told = json.load(sys.stdin)
    seconds = PEERS[sys.argv[1]](
        told["api"], told["name"], told["password"], told["pages"]
    )
    sys.stdout.write(json.dumps(seconds))
