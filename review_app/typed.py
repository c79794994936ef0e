"""What a person typed into a form that could not be taken, so that it is not gone.

Nothing here looks at a record: only what came with the form is given back.
"""

from flask import request, url_for

from review_app.forms import TOKEN

# The fields that people write in themselves; all others our own forms fill.
WRITTEN = (
    "page",
    "note",
    "quote",
    "words",
    "signed",
    "text",
    "attribution",
    "evidence",
    "mark",
    "name",
)
_OF_A_RECORD = frozenset({"answers", "words", "flags", "labels", "record"})


def typed() -> tuple[str, ...]:
    """Each text that she wrote, in the order of the form."""
    return tuple(
        value
        for field, values in request.form.lists()
        if field in WRITTEN
        for value in values
        if value.strip()
    )


def way_back() -> str:
    """The page on which the form that was sent stood, as far as its address tells."""
    id = (request.view_args or {}).get("id")
    if id is not None and request.blueprint in _OF_A_RECORD:
        return url_for("record.page", id=id)
    if id is not None and request.blueprint == "lists":
        return url_for("lists.own", id=id)
    if id is not None and request.blueprint == "communities":
        return url_for("communities.one", id=id)
    return url_for("public.welcome")


def carried() -> tuple[tuple[str, str], ...]:
    """All fields, to be sent once more; none where a password is among them."""
    if "password" in request.form:
        return ()
    return tuple(
        (field, value)
        for field, values in request.form.lists()
        if field != TOKEN
        for value in values
    )
