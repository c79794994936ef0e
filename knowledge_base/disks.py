"""On what kind of disk a file lies: SQLite keeps its promise on a local one alone.

Its writers find each other by memory that they share, which no network carries
(https://www.sqlite.org/wal.html, "all processes must be on the same host").
"""

import re
from collections.abc import Iterator
from pathlib import Path

from knowledge_base.faults import StoreFault

MOUNTS = Path("/proc/self/mountinfo")  # Linux; elsewhere nothing is known
_NETWORK = frozenset(
    {
        *("nfs", "nfs4", "cifs", "smb3", "smbfs", "afs", "ncpfs", "9p"),
        *("ceph", "glusterfs", "lustre", "gpfs", "gfs2", "ocfs2"),
        *("fuse.sshfs", "fuse.glusterfs", "fuse.ceph", "fuse.s3fs", "fuse.rclone"),
        *("davfs", "fuse.davfs2", "fuse.smbnetfs", "fuse.nfs"),
    }
)


class OnANetwork(StoreFault):
    """The file lies on another machine's disk; nothing was written."""

    def __init__(self, kind: str) -> None:
        super().__init__(
            f"The store lies on a network disk ({kind}), where two writers of SQLite "
            "cannot see each other; nothing was written: put the home folder on a disk "
            "of this machine, or let `database` in settings.toml name a PostgreSQL or "
            "MariaDB."
        )


def require_local(path: Path) -> None:
    """Raises `OnANetwork` where the system says that the file lies on one."""
    if is_on_a_network(path):
        raise OnANetwork(disk_under(path))


def is_on_a_network(path: Path) -> bool:
    """Whether the system says that it lies on another machine's disk."""
    return disk_under(path) in _NETWORK


def disk_under(path: Path) -> str:
    """The kind of file system that holds the path; empty where nobody knows."""
    if not MOUNTS.exists():
        return ""
    whole = path.resolve()
    # The deepest mount holds it, and of several at one place the last.
    found, deepest = "", -1
    for at, kind in _mounted(MOUNTS.read_text("utf-8", errors="surrogateescape")):
        depth = len(at.parts)
        if depth >= deepest and whole.is_relative_to(at):
            found, deepest = kind, depth
    return found


def _mounted(table: str) -> Iterator[tuple[Path, str]]:
    """(place, kind) of each mount: see proc(5), the fifth word and the first past -."""
    for line in table.splitlines():
        before, _, behind = line.partition(" - ")
        words, kind = before.split(" "), behind.split(" ")[0]
        if len(words) >= 5:
            yield Path(_OCTAL.sub(lambda m: chr(int(m[1], 8)), words[4])), kind


_OCTAL = re.compile(r"\\([0-7]{3})")
