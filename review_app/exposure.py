"""What stays behind on a wiki whatever is withdrawn later: said before every yes.

The rows follow what MediaWiki really keeps; what nobody looked up counts as kept.
"""

from policies.destinations import Destination
from policies.purposes import Purpose
from policies.truth import Truth


def what_stays(where: Destination) -> tuple[str, ...]:
    """The messages that say what stays, those that weigh most first."""
    rows = []
    if where.keeps_history is not Truth.FALSE:
        rows += ["stays-old-versions", "stays-logs"]
    if where.can_close is not Truth.TRUE:
        rows.append("stays-cannot-close")
    if where.is_ours is not Truth.TRUE:
        rows.append("stays-not-ours")
    if where.is_mirrored is not Truth.FALSE:
        rows.append("stays-mirrors")
    rows += ["stays-copies", "stays-mails", "stays-links", "stays-database"]
    if where.licence is not None:
        rows.append("stays-licence")
    if Purpose.INDEX in where.forces:
        rows.append("stays-search")
    if Purpose.AI in where.forces or Purpose.BULK in where.forces:
        rows.append("stays-machines")
    return tuple(rows)
