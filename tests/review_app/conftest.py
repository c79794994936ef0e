"""What the tests of the review app may ask for: a table with people round it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.review_app.table import Table, lay_table


@pytest.fixture
def table(tmp_path: Path) -> Iterator[Table]:
    laid = lay_table(tmp_path)
    yield laid
    laid.store.close()
