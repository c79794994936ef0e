"""PHP's own web server for a sandbox: on a free port, and named in a lock file."""

import json
import os
import socket
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from withcare.sandbox.errors import SandboxFailed
from withcare.sandbox.image import cache_of
from withcare.sandbox.layout import Layout, write_private
from withcare.sandbox.mediawiki import PHP_FILES, MediaWiki
from withcare.sandbox.process_group import ProcessGroup
from withcare.sandbox.visitor import version_at

LOOPBACK = "127.0.0.1"
WORKERS = 4
ATTEMPTS = 3
READY_SECONDS = 60.0
SEEN_SECONDS = 1.0
PAUSE = 0.02

PHP_SETTINGS = (
    "opcache.enable=1",
    "opcache.memory_consumption=128",
    "opcache.max_accelerated_files=20000",
    "opcache.revalidate_freq=2",
    "memory_limit=512M",
    "max_execution_time=60",
    "upload_max_filesize=100M",
    "post_max_size=100M",
    # A warning in the middle of a reply would break it; the log keeps them.
    "display_errors=0",
    "log_errors=1",
)


@dataclass(frozen=True, slots=True)
class Server:
    """Where a sandbox answers, and the processes that do."""

    address: str
    group: ProcessGroup


def start_server(layout: Layout, image: Path, software: MediaWiki) -> Server:
    """A server that answers; raises SandboxFailed, and leaves no process, if none does.

    The port of the last run is taken again where it is free, so that addresses people
    kept still lead somewhere.
    """
    port = _last_port(layout)
    for _ in range(ATTEMPTS):
        server = _launch(layout, image, software, port or _free_port())
        if _becomes_ready(server):
            return server
        # One that ended may have lost its port to somebody; one that hangs would again.
        hangs = server.group.members()
        server.group.end()
        if hangs:
            break
        port = None
    layout.running.unlink()
    raise SandboxFailed("start", layout.server_log.read_text(errors="replace")[-2000:])


def read_server(layout: Layout) -> Server | None:
    """The server that the lock file names, or None where nothing of it runs."""
    server = _read_lock(layout)
    if server is None or not server.group.members():
        return None
    return server


def _launch(layout: Layout, image: Path, software: MediaWiki, port: int) -> Server:
    address = f"http://{LOOPBACK}:{port}"
    command = (software.php, "-q", *_options(layout), "-S", f"{LOOPBACK}:{port}")
    command += ("-t", str(software.tree), str(PHP_FILES / "router.php"))
    server = Server(address, ProcessGroup(command))
    # Named first: so there is no moment in which a server runs that no file names.
    _write_lock(layout, server)
    environment = software.environment(layout, cache=cache_of(image), address=address)
    environment["PHP_CLI_SERVER_WORKERS"] = str(WORKERS)
    _spawn(command, environment, layout.server_log)
    return server


def _spawn(
    command: tuple[str, ...], environment: Mapping[str, str], output: Path
) -> None:
    # Not subprocess: the server is to outlive us, and nobody will wait for it.
    written = os.O_WRONLY | os.O_CREAT | os.O_APPEND
    output.unlink(missing_ok=True)
    os.posix_spawn(
        command[0],
        command,
        environment,
        file_actions=[
            (os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0),
            (os.POSIX_SPAWN_OPEN, 1, str(output), written, 0o600),
            (os.POSIX_SPAWN_DUP2, 1, 2),
        ],
        setsid=True,
    )


def _options(layout: Layout) -> list[str]:
    settings = (*PHP_SETTINGS, f"sys_temp_dir={layout.temporary}")
    return [word for setting in settings for word in ("-d", setting)]


def _becomes_ready(server: Server) -> bool:
    now = time.monotonic()
    # For a moment after it is started a process has no command yet.
    until, seen_until = now + READY_SECONDS, now + SEEN_SECONDS
    while (now := time.monotonic()) < until:
        if server.group.members():
            if version_at(server.address) is not None:
                return True
        elif now > seen_until:
            return False
        time.sleep(PAUSE)
    return False


def _write_lock(layout: Layout, server: Server) -> None:
    facts = {"address": server.address, "command": server.group.command}
    write_private(layout.running, json.dumps(facts, indent=2) + "\n")


def _read_lock(layout: Layout) -> Server | None:
    try:
        facts = json.loads(layout.running.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    return Server(facts["address"], ProcessGroup(tuple(facts["command"])))


def _last_port(layout: Layout) -> int | None:
    """The port of the last run if it is free, or None."""
    last = _read_lock(layout)
    if last is None:
        return None
    port = int(last.address.rpartition(":")[2])
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except OSError:
            return None
    return port


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((LOOPBACK, 0))
        port: int = probe.getsockname()[1]
    return port
