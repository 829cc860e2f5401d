"""Results of what a class was given, and marking."""
