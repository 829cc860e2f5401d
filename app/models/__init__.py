"""Tables and their queries: rows in, rows out. Only services call them."""

from app.models import assignment, classroom, marking

__all__ = ["assignment", "classroom", "marking"]  # tables, before a use case needs them
