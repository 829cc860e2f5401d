"""Several keys among several choices."""
