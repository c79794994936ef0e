"""Tests, mirroring the packages; and what they need to be run."""
