"""Where the store is: an address without a password, and the file that has that.

A password in an address would stand in the settings, in the list of processes and in
whatever quotes the address.
"""

import stat
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError

from policies.errors import WithcareError

PASSWORD_FILE = "database.password"
_DRIVERS = {
    "sqlite": {"sqlite", "sqlite+pysqlite"},
    "postgresql": {"postgresql+psycopg"},
    "mysql": {"mysql+pymysql"},
    "mariadb": {"mariadb+pymysql"},
}
_ITS_NAMES = frozenset({"password", "passwd", "passphrase", "sslpassword"})


class AddressUnusable(WithcareError):
    """The address or its password cannot be used; nothing was opened."""


@dataclass(frozen=True, slots=True)
class DatabasePassword:
    """Shows in no `repr`; empty where the server asks for none."""

    text: str = field(default="", repr=False)


def check_address(written: str) -> None:
    """Raises `AddressUnusable`, and never with the address, which may hold secrets."""
    if not written:
        return
    address = _parsed(written)
    kind = address.drivername.partition("+")[0]
    if address.drivername not in _DRIVERS.get(kind, ()):
        known = ", ".join(sorted(one for some in _DRIVERS.values() for one in some))
        raise AddressUnusable(
            f"`database` begins with {address.drivername!r}, which is not one of "
            f"{known}; docs/settings.md shows an address for each."
        )
    if address.password is not None or _ITS_NAMES & set(address.query):
        raise AddressUnusable(
            "`database` holds a password, and an address is seen by many: take it out, "
            f"write it into the file keys/{PASSWORD_FILE} (chmod 600), and change it "
            "on the server if anybody else could read it here."
        )


def read_password(keys: Path, environment: Mapping[str, str]) -> DatabasePassword:
    """From systemd's credentials, or else from the folder `keys`; empty without both.

    Raises `AddressUnusable`, also where others than its owner could read the file.
    """
    credentials = environment.get("CREDENTIALS_DIRECTORY")
    folders = [Path(credentials)] if credentials else []
    for folder in (*folders, keys):
        path = folder / PASSWORD_FILE
        if path.exists() or path.is_symlink():
            return DatabasePassword(_read(path))
    return DatabasePassword()


def with_password(written: str, password: DatabasePassword) -> str:
    """The address as the driver needs it; to be shown to nobody."""
    address = _parsed(written)
    if address.get_backend_name() == "sqlite" or not password.text:
        return written
    full = address.set(password=password.text)
    return full.render_as_string(hide_password=False)


def _parsed(written: str) -> URL:
    try:
        return make_url(written)
    except (ArgumentError, ValueError):
        # Without its cause: that quotes the address.
        raise AddressUnusable(
            "`database` is no address of a database; docs/settings.md shows one for "
            "each, as postgresql+psycopg://withcare@localhost/withcare."
        ) from None


def _read(path: Path) -> str:
    try:
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):
            raise AddressUnusable(f"{path} is no plain file; write the password there.")
        if status.st_mode & (stat.S_IRWXG | stat.S_IRWXO):
            raise AddressUnusable(
                f"{path} can be read by others than its owner: run `chmod 600 {path}`."
            )
        text = path.read_text("utf-8").strip("\r\n")
    except (OSError, UnicodeDecodeError) as error:
        raise AddressUnusable(
            f"{path} cannot be read ({type(error).__name__}): let it belong to the "
            "account that runs withcare, and hold the password on one line."
        ) from error
    if not text or "\n" in text:
        raise AddressUnusable(f"{path} should hold the password, on one line.")
    return text
