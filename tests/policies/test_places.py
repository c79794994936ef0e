"""Coarse places: deterministic, wide enough, and never the point itself."""

import math
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policies.places import coarsened

LATITUDES = st.floats(-89, 89, allow_nan=False)
LONGITUDES = st.floats(-180, 180, allow_nan=False)


@given(LATITUDES, LONGITUDES, st.sampled_from([1.0, 2.0, 50.0]))
def test_the_same_point_gives_the_same_cell_near_it(
    latitude: float, longitude: float, width: float
) -> None:
    value = f"{latitude:.6f}, {longitude:.6f}"
    found = coarsened(value, width)
    assert found is not None
    assert found == coarsened(value, width)
    north, east = (float(x) for x in re.findall(r"-?\d+\.\d+", found)[:2])
    away = math.hypot(
        (north - latitude) * 111.32,
        (east - longitude) * 111.32 * math.cos(math.radians(latitude)),
    )
    assert away <= width * 1.6 + 0.2


def test_neighbours_fall_into_one_cell() -> None:
    assert coarsened("51.5074 -0.1278", 50) == coarsened("51.5080 -0.1270", 50)


@pytest.mark.parametrize(
    "value", ["Lower Ford", "91, 0", "0, 181", "51.5", "", "51.5, -0.1, 12"]
)
def test_what_is_no_point_has_no_cell(value: str) -> None:
    assert coarsened(value, 2) is None


@pytest.mark.parametrize("width", [0, -1, float("nan")])
def test_a_width_that_is_none_gives_no_cell(width: float) -> None:
    assert coarsened("51.5, -0.1", width) is None
