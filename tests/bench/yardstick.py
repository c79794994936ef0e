"""How quick this machine is: what the other numbers are to be read beside.

Machines differ by three times and more, and a rate that one reaches another cannot.
"""

import hashlib
import json
import time
from collections.abc import Iterable
from typing import Any

MANY, RUNS = 100_000, 5


def measure() -> Iterable[dict[str, Any]]:
    """Small values written as JSON and hashed, on one core; the best of the runs."""
    best = max(_run() for _ in range(RUNS))
    yield {
        "name": "this machine: JSON written and hashed",
        "value": round(best),
        "unit": "values/s",
        "peer": "",
        "ratio": None,
    }


def _run() -> float:
    begins = time.perf_counter()
    for number in range(MANY):
        hashlib.sha256(json.dumps({"a": number}).encode()).digest()
    return MANY / (time.perf_counter() - begins)
