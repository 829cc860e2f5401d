"""A number, in figures or in words."""
