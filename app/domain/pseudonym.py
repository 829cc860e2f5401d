"""What a learner of a class may be called. Nobody asks for a real name."""

import unicodedata

from app.errors import N_, Refused

__all__ = ["LONGEST", "clean_pseudonym", "pseudonym_key"]

LONGEST = 40


def clean_pseudonym(text: str) -> str:
    """A pseudonym as it is kept. Raises Refused if it cannot be one."""
    chosen = unicodedata.normalize("NFC", " ".join(text.split()))
    if not any(sign.isalnum() for sign in chosen):
        raise Refused(N_("Écrivez un pseudonyme."))
    if len(chosen) > LONGEST or not chosen.isprintable():
        raise Refused(N_("Un pseudonyme a quarante signes au plus."))
    if "@" in chosen:
        raise Refused(N_("Un pseudonyme n’est pas une adresse : enlevez l’arobase."))
    return chosen


def pseudonym_key(pseudonym: str) -> str:
    """What two members of a class may not share: the pseudonym without regard for case."""
    return unicodedata.normalize("NFKC", pseudonym).casefold()[: 3 * LONGEST]
