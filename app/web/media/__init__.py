"""Images of questions."""
