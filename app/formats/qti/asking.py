"""Interactions that stand on their own, and what makes questions of each."""

from collections.abc import Callable, Iterator

from app.errors import N_
from app.formats.qti.asked import Asked, Item, lose_general_feedback
from app.formats.qti.choices import ask_choice
from app.formats.qti.gaps import ask_gap_match
from app.formats.qti.hot_texts import ask_hot_text
from app.formats.qti.pairs import ask_associate, ask_match, ask_order
from app.formats.xml import Element

__all__ = ["ASK", "UNSUPPORTED"]


def _ask_essay(item: Item, interaction: Element) -> Iterator[Asked]:
    response = item.response(interaction)
    lose_general_feedback(item)
    if response.correct:
        item.lose(
            "model-answer",
            N_("La réponse modèle d’une rédaction n’est pas reprise : %(answer)s"),
            answer=" / ".join(response.correct)[:200],
        )
    yield Asked("essay", {})


Ask = Callable[[Item, Element], Iterator[Asked]]

ASK: dict[str, Ask] = {
    "associateinteraction": ask_associate,
    "choiceinteraction": ask_choice,
    "extendedtextinteraction": _ask_essay,
    "gapmatchinteraction": ask_gap_match,
    "hottextinteraction": ask_hot_text,
    "matchinteraction": ask_match,
    "orderinteraction": ask_order,
}
"""What makes questions of each interaction that stands on its own."""

UNSUPPORTED: dict[str, str] = {
    "custominteraction": N_("un exercice programmé à part"),
    "drawinginteraction": N_("un dessin à faire"),
    "graphicassociateinteraction": N_("des zones d’une image à relier"),
    "graphicgapmatchinteraction": N_("des étiquettes à poser sur une image"),
    "graphicorderinteraction": N_("des zones d’une image à ranger"),
    "hotspotinteraction": N_("une zone d’une image à choisir"),
    "mediainteraction": N_("un son ou une vidéo à suivre"),
    "portablecustominteraction": N_("un exercice programmé à part"),
    "positionobjectinteraction": N_("un objet à placer sur une image"),
    "selectpointinteraction": N_("un point d’une image à montrer"),
    "sliderinteraction": N_("un curseur à régler"),
    "uploadinteraction": N_("un fichier à envoyer"),
}
"""Interactions that no question type of ours can carry, in words."""
