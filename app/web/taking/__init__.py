"""Taking a quiz: the attempt, its saves, its results."""
