"""How a page reads: knows wikitext and nothing of any wiki."""
