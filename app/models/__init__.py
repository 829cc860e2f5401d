"""Tables and their queries: rows in, rows out. Only services call them."""
