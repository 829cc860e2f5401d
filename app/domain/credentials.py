"""What an e-mail address and a password must be. Everything is judged here, offline."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from email_validator import EmailNotValidError, validate_email

from app.errors import N_, Message, Refused

__all__ = ["MINIMUM", "Judged", "judge", "normal_email"]

MINIMUM = 12
"""Characters of the shortest password; length protects better than signs of every kind."""
MAXIMUM = 200
JUDGED = 72
"""What is judged of a long password: its time grows faster than its length."""
SAFE = 3
"""The lowest strength that withstands a stolen database for years, out of 4."""

STRENGTHS = {3: N_("solide"), 4: N_("très solide")}
REASONS = {
    "dictionary": N_("Il fait partie des mots de passe ou des mots les plus répandus."),
    "user_inputs": N_("Il contient votre nom ou votre adresse."),
    "repeat": N_("Il répète les mêmes caractères."),
    "sequence": N_("Il contient une suite, comme « abcd » ou « 1234 »."),
    "spatial": N_("Il suit les touches du clavier, comme « azerty »."),
    "date": N_("Il contient une date : c’est ce qu’on essaie d’abord."),
    "regex": N_("Il contient une date : c’est ce qu’on essaie d’abord."),
}
"""What zxcvbn recognised → why that is weak."""
HINT = N_(
    "Prenez plutôt quatre ou cinq mots sans lien entre eux : c’est plus sûr et plus facile à retenir."
)


@dataclass(frozen=True, slots=True)
class Judged:
    """What is wrong with a password, if anything, and how strong it is (0 to 4)."""

    problems: tuple[Message, ...] = ()
    strength: int = 0

    @property
    def strength_name(self) -> str:
        """« solide », to be translated; empty for a password that is refused."""
        return "" if self.problems else STRENGTHS[self.strength]


def normal_email(text: str) -> str:
    """An address as it is kept: in lower case, so that one person is one account.

    Raises Refused where it cannot be an address. Nothing is looked up on the network.
    """
    try:
        found = validate_email(text.strip(), check_deliverability=False)
    except EmailNotValidError:
        raise Refused(
            N_("Ce n’est pas une adresse e-mail : il y faut une arobase et un domaine.")
        ) from None
    return found.normalized.lower()


def judge(password: str, personal: Sequence[str] = ()) -> Judged:
    """Whether a password will do; ``personal`` is what others know of its owner.

    Length first: what is too short is not judged any further.
    """
    if len(password) < MINIMUM:
        return Judged((Message(N_("Il faut au moins %(min)s caractères."), {"min": MINIMUM}),))
    if len(password) > MAXIMUM:
        return Judged((Message(N_("Il faut au plus %(max)s caractères."), {"max": MAXIMUM}),))
    known = [part for text in personal for part in _parts(text)]
    if password.casefold() in (text.casefold() for text in personal):
        return Judged((Message(REASONS["user_inputs"]), Message(HINT)))
    found = _zxcvbn()(password[:JUDGED], user_inputs=known)
    strength = int(found["score"])
    if strength >= SAFE:
        return Judged(strength=strength)
    reasons = dict.fromkeys(_reasons(found["sequence"]))
    return Judged((*map(Message, reasons), Message(HINT)), strength)


def _parts(text: str) -> Iterable[str]:
    yield text
    yield from text.replace("@", " ").replace(".", " ").replace("-", " ").split()


def _reasons(sequence: Iterable[dict[str, Any]]) -> Iterable[str]:
    for match in sequence:
        kind = match["pattern"]
        if kind == "dictionary" and match["dictionary_name"] == "user_inputs":
            kind = "user_inputs"
        if kind in REASONS:
            yield REASONS[kind]


@lru_cache(maxsize=1)
def _zxcvbn() -> Any:
    from zxcvbn import zxcvbn  # noqa: PLC0415 (its lists of words: only where one chooses a password)

    return zxcvbn
