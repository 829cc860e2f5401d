"""A text to write, marked by a person."""
