"""Choose sentences or words in the text itself."""
