"""What we know and what was decided, with its history; it shows nothing by itself."""
