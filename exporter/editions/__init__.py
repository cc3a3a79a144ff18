"""Which note is which through all editions, and what an edition changes for its readers."""
