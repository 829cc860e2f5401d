"""Codes that people read aloud, copy from a board and type: to join a class, to come back."""

import secrets

__all__ = ["ALPHABET", "bare_code", "new_code", "spelled"]

ALPHABET = "ABCDEFGHJKMNPQRSTVWXYZ23456789"
"""No letter or figure that can be taken for another."""
GROUP = 4


def new_code(groups: int) -> str:
    """A code of so many groups of four signs, without hyphens; each sign is worth 4.9 bits."""
    return "".join(secrets.choice(ALPHABET) for _ in range(groups * GROUP))


def spelled(code: str) -> str:
    """A code as it is shown: ``ABCD-EFGH``."""
    return "-".join(code[n : n + GROUP] for n in range(0, len(code), GROUP))


def bare_code(typed: str) -> str:
    """What somebody typed, as codes are kept: case, spaces and hyphens do not count."""
    return "".join(sign for sign in typed.upper() if sign.isalnum())
