"""A word or a few, typed."""
