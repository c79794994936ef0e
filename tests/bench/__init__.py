"""Measures what we claim is fast; nothing here is asserted, machines are noisy."""
