"""Why the bot does not start, each with the sentence that mends it."""

from pathlib import Path

from policies.errors import WithcareError


class KeyUnusable(WithcareError):
    """The password file of an account cannot be used; nobody signed in."""

    def __init__(self, path: Path, why: str) -> None:
        self.path = path
        super().__init__(
            f"The key {path} {why}; write two lines into it, the name of the bot "
            "password (User@name) and the password, and run `chmod 600` on it."
        )


class WrongWiki(WithcareError):
    """The wiki that answers is not the one the settings name; nothing was written."""

    def __init__(self, wanted: str, found: str) -> None:
        self.wanted, self.found = wanted, found
        super().__init__(
            f"The settings name the wiki at {wanted}, but {found or 'nobody'} answers "
            "there; check host, scheme and api of the destination."
        )


class WrongAccount(WithcareError):
    """Another account is asked for than the settings name; nothing was written."""

    def __init__(self, wanted: str, found: str) -> None:
        self.wanted, self.found = wanted, found
        super().__init__(
            f"The settings name the account {wanted!r}, not {found!r}; give both the "
            "same name in settings.toml and in user-config.py."
        )


class NotConfigured(WithcareError):
    """A destination lacks what an act on its wiki needs; nothing was written."""

    def __init__(self, destination: str, what: str) -> None:
        super().__init__(
            f"The destination {destination!r} has no {what} in settings.toml; add it."
        )


class AlreadyRunning(WithcareError):
    """Another run holds the lock; nothing was done here."""

    def __init__(self, what: str) -> None:
        super().__init__(f"Another run is busy with {what}; wait until it has ended.")


class NotSignedIn(WithcareError):
    """The wiki refuses the account; nothing was written."""

    def __init__(self, account: str, why: str) -> None:
        super().__init__(
            f"The wiki does not let {account!r} sign in ({why}); check its key and "
            "its bot password."
        )


class Unanswered(WithcareError):
    """An option was given no value, and nobody is there to be asked for it."""

    def __init__(self) -> None:
        super().__init__(
            "An option has no value, and nobody is here to be asked for it; write it "
            "as -page:TITLE or -limit:5."
        )


class NotUnderstood(WithcareError):
    """pywikibot cannot take an option as it was written; nothing was done."""

    def __init__(self, why: str) -> None:
        super().__init__(f"An option cannot be taken as it is written: {why}.")


class WikiAway(WithcareError):
    """The wiki did not answer while pywikibot looked at it; nothing was done."""

    def __init__(self) -> None:
        super().__init__(
            "The wiki does not answer; look whether it is up and try again. Nothing "
            "was done."
        )
