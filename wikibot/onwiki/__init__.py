"""The part of withcare that lives on the wiki: templates, their style, pages of help.

They are made from the kinds and the registry and deployed as whole pages of ours.
"""

from wikibot.onwiki.deployed import pages
from wikibot.onwiki.page import OnwikiPage

__all__ = ["OnwikiPage", "pages"]
