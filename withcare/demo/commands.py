"""Runs withcare's own commands, as an operator at a shell would."""

import os
import subprocess
import sys
from pathlib import Path

from withcare.demo.browser import DemoFailed
from withcare.exit_codes import ExitCode


def run(home: Path, *words: str, may_need_a_person: bool = False) -> str:
    """What the command printed; raises `DemoFailed` unless it ended well."""
    ended = subprocess.run(
        [sys.executable, "-m", "withcare", *words],
        env=os.environ | {"WITHCARE_HOME": str(home)},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    fine = {int(ExitCode.DONE)}
    if may_need_a_person:
        fine.add(int(ExitCode.NEEDS_A_PERSON))
    if ended.returncode not in fine:
        said = (ended.stderr or ended.stdout).strip()[-2000:]
        shown = " ".join(words[:3])
        raise DemoFailed(f"`withcare {shown}` ended with {ended.returncode}: {said}")
    return ended.stdout
