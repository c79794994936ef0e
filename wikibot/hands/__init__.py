"""What touches a wiki: the only place that imports pywikibot."""
