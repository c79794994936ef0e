"""How a page reads: knows wikitext and nothing of any wiki.

`render` makes the units of a page from a public view, `text` puts them into a page
and reads them back, `titles` names it, `changes` says what was changed and by whom.
"""
