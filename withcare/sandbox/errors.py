"""What can go wrong with the sandbox wiki, each with the sentence that mends it."""

from pathlib import Path

from policies.errors import WithcareError


class SandboxUnavailable(WithcareError):
    """This machine cannot run the sandbox wiki; nothing was started or written."""

    def __init__(self, missing: str) -> None:
        self.missing = missing
        super().__init__(
            f"The sandbox wiki needs {missing}, which this machine does not have: "
            "run `tools/debian_packages.sh demo`, or install mediawiki, php-cli, "
            "php-sqlite3, php-mbstring, php-intl, php-xml and lua5.1."
        )


class SandboxFailed(WithcareError):
    """A step of installing or starting the sandbox wiki did not succeed."""

    def __init__(self, step: str, said: str) -> None:
        self.step = step
        self.said = said
        super().__init__(f"The sandbox wiki could not {step}: {said.strip()}")


class SandboxBusy(WithcareError):
    """The wiki did not finish its requests in time; nothing was reset."""

    def __init__(self, directory: Path, seconds: float) -> None:
        self.directory = directory
        self.seconds = seconds
        super().__init__(
            f"The sandbox wiki was still busy after {seconds:g} seconds: "
            "stop it with `withcare sandbox stop`, then start it again."
        )
