"""Breaks each promise once, in a copy, and looks whether its test notices."""
