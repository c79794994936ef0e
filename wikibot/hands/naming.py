"""Whether a page's title says what the page itself may not say any more."""

from knowledge_base.kinds import Kind
from knowledge_base.records import Record
from policies.view import PublicView
from policies.visibility import Visibility
from wikibot.pages.titles import fields_of_title, legal


def shows_in_title(title: str, record: Record, view: PublicView, kind: Kind) -> bool:
    """Whether the title has words of the record that the view does not show."""
    return view.visibility > Visibility.NONE and any(
        value in title
        for name in fields_of_title(kind)
        for value in _not_shown(record, view, name)
    )


def _not_shown(record: Record, view: PublicView, name: str) -> list[str]:
    shown = {
        legal(value)
        for field in view.fields
        if field.name == name and field.signed is None
        for value in field.values
    }
    told = (legal(value) for value in record.content.get(name, ()))
    return [value for value in told if value and value not in shown]
