"""What tests stand on: a PostgreSQL of their own, a browser, and a run that skips nothing."""
