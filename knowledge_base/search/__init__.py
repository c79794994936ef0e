"""Finds what anyone may see: our own words, looked up by whichever database it is."""
