"""What anyone may see, kept worked out: public lists, counts and search read this.

A kept view counts only while nothing that it was made from has changed. Whoever
reads looks for that again, so one that was forgotten is not seen, and never shown.
"""

from knowledge_base.kept_views.catching_up import (
    past_their_day,
    renew_all,
    renew_stale,
    renew_these,
    set_out,
)
from knowledge_base.kept_views.light import KEPT_FOR
from knowledge_base.kept_views.reading import (
    Page,
    count_shown,
    kept_view,
    kept_views,
    list_shown,
)

__all__ = [
    "KEPT_FOR",
    "Page",
    "count_shown",
    "kept_view",
    "kept_views",
    "list_shown",
    "past_their_day",
    "renew_all",
    "renew_stale",
    "renew_these",
    "set_out",
]
