"""A teacher's own account, and the people an admin minds."""
