"""What is told of a cell that cannot be taken as it is."""

from app.errors import N_, Message, Problem, Severity
from app.formats.base import LONGEST_EXCERPT, Place
from app.formats.spreadsheet.columns import HEADER_WITHIN

__all__ = ["no_header", "odd_points", "unclear_key", "unknown_setting", "unknown_type"]


def no_header(file: str) -> Problem:
    """No sheet has columns with names that we know."""
    return Problem(
        code="no-header",
        message=Message(
            N_("Aucune ligne de titres n’a été trouvée dans les %(rows)s premières lignes."),
            {"rows": HEADER_WITHIN},
        ),
        hint=Message(
            N_(
                "Il faut au moins une colonne « Question » et une colonne « Bonne réponse » ; "
                "le modèle à remplir les a toutes."
            )
        ),
        file=file,
        line=1,
        column=1,
    )


def _placed(
    at: Place, code: str, message: Message, hint: Message, severity: Severity, excerpt: str
) -> Problem:
    return Problem(
        code=code,
        message=message,
        hint=hint,
        severity=severity,
        file=at.file,
        line=at.line,
        column=at.column,
        cell=at.cell,
        excerpt=" ".join(excerpt.split())[:LONGEST_EXCERPT],
    )


def unknown_type(named: str, at: Place) -> Problem:
    return _placed(
        at,
        "unknown-type",
        Message(
            N_("Le type « %(type)s » n’est pas connu : il a été déduit."), {"type": named[:40]}
        ),
        Message(N_("Prenez l’un des types du modèle, comme « Choix unique ».")),
        "warning",
        named,
    )


def unclear_key(key: str, kind: str, at: Place) -> Problem:
    if kind in ("single_choice", "multiple_response"):
        text = N_("La bonne réponse « %(key)s » ne désigne aucun des choix.")
        hint = N_("Écrivez sa lettre (A), plusieurs lettres (A ; C), ou le texte exact du choix.")
    elif kind == "numeric":
        text = N_("La bonne réponse « %(key)s » n’est pas un nombre.")
        hint = N_("Écrivez-la ainsi : 12,5, ou 12,5 ± 0,5.")
    else:
        text = N_("La bonne réponse « %(key)s » n’est ni vrai ni faux.")
        hint = N_("Écrivez Vrai, Faux ou Non dit.")
    return _placed(at, "unclear-key", Message(text, {"key": key[:60]}), Message(hint), "error", key)


def unknown_setting(text: str, at: Place) -> Problem:
    return _placed(
        at,
        "unknown-setting",
        Message(N_("Le réglage « %(text)s » n’est pas connu."), {"text": text[:60]}),
        Message(N_("Le mode d’emploi du modèle donne la liste des réglages.")),
        "warning",
        text,
    )


def odd_points(text: str, at: Place) -> Problem:
    return _placed(
        at,
        "odd-points",
        Message(
            N_("« %(text)s » n’est pas un nombre de points : la question en vaut 1."),
            {"text": text[:30]},
        ),
        Message(N_("Écrivez un nombre, comme 2 ou 0,5.")),
        "warning",
        text,
    )
