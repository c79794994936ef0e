"""A person moved a page of ours: the title that we know of it follows."""

from knowledge_base.pages import PageState, follow_title
from wikibot.hands.errand import Errand
from wikibot.pages.titles import opaque, with_number


def follow_move(errand: Errand, page: PageState, title: str) -> None:
    """The page has this title from here on; the old one is kept for later."""

    def instead(holder: PageState) -> tuple[str, ...]:
        language = errand.place.language
        numbered = with_number(holder.title, holder.record)
        return (numbered, opaque(holder.record, language=language), holder.record)

    with errand.store.writing() as db:
        follow_title(db, page, title, instead=instead)
    errand.tally.noticed += 1
