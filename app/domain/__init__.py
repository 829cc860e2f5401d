"""Pure rules: quizzes, the life of an attempt, scores."""
