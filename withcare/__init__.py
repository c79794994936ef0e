"""The command people type, on top of everything; it decides nothing itself."""
