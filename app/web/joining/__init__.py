"""A learner joins a class, and opens what it was given."""
