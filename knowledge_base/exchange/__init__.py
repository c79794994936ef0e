"""Readers of the field's formats, and the import that carries their rows in."""
