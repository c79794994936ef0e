"""`withcare demo`: the whole way of a record, shown once on real records."""

import signal
from pathlib import Path
from types import FrameType

import rich_click as click

from withcare.demo.telling import tell_it


@click.command()
@click.option("--once", is_flag=True, help="Look at everything, stop, and end.")
@click.option(
    "--home",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("build/demo"),
    help="An empty folder, or one that an earlier demo made.",
)
def demo(once: bool, home: Path) -> None:
    """Take records in, ask, publish to a wiki of our own, and take one back."""
    # Ended by a schedule or a shell: still put the servers away.
    signal.signal(signal.SIGTERM, _end)
    tell_it(home.resolve(), once=once, tell=click.echo)


def _end(number: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt
