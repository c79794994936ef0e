"""Makes places coarser, always in the same way: random shifts average back to truth."""

import math
import re

from policies.folding import fold

_KILOMETRES_PER_DEGREE = 111.32
_POINT = re.compile(
    r"\s*([-+]?\d{1,2}(?:\.\d+)?)\s*[,;\s]\s*([-+]?\d{1,3}(?:\.\d+)?)\s*"
)


def coarsened(value: str, kilometres: float) -> str | None:
    """The middle of the grid cell and its size, or `None` where it is no point.

    Rows of cells are equally high; the cells of a row are equally wide, and at least
    `kilometres` wide wherever they lie.
    """
    found = _POINT.fullmatch(fold(value))
    if found is None or not kilometres > 0:
        return None
    latitude, longitude = float(found[1]), float(found[2])
    if abs(latitude) > 90 or abs(longitude) > 180:
        return None
    height = kilometres / _KILOMETRES_PER_DEGREE
    row = math.floor(latitude / height)
    # The edge nearest the pole is the narrowest: measured there, no cell is too small.
    edge = min(max(abs(row * height), abs((row + 1) * height)), 89.0)
    width = height / math.cos(math.radians(edge))
    column = math.floor(longitude / width)
    middle = ((row + 0.5) * height, (column + 0.5) * width)
    return f"{middle[0]:.3f}, {middle[1]:.3f} (± {kilometres / 2:g} km)"
