"""What is said of each slip against the grammar, and how to mend it in the file."""

from app.errors import N_, Severity

__all__ = ["SLIPS"]

SLIPS: dict[str, tuple[Severity, str, str]] = {
    "blank-line": (
        "warning",
        N_("Une ligne vide coupe les réponses : Moodle y verrait la fin de la question."),
        N_("Supprimez-la ; pour une ligne vide dans un texte, écrivez « \\n »."),
    ),
    "no-blank-line": (
        "warning",
        N_("Il manque une ligne vide avant cette question : Moodle la lirait mal."),
        N_("Laissez une ligne vide entre deux questions."),
    ),
    "braces-in-text": (
        "warning",
        N_("Des accolades font partie du texte sans être protégées."),
        N_("Écrivez « \\{ » et « \\} »."),
    ),
    "no-closing-brace": (
        "error",
        N_("Les réponses ne se terminent pas : il manque « } »."),
        N_("Ajoutez « } » après la dernière réponse."),
    ),
    "no-opening-brace": (
        "error",
        N_("Une accolade se ferme sans s’être ouverte."),
        N_("Ajoutez « { » avant les réponses, ou écrivez « \\} »."),
    ),
    "no-braces": (
        "error",
        N_("Les réponses ne sont pas entre accolades."),
        N_("Mettez « { » avant la première et « } » après la dernière."),
    ),
    "two-answers": (
        "error",
        N_("Une question ne peut avoir qu’une paire d’accolades."),
        N_("Séparez les questions par une ligne vide, ou faites-en un texte à trous dans Relire."),
    ),
}
"""The code of a slip → whether it keeps the question out, what is wrong, how to mend it."""
