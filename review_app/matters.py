"""What a steward answers for: in words on a page, and as it is written in a form."""

from markupsafe import Markup

from knowledge_base.matters import NoSuchMatter, read_matters
from knowledge_base.stewardship import EVERYTHING, takes_in
from review_app.desk import open_desk, title_of
from review_app.forms import Problem, text
from review_app.guests import account
from review_app.languages import message
from review_app.room import room

FIELD = "invite-matters"


def in_words(matters: tuple[str, ...]) -> Markup:
    """What somebody answers for; a title only where the reader may open the record."""
    if EVERYTHING in matters:
        return message("matters-everything")
    if not matters:
        return message("matters-nothing")
    return message("matters-these", Markup(", ").join(map(_named, matters)))


def _named(id: str) -> Markup:
    desk = open_desk(id)
    title = "" if desk.is_covered else title_of(desk)
    if title:
        return Markup("<bdi>{}</bdi>").format(title)
    return message("matters-one", id[:8])


def matters_written(community: str) -> tuple[str, ...] | Problem:
    """The matters in the form of an invitation, one a line; none written is all.

    A steward hands on no more than she answers for herself. The short name of a
    collection that is not open to her is answered like one that nobody gave.
    """
    hers = _hers(community)
    try:
        with room().store.reading() as db:
            wanted = read_matters(db, text("matters").splitlines())
    except NoSuchMatter:
        return Problem(FIELD, "matter-not-read")
    if hers is None:
        return wanted
    if wanted == (EVERYTHING,):
        return hers
    if not takes_in(hers, wanted) or not _knows_of(wanted):
        return Problem(FIELD, "matter-not-read")
    return wanted


def _knows_of(wanted: tuple[str, ...]) -> bool:
    """Whether each was written as a number, or is open to her under its short name."""
    lines = {one.strip().lower() for one in text("matters").splitlines()}
    return all(id in lines or not open_desk(id).is_covered for id in wanted)


def _hers(community: str) -> tuple[str, ...] | None:
    """What she answers for there; None for whoever is no steward of it."""
    mine = [one for one in account().stewarding if one.state == "active"]
    return next((one.matters for one in mine if one.community == community), None)
