"""A page of ours that is deployed whole: a template, a style, a page of help."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class OnwikiPage:
    """Title, text and content model as the wiki stores them."""

    title: str
    text: str
    model: str = "wikitext"
