"""The teachers' workspace: their quizzes, versions, sharing, files to take away."""
