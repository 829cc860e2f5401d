"""French texts: passages, sentences, typography, and the comparison of typed answers."""
