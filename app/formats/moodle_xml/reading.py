"""A Moodle file read from top to bottom; types that have no room here are told in words."""

from typing import Any

from app.errors import N_
from app.formats.base import MOST_QUESTIONS, ImportResult, Intake, Place, Upload
from app.formats.moodle_xml.asked import Asked, Bank
from app.formats.moodle_xml.document import fragments, is_cut
from app.formats.moodle_xml.kinds import READERS

__all__ = ["read"]

MOST_BROKEN = 100
HEAD = 20_000
"""Where a file may declare something, before its questions."""
MOST_PARTS = 2_000
"""Elements of a question: a hundred answers, with files and hints, are far below."""


def read(upload: Upload) -> ImportResult:
    """Read a question bank exported by Moodle in XML."""
    intake = Intake("moodle_xml", upload)
    bank = Bank(intake)
    _tell_entities(intake)
    broken = 0
    for n, fragment in enumerate(fragments(upload.text)):
        at = Place(upload.name, fragment.at.line, fragment.at.column)
        if n == MOST_QUESTIONS or broken == MOST_BROKEN:
            intake.error(
                "stopped",
                N_(
                    "La lecture s’est arrêtée à cette question : il y en a trop, ou trop de cassées."
                ),
                N_("Exportez une catégorie à la fois."),
                at=at,
            )
            break
        element, problems = fragment.parsed(upload.name)
        intake.result.problems += problems
        broken += element is None
        if element is not None:
            _read_question(Asked(element, at, bank))
    if is_cut(upload.text):
        lines = upload.text.rstrip().split("\n")
        intake.warn(
            "file-cut",
            N_("Le fichier s’arrête avant la fin du questionnaire : il a été coupé."),
            N_("Exportez-le de nouveau : il manque peut-être des questions."),
            at=Place(upload.name, len(lines), len(lines[-1]) + 1),
            excerpt=lines[-1][-80:],
        )
    intake.result.header = _header(bank)
    return intake.finish()


def _tell_entities(intake: Intake) -> None:
    """A file may define names for texts; they could stand for gigabytes, so no declaration is read."""
    text = intake.upload.text
    at = text.find("<!ENTITY", 0, HEAD)
    if at >= 0:
        intake.error(
            "xml-entity",
            N_("Le fichier définit ses propres entités XML : elles ne sont pas lues."),
            N_("Exportez-le de nouveau, sans déclaration « !ENTITY »."),
            at=Place(intake.upload.name, text.count("\n", 0, at) + 1, at - text.rfind("\n", 0, at)),
        )


def _header(bank: Bank) -> dict[str, Any]:
    """What the questions agree about."""
    header: dict[str, Any] = {}
    if len(bank.levels) == 1:
        header["level"] = next(iter(bank.levels))
    if bank.topics:
        header["topics"] = tuple(bank.topics)
    if len(bank.categories) == 1 and (title := next(iter(bank.categories))):
        header["title"] = title[:200]
    return header


def _read_question(asked: Asked) -> None:
    kind = asked.type
    if len(asked.element) > MOST_PARTS:
        asked.bank.intake.error(
            "too-many-parts",
            N_("Cette question a trop de réponses pour en être une : elle n’est pas reprise."),
            N_("Séparez-la en plusieurs questions, ou retirez des réponses."),
            at=asked.at,
            excerpt=asked.name,
        )
        return
    if kind == "category":
        asked.bank.category = _category(asked)
        return
    if kind.endswith("wiris"):
        kind = kind.removesuffix("wiris")
        asked.lose_once(
            "wiris",
            N_("Les calculs de WIRIS ne sont pas repris."),
            N_("Vérifiez les réponses dans l’aperçu."),
        )
    asked.bank.categories.add(asked.bank.category)
    reader = READERS.get(kind)
    if reader is None:
        _not_read(asked)
        return
    read_as = reader(asked)
    if read_as is not None:
        room, raw = read_as
        asked.bank.intake.question(
            room, asked.at, raw, category=asked.bank.category, problems=asked.problems
        )


def _category(asked: Asked) -> str:
    """The last name of a path such as ``$course$/top/Lecture/B1``; « // » is a bar in a name."""
    path = asked.value("category").replace("//", "\0").split("/")
    names = [name.strip().replace("\0", "/") for name in path]
    named = [name for name in names if name and name != "top" and not name.startswith("$")]
    return named[-1] if named else ""


def _not_read(asked: Asked) -> None:
    text, hint = _TOLD.get(
        asked.type,
        (
            N_("« %(name)s » est d’un type que Relire n’a pas (%(type)s)."),
            N_(
                "Dans Moodle, refaites-la en choix multiple, en réponse courte ou en texte à trous."
            ),
        ),
    )
    asked.lose("type", text, hint, name=asked.name[:80] or "?", type=asked.type[:40] or "?")


_CALCULATED = (
    N_("« %(name)s » est une question calculée : ses nombres changent à chaque fois."),
    N_("Choisissez les nombres et faites-en une question numérique."),
)
_ON_IMAGE = (
    N_("« %(name)s » se répond sur une image."),
    N_("Posez-la en associations, avec l’image dans l’énoncé."),
)
_DRAWN = (
    N_("« %(name)s » tire au sort d’autres questions."),
    N_("Exportez la catégorie où elle les prend : ses questions seront reprises."),
)
_TOLD: dict[str, tuple[str, str]] = {
    "calculated": _CALCULATED,
    "calculatedmulti": _CALCULATED,
    "calculatedsimple": _CALCULATED,
    "ddimageortext": _ON_IMAGE,
    "ddmarker": _ON_IMAGE,
    "random": _DRAWN,
    "randomsamatch": _DRAWN,
    "coderunner": (
        N_("« %(name)s » fait écrire un programme."),
        N_("Relire ne fait travailler que la lecture."),
    ),
    "stack": (
        N_("« %(name)s » est une question de mathématiques (STACK)."),
        N_("Relire ne fait travailler que la lecture."),
    ),
}
