"""Each left side finds its right side."""
