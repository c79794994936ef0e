"""The one settings file of an installation, and the variables that go over it.

Every key is documented in `settings.example.toml`; one that is not known is refused
with the nearest that is. Secrets never stand here: they come from files in `keys/`.
"""

import os
import tomllib
from collections.abc import Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Any

import msgspec

from policies.destinations import Destination
from policies.errors import WithcareError
from policies.purposes import Purpose
from policies.truth import Truth

FILE = "settings.toml"
NOTHING_SET = "# See docs/settings.md for every key.\n"
_ALL_PURPOSES = ("index", "translate", "ai", "bulk")


class SettingsError(WithcareError):
    """The settings cannot be used; nothing was opened."""


class Place(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One destination as the file describes it; what is left out counts as unknown."""

    id: str
    label: str
    host: str
    api: str = "/api.php"
    scheme: str = "https"
    language: str = "en"
    account: str = ""
    withdrawal_account: str = ""
    deploy_account: str = ""
    live: bool = False
    ours: bool | None = None
    public: bool | None = None
    keeps_history: bool | None = None
    can_close: bool | None = None
    forces_commercial: bool | None = None
    mirrored: bool | None = None
    licence: str | None = None
    forces: tuple[str, ...] = _ALL_PURPOSES
    seconds_between_edits: float = 10.0
    maxlag: int = 5
    most_edits_per_run: int = 500
    most_bytes_shrunk: float = 0.5
    contact: str = ""
    stop_page: str = ""

    def policy(self) -> Destination:
        """The destination as the rulebook sees it."""
        return Destination(
            id=self.id,
            label=self.label,
            is_ours=_truth(self.ours),
            is_public=_truth(self.public),
            keeps_history=_truth(self.keeps_history),
            can_close=_truth(self.can_close),
            forces_commercial=_truth(self.forces_commercial),
            is_mirrored=_truth(self.mirrored),
            licence=self.licence,
            forces=frozenset(Purpose(word) for word in self.forces),
        )


class Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """All settings; paths are relative to the home where they are not absolute."""

    home: Path
    database: str = ""
    review_address: str = "http://127.0.0.1:8470"
    # How many web servers of our own stand before the review table; each adds one
    # address to X-Forwarded-For, and no more of that header is believed.
    trusted_proxies: Annotated[int, msgspec.Meta(ge=0, le=8)] = 0
    interface_languages: tuple[str, ...] = ("en", "ar", "zh")
    contact: str = ""
    destinations: tuple[Place, ...] = ()

    @property
    def database_url(self) -> str:
        return self.database or f"sqlite:///{self.home / 'withcare.sqlite'}"

    @property
    def keys(self) -> Path:
        return self.home / "keys"

    @property
    def policies(self) -> tuple[Destination, ...]:
        return tuple(place.policy() for place in self.destinations)

    def place(self, id: str) -> Place:
        """Raises `SettingsError` for a destination the file does not name."""
        for one in self.destinations:
            if one.id == id:
                return one
        known = ", ".join(one.id for one in self.destinations) or "none"
        raise SettingsError(
            f"There is no destination {id!r} in {self.home / FILE}; known are: {known}."
        )


def _truth(said: bool | None) -> Truth:
    return {None: Truth.UNKNOWN, True: Truth.TRUE, False: Truth.FALSE}[said]


def home_from(environment: Mapping[str, str]) -> Path:
    """WITHCARE_HOME, or the folder `withcare` in the person's own data folder."""
    if environment.get("WITHCARE_HOME"):
        return Path(environment["WITHCARE_HOME"])
    data = environment.get("XDG_DATA_HOME") or "~/.local/share"
    return (Path(data) / "withcare").expanduser()


def load(environment: Mapping[str, str] | None = None) -> Settings:
    """The settings of this installation; raises `SettingsError`."""
    environment = os.environ if environment is None else environment
    home = home_from(environment)
    return read_settings(home, environment)


def read_settings(home: Path, environment: Mapping[str, str]) -> Settings:
    path = home / FILE
    written: dict[str, Any] = {}
    if path.exists():
        try:
            written = tomllib.loads(path.read_text("utf-8"))
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise SettingsError(f"{path} is not TOML: {error}.") from error
    _refuse_unknown(path, written)
    for name in ("database", "review_address", "contact"):
        variable = f"WITHCARE_{name.upper()}"
        if variable in environment:
            written[name] = environment[variable]
    try:
        return msgspec.convert(
            written | {"home": str(home)}, Settings, dec_hook=_path, strict=False
        )
    except msgspec.ValidationError as error:
        raise SettingsError(f"{path}: {error}.") from error


def _path(wanted: type, written: Any) -> Any:
    return Path(written) if wanted is Path else written


def _refuse_unknown(path: Path, written: Mapping[str, Any]) -> None:
    _compare(path, written, set(Settings.__struct_fields__) - {"home"}, "")
    for place in written.get("destinations", ()):
        if isinstance(place, dict):
            _compare(path, place, set(Place.__struct_fields__), "destinations.")


def _compare(path: Path, written: Mapping[str, Any], known: set[str], at: str) -> None:
    for key in written:
        if key not in known:
            near = get_close_matches(key, known, n=1)
            hint = f"did you mean {near[0]!r}?" if near else "take it out."
            raise SettingsError(f"{path}: {at}{key!r} is not a setting; {hint}")
