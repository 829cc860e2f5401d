"""Language and reading comfort, kept in cookies of this browser."""
