"""One key among several choices."""
