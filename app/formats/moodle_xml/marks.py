"""What Relire writes into Moodle's HTML to know its own again: names of classes, words, tags.

Moodle keeps classes and shows nothing of them.
"""

import re

__all__ = [
    "ANY_PROOF",
    "BY",
    "KINDS",
    "PROMPT",
    "PROOF",
    "PROVES",
    "SOURCE",
    "divided",
    "quotes_in",
    "without_proof",
]

PROMPT = "relire-consigne"
KINDS = {"text": "relire-texte", "sidebar": "relire-encadre", "document": "relire-document"}
"""The kind of a passage → the class of the ``div`` around it."""
BY = "relire-auteur"
SOURCE = "relire-source"
PROOF = "relire-preuve"
ANY_PROOF = "relire-preuve-au-choix"
PROVES = "Preuve dans le texte :"

_PROOF = re.compile(
    rf'<p class="(?:{PROOF}|{ANY_PROOF})">[^<]{{0,99}}((?:<q>[^<]*</q>[^<]{{0,9}})*)</p>'
)
_QUOTE = re.compile(r"<q>([^<]*)</q>")


def divided(html: str, mark: str, tag: str = "div") -> tuple[str, str] | None:
    """What stands in the first element of that class, if HTML starts with it, and the rest."""
    opening, closing = f'<{tag} class="{mark}">', f"</{tag}>"
    html = html.lstrip()
    end = html.find(closing) if html.startswith(opening) else -1
    if end < 0:
        return None
    return html[len(opening) : end], html[end + len(closing) :]


def quotes_in(html: str) -> tuple[list[str], bool]:
    """The quotes of a proof as HTML, and whether any one of them is enough."""
    found = _PROOF.search(html)
    return (_QUOTE.findall(found[1]), ANY_PROOF in found[0]) if found else ([], False)


def without_proof(html: str) -> str:
    """The HTML without its proof."""
    return _PROOF.sub("", html)
