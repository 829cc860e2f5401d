"""Tables and their queries: rows in, rows out. Only services call them."""

from app.models import lookups, marking

__all__ = ["lookups", "marking"]  # their tables belong to the schema before a use case needs them
