"""The library: home, a quiz, its paper, help."""
