"""The one settings file of an installation, and the variables that go over it.

Every key is documented in `settings.example.toml`; one that is not known is refused
with the nearest that is. Secrets never stand here: they come from files in `keys/`.
"""

import os
import tomllib
from collections.abc import Collection, Mapping, Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Any, Literal

import msgspec
from sqlalchemy.engine import URL

from knowledge_base.database_address import (
    AddressUnusable,
    DatabasePassword,
    check_address,
    read_password,
    with_password,
)
from knowledge_base.markers.book import FILE as MARKERS
from knowledge_base.markers.book import MarkerBook
from knowledge_base.markers.key import read_key
from policies.destinations import Destination
from policies.errors import WithcareError
from policies.purposes import Purpose
from policies.truth import Truth

FILE = "settings.toml"
NOTHING_SET = "# See docs/settings.md for every key.\n"
VARIABLES = frozenset(
    {
        *("WITHCARE_HOME", "WITHCARE_ACTOR"),
        *("WITHCARE_DATABASE", "WITHCARE_REVIEW_ADDRESS", "WITHCARE_CONTACT"),
        # What the tests and measurements read, and the wiki of the sandbox is told.
        *("WITHCARE_SHARED", "WITHCARE_SANDBOX", "WITHCARE_SANDBOX_ADDRESS"),
        *("WITHCARE_SANDBOX_CACHE", "WITHCARE_SANDBOX_LANGUAGE"),
        "WITHCARE_BENCH_RECORDS",
    }
)
_ALL_PURPOSES = ("index", "translate", "ai", "bulk")


class SettingsError(WithcareError):
    """The settings cannot be used; nothing was opened."""


class Place(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One destination as the file describes it; what is left out counts as unknown."""

    id: str
    label: str
    host: str
    api: str = "/api.php"
    scheme: Literal["https", "http"] = "https"
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
    seconds_between_edits: Annotated[float, msgspec.Meta(ge=0)] = 10.0
    maxlag: Annotated[int, msgspec.Meta(ge=0)] = 5
    most_edits_per_run: Annotated[int, msgspec.Meta(ge=0)] = 500
    most_bytes_shrunk: Annotated[float, msgspec.Meta(ge=0, le=1)] = 0.5
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
    # Never written there: it comes from a file of its own.
    database_password: DatabasePassword = DatabasePassword()

    @property
    def database_url(self) -> str:
        """The store's address with its password: for the store, and for no screen."""
        if not self.database:
            file = str(self.home / "withcare.sqlite")
            return URL.create("sqlite", database=file).render_as_string()
        return with_password(self.database, self.database_password)

    @property
    def keys(self) -> Path:
        return self.home / "keys"

    @property
    def markers(self) -> Path:
        """The file of markers, beside the database and in no backup."""
        return self.home / MARKERS

    def marker_book(self) -> MarkerBook:
        """That file with its key, made at the first use; raises `MarkerKeyUnusable`."""
        return MarkerBook(self.markers, read_key(self.keys))

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
    """The settings of that home; raises `SettingsError`."""
    _refuse_unknown_variables(environment)
    path = home / FILE
    written = _read(path)
    _refuse_unknown(path, written)
    for name in ("database", "review_address", "contact"):
        variable = f"WITHCARE_{name.upper()}"
        if variable in environment:
            written[name] = environment[variable]
    try:
        found = msgspec.convert(
            written | {"home": str(home)}, Settings, dec_hook=_path, strict=False
        )
        check_address(found.database)
        password = read_password(found.keys, environment)
    except (msgspec.ValidationError, AddressUnusable) as error:
        # Without its cause: what was written may stand in there.
        raise SettingsError(f"{path}: {str(error).rstrip('.')}.") from None
    _check_places(path, found.destinations)
    return msgspec.structs.replace(found, database_password=password)


def _read(path: Path) -> dict[str, Any]:
    try:
        # Some editors of texts begin a file with a mark of its encoding.
        return tomllib.loads(path.read_text("utf-8-sig"))
    except FileNotFoundError:
        return {}
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(
            f"{path} cannot be understood: {error}. Compare that line with "
            "docs/settings.md; a text stands in quotation marks."
        ) from None
    except OSError as error:
        raise SettingsError(
            f"{path} cannot be read ({type(error).__name__}): let it be a file that "
            "belongs to the account that runs withcare."
        ) from error


def _path(wanted: type, written: Any) -> Any:
    return Path(written) if wanted is Path else written


def _refuse_unknown_variables(environment: Mapping[str, str]) -> None:
    for name in environment:
        if name.startswith("WITHCARE_") and name not in VARIABLES:
            raise SettingsError(
                f"The environment has {name}, which is no variable of withcare; "
                f"{_nearest(name, VARIABLES, 'unset it')}"
            )


def _refuse_unknown(path: Path, written: Mapping[str, Any]) -> None:
    _compare(path, written, WRITTEN[Settings], "")
    places = written.get("destinations", ())
    if isinstance(places, dict):
        raise SettingsError(
            f"{path}: there can be several destinations, so each block begins with "
            "two brackets: [[destinations]]."
        )
    for place in places:
        if isinstance(place, dict):
            _compare(path, place, WRITTEN[Place], "destinations.")


def _compare(
    path: Path, written: Mapping[str, Any], known: frozenset[str], at: str
) -> None:
    for key in written:
        if key not in known:
            near = _nearest(key, known, "take it out")
            raise SettingsError(f"{path}: {at}{key!r} is not a setting; {near}")


def _nearest(name: str, known: Collection[str], otherwise: str) -> str:
    near = get_close_matches(name, known, n=1)
    return f"did you mean {near[0]!r}?" if near else f"{otherwise}."


def _check_places(path: Path, places: Sequence[Place]) -> None:
    """What no type says: each wiki once, a bare host, and purposes that there are."""
    known = [purpose.value for purpose in Purpose]
    seen: set[str] = set()
    for place in places:
        at = f"{path}: destinations {place.id!r}:"
        if place.id in seen:
            raise SettingsError(f"{at} is there twice; give each wiki its own id.")
        seen.add(place.id)
        if "/" in place.host:
            raise SettingsError(
                f"{at} host is a name alone, as wiki.example.org; what stands before "
                "and behind it is `scheme` and `api`."
            )
        for word in place.forces:
            if word not in known:
                near = _nearest(word, known, "take it out")
                raise SettingsError(f"{at} forces has {word!r}; {near}")


# The keys that a person writes, of the file and of each of its destinations.
WRITTEN: Mapping[type, frozenset[str]] = {
    Settings: frozenset(Settings.__struct_fields__) - {"home", "database_password"},
    Place: frozenset(Place.__struct_fields__),
}
