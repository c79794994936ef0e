"""The soak: each promise tried by the thousand, with a seed, until the time is over."""
