"""A wiki that is down, slow or talks nonsense stops the bot honestly, nothing lost."""

import json
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import msgspec
import pytest

from knowledge_base.journeys import State
from knowledge_base.settings import Place, Settings
from tests.knowledge_base.conftest import WIKI, World
from tests.wikibot.hands.bench import ADDRESSES
from wikibot.hands.doors import SettingsDoors
from wikibot.hands.errand import Errand, Tally
from wikibot.hands.keys import BotPassword, key_file, write_key
from wikibot.hands.run import run

Answer = tuple[int, dict[str, str], bytes]
Says = Callable[[dict[str, str]], Answer]

PATIENCE = 0.5


@contextmanager
def wiki_that_says(says: Says) -> Iterator[str]:
    """A server on the loopback address; yields its host."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            length = int(self.headers.get("content-length", 0))
            from urllib.parse import parse_qsl

            asked = dict(parse_qsl(self.rfile.read(length).decode()))
            status, headers, body = says(asked)
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_words: object) -> None:
            """Nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield f"127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def approved(world: World) -> str:
    record = world.item()
    world.concern(record, "nobody")
    world.approve(record, world.archivist)
    return record


def settings_for(home: Path, host: str, **changed: object) -> Settings:
    place = Place(
        id=WIKI,
        label="A wiki",
        scheme="http",
        host=host,
        account="WithcareBot",
        live=True,
        seconds_between_edits=0.0,
    )
    place = msgspec.structs.replace(place, **changed)
    settings = Settings(
        home=home, contact="mailto:a@example.org", destinations=(place,)
    )
    path = key_file(settings.keys, WIKI, "WithcareBot")
    write_key(path, BotPassword("WithcareBot@withcare", "0" * 32))
    return settings


def run_at(world: World, settings: Settings) -> Tally:
    errand = Errand(
        store=world.store,
        place=settings.place(WIKI),
        clock=lambda: world.now,
        addresses=ADDRESSES,
        tally=Tally(),
    )
    run(errand, SettingsDoors(settings, WIKI, patience=PATIENCE))
    return errand.tally


def reply(value: object, **headers: str) -> Answer:
    return (200, headers, json.dumps(value).encode())


NONSENSE: dict[str, Says] = {
    "html": lambda _: (200, {}, b"<html>Please sign in to the hotel network"),
    "empty": lambda _: (200, {}, b""),
    "a list": lambda _: reply([1, 2]),
    "a number": lambda _: reply(7),
    "deep": lambda _: (200, {}, b"[" * 100_000),
    "not utf-8": lambda _: (200, {}, b'{"query": "\xff\xfe"}'),
    "half a reply": lambda _: (200, {"content-length": "9999"}, b'{"query": {'),
    "no query": lambda _: reply({"batchcomplete": True}),
    "odd query": lambda _: reply({"query": "yes"}),
    "odd error": lambda _: reply({"error": "no"}),
    "odd code": lambda _: reply({"error": {"code": 7}}),
    "503": lambda _: (503, {}, b"busy"),
    "500": lambda _: (500, {}, b"{}"),
    "404": lambda _: (404, {}, b"not here"),
    "elsewhere": lambda _: (302, {"location": "http://127.0.0.1:1/"}, b""),
    "odd pause": lambda _: (200, {"retry-after": "Wed, 21 Oct 2026"}, b"{}"),
    "internal": lambda _: reply({"error": {"code": "internal_api_error_DBQueryError"}}),
}


@pytest.mark.parametrize("name", NONSENSE)
def test_nonsense_stops_the_bot_and_leaves_the_store_true(
    world: World, tmp_path: Path, name: str
) -> None:
    record = approved(world)

    with wiki_that_says(NONSENSE[name]) as host:
        tally = run_at(world, settings_for(tmp_path, host))

    assert (tally.saved, tally.trouble) == (0, ["unreachable"])
    assert tally.exit_code == 1
    assert world.state(record) is State.APPROVED


def test_a_wiki_that_is_down_stops_the_bot(world: World, tmp_path: Path) -> None:
    record = approved(world)
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        host = f"127.0.0.1:{taken.getsockname()[1]}"

        tally = run_at(world, settings_for(tmp_path, host))

    assert tally.trouble == ["unreachable"]
    assert world.state(record) is State.APPROVED


def test_a_wiki_that_says_nothing_stops_the_bot(world: World, tmp_path: Path) -> None:
    record = approved(world)
    over = threading.Event()

    def wait(_asked: dict[str, str]) -> Answer:
        over.wait(10)
        return (200, {}, b"")

    with wiki_that_says(wait) as host:
        tally = run_at(world, settings_for(tmp_path, host))
        over.set()

    assert tally.trouble == ["unreachable"]
    assert world.state(record) is State.APPROVED


def well_behaved(host: str, asked: dict[str, str]) -> Answer:
    """Enough of a wiki to be polled; somebody is signed in."""
    if asked.get("action") != "query":
        return (200, {}, b"nonsense")
    return reply(
        {
            "curtimestamp": "2026-03-01T12:00:00Z",
            "query": {
                "userinfo": {"id": 3, "name": "WithcareBot"},
                "tokens": {"csrftoken": "t+\\"},
                "general": {"server": f"http://{host}"},
                "pages": [{"title": "User:WithcareBot/Stop", "missing": True}],
            },
        }
    )


@pytest.mark.parametrize(
    ("edit", "state", "trouble"),
    [
        ((200, {}, b"<html>"), State.PUBLISHING, "unreachable"),
        ((502, {}, b"bad gateway"), State.PUBLISHING, "unreachable"),
        (reply({"edit": {"result": "Success"}}), State.PUBLISHING, "unreachable"),
        (reply({"edit": 7}), State.PUBLISHING, "unreachable"),
        (reply({"error": {"code": "maxlag", "lag": 9}}), State.APPROVED, "lagged"),
        (reply({"error": {"code": "ratelimited"}}), State.APPROVED, "rate-limited"),
        (reply({"error": {"code": "badtags"}}), State.APPROVED, "refused"),
        (reply({"error": {"code": "badtoken"}}), State.APPROVED, "not-signed-in"),
    ],
    ids=lambda value: None if isinstance(value, State | str) else str(value[2])[:30],
)
def test_an_odd_answer_to_an_edit_is_not_taken_for_success(
    world: World, tmp_path: Path, edit: Answer, state: State, trouble: str
) -> None:
    record = world.item()
    world.concern(record, "nobody")
    approve_really(world, record)
    sent: list[str] = []

    def says(asked: dict[str, str]) -> Answer:
        if asked.get("action") == "edit":
            sent.append(asked["title"])
            return edit
        return well_behaved(server[0], asked)

    server: list[str] = []
    with wiki_that_says(says) as host:
        server.append(host)
        tally = run_at(world, settings_for(tmp_path, host))

    assert tally.trouble == [trouble]
    assert tally.saved == 0
    assert world.state(record) is state
    assert len(sent) == (2 if trouble == "not-signed-in" else 1)


def approve_really(world: World, record: str) -> None:
    from tests.wikibot.hands.bench import Bench

    bench = Bench(world, Settings(home=Path()), None)  # type: ignore[arg-type]  # unused
    bench.approve(record)


def test_another_wiki_than_the_settings_name_is_refused(
    world: World, tmp_path: Path
) -> None:
    record = approved(world)

    def says(asked: dict[str, str]) -> Answer:
        return well_behaved("wiki.example.org", asked)

    with wiki_that_says(says) as host:
        tally = run_at(world, settings_for(tmp_path, host))

    assert "wiki.example.org" in tally.trouble[0]
    assert tally.saved == 0
    assert world.state(record) is State.APPROVED


def test_another_account_than_the_settings_name_is_refused(
    world: World, tmp_path: Path
) -> None:
    record = approved(world)
    server: list[str] = []

    def says(asked: dict[str, str]) -> Answer:
        status, headers, body = well_behaved(server[0], asked)
        return (status, headers, body.replace(b"WithcareBot", b"SomebodyElse"))

    with wiki_that_says(says) as host:
        server.append(host)
        tally = run_at(world, settings_for(tmp_path, host))

    assert tally.trouble != []
    assert tally.saved == 0
    assert world.state(record) is State.APPROVED
