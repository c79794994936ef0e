"""Says which promises cannot be broken any more, because their line has changed."""

import sys

from tests.breaks.copies import stale

found = stale()
for one in found:
    sys.stderr.write(f"{one.file} has no such line any more, for: {one.promise}\n")
sys.exit(1 if found else 0)
