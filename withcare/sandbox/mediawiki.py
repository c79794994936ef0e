"""MediaWiki as Debian installs it, used in place: the tree, PHP and their versions."""

import json
import os
import re
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from withcare.sandbox.errors import SandboxFailed, SandboxUnavailable
from withcare.sandbox.layout import Layout

DEBIAN_TREE = Path("/usr/share/mediawiki")
PHP_FILES = Path(__file__).parent / "php"
EXTENSIONS_OF_PHP = ("intl", "mbstring", "pdo_sqlite", "xml")
STEP_SECONDS = 120


@dataclass(frozen=True, slots=True)
class MediaWiki:
    """A tree of MediaWiki that PHP here can run; nothing is written to it."""

    tree: Path
    php: str
    version: str
    php_version: str
    language: str = "en"  # of the wikis that are made with it

    def environment(
        self, layout: Layout, *, cache: Path, address: str
    ) -> dict[str, str]:
        """All that MediaWiki is told: our own environment may hold secrets."""
        return {
            "PATH": os.environ.get("PATH", os.defpath),
            "LC_ALL": "C.UTF-8",
            "TMPDIR": str(layout.temporary),
            "MW_INSTALL_PATH": str(self.tree),
            "MW_CONFIG_FILE": str(PHP_FILES / "settings.php"),
            "WITHCARE_SANDBOX": str(layout.directory),
            "WITHCARE_SANDBOX_ADDRESS": address,
            "WITHCARE_SANDBOX_CACHE": str(cache),
            "WITHCARE_SANDBOX_LANGUAGE": self.language,
        }

    def run(
        self,
        script: Path,
        *arguments: str,
        environment: Mapping[str, str],
        told: str = "",
    ) -> str:
        """What a maintenance script printed; raises SandboxFailed with its words."""
        done = subprocess.run(
            [self.php, str(script), *arguments],
            input=told,
            env=dict(environment),
            capture_output=True,
            text=True,
            timeout=STEP_SECONDS,
            check=False,
        )
        # Some scripts end with 0 after an error they only print.
        if done.returncode or "error" in done.stderr.lower():
            raise SandboxFailed(f"run {script.name}", done.stdout + done.stderr)
        return done.stdout


def find_mediawiki(tree: Path = DEBIAN_TREE) -> MediaWiki:
    """MediaWiki on this machine; raises SandboxUnavailable with what is missing."""
    php = shutil.which("php")
    if php is None:
        raise SandboxUnavailable("PHP")
    php_version, loaded = _ask_php(php)
    for extension in EXTENSIONS_OF_PHP:
        if extension not in loaded:
            raise SandboxUnavailable(f"PHP's extension {extension}")
    if not (tree / "maintenance" / "install.php").is_file():
        raise SandboxUnavailable("MediaWiki")
    return MediaWiki(tree, php, _version(tree), php_version)


def _ask_php(php: str) -> tuple[str, frozenset[str]]:
    question = "echo json_encode([PHP_VERSION, get_loaded_extensions()]);"
    done = subprocess.run(
        [php, "-r", question],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=STEP_SECONDS,
        check=True,
    )
    version, extensions = json.loads(done.stdout)
    return version, frozenset(extensions)


def _version(tree: Path) -> str:
    text = (tree / "includes" / "Defines.php").read_text(encoding="utf-8")
    found = re.search(r"'MW_VERSION', '([^']+)'", text)
    if found is None:
        raise SandboxUnavailable("a MediaWiki that says its version")
    return found[1]
