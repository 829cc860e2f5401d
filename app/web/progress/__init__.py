"""A learner’s own results, and the way back to them."""
