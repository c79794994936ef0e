"""What forks of a loaded process say to SQLite, compiled before they are made.

Each fork lives for one command and would compile all that it says anew, which took
half of its time.
"""

import gc
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.knowledge_base.conftest import make_world
from tests.statements import compile_once


def compile_beforehand() -> None:
    """Makes a small world in which something happens, and throws it away.

    No command is typed for it: what a command leaves behind in a process is not to be
    found by the next.
    """
    compile_once()
    with TemporaryDirectory() as folder:
        world = make_world(f"sqlite:///{Path(folder) / 'withcare.sqlite'}")
        record = world.item()
        world.concern(record, "named", world.people)
        world.approve(record, world.steward)
        world.collection()
        world.store.close()
    gc.freeze()  # a fork need not look through, and so copy, what it was born with
