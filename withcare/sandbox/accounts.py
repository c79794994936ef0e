"""The five accounts of the sandbox wiki, what each may do, and their passwords."""

import json
import secrets
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path

from withcare.sandbox.layout import write_private

BOT_PASSWORD_NAME = "withcare"
TAG = "withcare"
WRITE = ("basic", "highvolume", "editpage", "createeditmovepage")
HIDE = ("delete", "oversight", "viewdeleted", "viewrestrictedlogs")


@dataclass(frozen=True, slots=True)
class Role:
    """An account by its groups, and by the grants of the password its program uses."""

    user: str
    groups: tuple[str, ...]
    grants: tuple[str, ...]


# The account of every day can neither delete nor hide: whoever gets hold of it can do
# nothing that is not seen in the history and taken back.
ROLES: Mapping[str, Role] = {
    "admin": Role(
        "SandboxAdmin",
        ("sysop", "bureaucrat", "interface-admin", "suppress"),
        (*WRITE, *HIDE, "editprotected", "editsiteconfig", "protect", "blockusers"),
    ),
    "bot": Role("WithcareBot", ("bot",), WRITE),
    "withdrawal": Role(
        "WithcareWithdrawal",
        ("withcare-withdrawal",),
        (*WRITE, *HIDE, "editprotected", "protect"),
    ),
    "deploy": Role(
        "WithcareDeploy",
        ("bot", "sysop", "interface-admin"),
        (*WRITE, "editprotected", "editinterface", "editsiteconfig", "delete"),
    ),
    "human": Role(
        "HumanEditor", (), ("basic", "editpage", "createeditmovepage", "uploadfile")
    ),
}


@dataclass(frozen=True, slots=True)
class Credentials:
    """How one account signs in; the passwords show in no `repr`."""

    user: str
    password: str = field(repr=False)
    bot_password_name: str
    bot_password: str = field(repr=False)

    @property
    def login_name(self) -> str:
        """The name a program signs in with, beside the bot password."""
        return f"{self.user}@{self.bot_password_name}"


def invent_credentials() -> dict[str, Credentials]:
    """New random passwords for every role, by its name."""
    return {
        name: Credentials(
            user=role.user,
            password=secrets.token_hex(16),
            bot_password_name=BOT_PASSWORD_NAME,
            # MediaWiki takes a bot password for one only at 32 characters of 0-9a-v.
            bot_password=secrets.token_hex(16),
        )
        for name, role in ROLES.items()
    }


def write_accounts(path: Path, accounts: Mapping[str, Credentials]) -> None:
    """The file, for its owner alone."""
    entries = {name: asdict(credentials) for name, credentials in accounts.items()}
    write_private(path, json.dumps(entries, indent=2) + "\n")


def read_accounts(path: Path) -> dict[str, Credentials]:
    """The credentials by the name of their role."""
    entries = json.loads(path.read_text(encoding="utf-8"))
    return {name: Credentials(**entry) for name, entry in entries.items()}
