"""The tables of the store; what the database can guard, it guards by a named check."""

from knowledge_base.tables.accounts import (
    accounts,
    counters,
    links,
    roles,
    sign_ins,
)
from knowledge_base.tables.desk import (
    desk_readers,
    desk_records,
    desk_tokens,
)
from knowledge_base.tables.history import (
    chain_head,
    contents,
    steps,
)
from knowledge_base.tables.imports import (
    batches,
    row_errors,
)
from knowledge_base.tables.jobs import jobs
from knowledge_base.tables.keys import data_keys
from knowledge_base.tables.markers import (
    markers,
    recoveries,
)
from knowledge_base.tables.parties import (
    communities,
    invitations,
    seasons,
    stewards,
    word_lists,
)
from knowledge_base.tables.records import (
    journeys,
    label_uses,
    own_words,
    records,
    words,
)
from knowledge_base.tables.shape import metadata
from knowledge_base.tables.views import (
    view_counts,
    views,
)
from knowledge_base.tables.waiting import (
    members_to_ask,
    question_counts,
    questions,
    ready,
)
from knowledge_base.tables.wiki import (
    pages,
    receipts,
    suggestions,
    watermarks,
)

__all__ = [
    "accounts",
    "batches",
    "chain_head",
    "communities",
    "contents",
    "counters",
    "data_keys",
    "desk_readers",
    "desk_records",
    "desk_tokens",
    "invitations",
    "jobs",
    "journeys",
    "label_uses",
    "links",
    "markers",
    "members_to_ask",
    "metadata",
    "own_words",
    "pages",
    "question_counts",
    "questions",
    "ready",
    "receipts",
    "recoveries",
    "records",
    "roles",
    "row_errors",
    "seasons",
    "sign_ins",
    "steps",
    "stewards",
    "suggestions",
    "view_counts",
    "views",
    "watermarks",
    "word_lists",
    "words",
]
