"""What does not end is ended, also where nobody hears that it should."""

import subprocess
import sys
from threading import Event

import pytest

from tests.soak.ending import DoesNotEnd, cut_after
from tests.soak.tree import ROOT

DEAF = """
import signal
from threading import Event

from tests.soak.ending import cut_after, ended_after

with ended_after(1), cut_after(0.2):
    signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGALRM])
    Event().wait()  # here it stands
"""


def goes_on() -> None:
    """As the worker does, whatever exception it meets."""
    try:
        Event().wait()
    except Exception:
        Event().wait()


def test_what_goes_on_after_every_exception_is_cut_too() -> None:
    with pytest.raises(DoesNotEnd), cut_after(0.2):
        goes_on()


def test_what_ended_in_time_is_left_alone() -> None:
    with cut_after(0.2):
        pass
    Event().wait(0.4)


def test_what_hears_nothing_is_ended_with_its_stacks() -> None:
    words = [sys.executable, "-c", DEAF]
    ended = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=False)

    assert ended.returncode == 1
    assert "Timeout" in ended.stderr
    assert "in wait" in ended.stderr
