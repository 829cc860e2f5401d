"""Reports for teachers: what the attempts say of the questions and of the text."""
