"""Correcting together: a quiz projected to the class that has taken it."""
