"""Tables and their queries: rows in, rows out. Only services call them."""

from app.models import marking

__all__ = ["marking"]  # its tables belong to the schema before a use case needs them
