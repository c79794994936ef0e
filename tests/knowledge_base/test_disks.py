"""SQLite is refused where its writers could not see each other."""

from pathlib import Path

import pytest

from knowledge_base import disks
from knowledge_base.disks import OnANetwork, disk_under, require_local
from knowledge_base.store import Store, create
from policies.rulebook import Rulebook
from tests.knowledge_base.conftest import START

TABLE = """\
21 1 254:0 / / rw,relatime shared:1 - ext4 /dev/vda rw
40 21 0:44 / /srv rw,relatime shared:9 - nfs4 files.example.org:/srv rw,vers=4.2
41 40 254:1 / /srv/local rw,relatime - xfs /dev/vdb rw
42 21 0:45 / /mnt/two\\040words rw,relatime - cifs //files.example.org/x rw
43 21 0:46 / /mnt/twice rw,relatime - ext4 /dev/vdc rw
44 21 0:47 / /mnt/twice rw,relatime - fuse.sshfs ada@example.org: rw
"""


@pytest.fixture
def mounts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A machine on which a person has mounted this and that."""
    table = tmp_path / "mountinfo"
    table.write_text(TABLE)
    monkeypatch.setattr(disks, "MOUNTS", table)
    return table


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/home/withcare.sqlite", "ext4"),
        ("/srv/withcare/withcare.sqlite", "nfs4"),
        ("/srv/local/withcare.sqlite", "xfs"),
        ("/srvother/withcare.sqlite", "ext4"),
        ("/mnt/two words/withcare.sqlite", "cifs"),
        ("/mnt/twice/withcare.sqlite", "fuse.sshfs"),
    ],
)
@pytest.mark.usefixtures("mounts")
def test_the_deepest_and_last_mount_holds_a_file(path: str, kind: str) -> None:
    assert disk_under(Path(path)) == kind


@pytest.mark.usefixtures("mounts")
def test_a_link_is_followed_to_where_the_file_lies(tmp_path: Path) -> None:
    link = tmp_path / "home"
    link.symlink_to("/srv")
    with pytest.raises(OnANetwork, match="nfs4"):
        require_local(link / "withcare.sqlite")


def test_nothing_is_made_or_opened_on_a_network_disk(
    tmp_path: Path, mounts: Path
) -> None:
    path = tmp_path / "withcare.sqlite"
    create(f"sqlite:///{path}", now=START)
    mounts.write_text(f"{TABLE}45 21 0:48 / {tmp_path} rw - nfs4 example.org:/x rw\n")
    with pytest.raises(OnANetwork):
        Store.open(
            f"sqlite:///{path}", rulebook=Rulebook.shipped(), destinations=(), keys=None
        )
    other = tmp_path / "other.sqlite"
    with pytest.raises(OnANetwork):
        create(f"sqlite:///{other}", now=START)
    assert not other.exists()


def test_where_nobody_says_what_is_mounted_nothing_is_refused(
    tmp_path: Path, mounts: Path
) -> None:
    mounts.unlink()
    require_local(tmp_path / "withcare.sqlite")


def test_this_machine_says_on_what_its_files_lie(tmp_path: Path) -> None:
    if not disk_under(Path("/")):
        pytest.skip("nobody says what is mounted: no Linux, or a folder taken for /")
    assert disk_under(tmp_path)
