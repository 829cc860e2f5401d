"""Shares of the points as files give them, so that the best answer earns all of them.

Other programs accept a question of which no answer is worth 100 %: nobody could have full marks.
"""

from collections.abc import MutableMapping, Sequence
from typing import Any

from app.errors import N_

__all__ = ["NONE_EARNS_ALL", "raise_to_all"]

NONE_EARNS_ALL = (
    N_("Aucune réponse ne vaut 100 % : la meilleure a été portée à 100 %, les autres avec elle."),
    N_("Vérifiez les réponses dans l’aperçu, et leurs notes dans votre fichier."),
)
"""What is told, and how to mend it, where ``raise_to_all`` changed something."""


def raise_to_all(answers: Sequence[MutableMapping[str, Any]], name: str) -> bool:
    """Scale the shares that stand under a name until the best is 1; whether that was needed.

    Answers that all earn nothing stay as they are: nobody can tell which one is right.
    """
    best = max((answer[name] or 0.0 for answer in answers), default=0.0)
    if not 0 < best < 1:
        return False
    for answer in answers:
        share = answer[name] or 0.0
        answer[name] = 1.0 if share == best else round(max(-1.0, share / best), 7)
    return True
