"""Real servers for the tests: started in under a second, always ended again."""
