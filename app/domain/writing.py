"""Content as somebody wrote it, read into content that can be used; or what is wrong, in words.

Files, forms and imports all end here, so a mistake is told in the same words wherever it was
made. ``path`` leads to the value inside what was written.
"""

from collections.abc import Iterable, Sequence
from difflib import get_close_matches
from typing import Any, get_args

from pydantic import ValidationError

from app.errors import N_, Message, Path, Problem
from app.questions import QUESTION_TYPES
from app.questions.base import Question
from app.text.passage import Reading

__all__ = ["check_question", "read_question", "validated", "written"]


def check_question(raw: Any, reading: Reading) -> tuple[Question | None, list[Problem]]:
    """A written question placed in its text; None if an error keeps it out of a quiz."""
    question, problems = read_question(raw)
    if question is None:
        return None, problems
    question, lost = question.placed(reading)
    problems = [*question.problems(), *lost]
    if any(problem.severity == "error" for problem in problems):
        return None, problems
    return question, problems


def read_question(raw: Any) -> tuple[Question | None, list[Problem]]:
    """A written question by itself, not yet placed in its text."""
    if not isinstance(raw, dict):
        return None, [
            Problem(
                code="not-a-question",
                message=Message(N_("Une question est une suite de clés : id, type, prompt…")),
                hint=Message(N_("Alignez les clés sous « - id: … ».")),
            )
        ]
    kind = raw.get("type")
    if not isinstance(kind, str) or kind not in QUESTION_TYPES:
        known = ", ".join(QUESTION_TYPES)
        return None, [
            Problem(
                code="unknown-type",
                message=Message(N_("Type de question inconnu : « %(type)s »."), {"type": kind}),
                hint=_did_you_mean(str(kind), QUESTION_TYPES)
                or Message(N_("Types connus : %(known)s."), {"known": known}),
                path=("type",),
            )
        ]
    return validated(QUESTION_TYPES[kind], raw)


def validated(model: type[Any], value: Any) -> tuple[Any, list[Problem]]:
    """The value as a model, or None and its problems, with paths inside the value."""
    try:
        return model.model_validate(value), []
    except ValidationError as error:
        wrong = error.errors(include_url=False, include_context=True)
        return None, [_problem(one, model) for one in wrong if not _follows(one, wrong)]


def _follows(error: Any, others: Sequence[Any]) -> bool:
    """Whether a list is only too short because some of its elements could not be read."""
    loc = error["loc"]
    return error["type"] == "too_short" and any(
        len(other["loc"]) > len(loc) and other["loc"][: len(loc)] == loc for other in others
    )


def _did_you_mean(word: str, known: Iterable[str]) -> Message | None:
    close = get_close_matches(word, list(known), n=1, cutoff=0.6)
    return Message(N_("Vouliez-vous dire « %(word)s » ?"), {"word": close[0]}) if close else None


_SAID: dict[str, tuple[str, str]] = {
    "missing": (N_("Il manque la clé « %(key)s »."), N_("Ajoutez-la.")),
    "string_type": (
        N_("« %(key)s » doit être un texte."),
        N_('Mettez la valeur entre guillemets droits : "…".'),
    ),
    "string_too_short": (N_("« %(key)s » est vide."), N_("Écrivez sa valeur.")),
    "string_too_long": (
        N_("« %(key)s » est trop long : %(max_length)s caractères au plus."),
        N_("Raccourcissez ce texte."),
    ),
    "string_pattern_mismatch": (
        N_(
            "« %(key)s » ne peut avoir que des minuscules sans accent, des chiffres et des traits d’union."
        ),
        N_("Par exemple : ma-question-1."),
    ),
    "literal_error": (N_("« %(input)s » n’est pas possible ici."), N_("Choix : %(expected)s.")),
    "too_short": (
        N_("« %(key)s » doit avoir au moins %(min_length)s éléments."),
        N_("Ajoutez ce qui manque."),
    ),
    "too_long": (
        N_("« %(key)s » a trop d’éléments : %(max_length)s au plus."),
        N_("Enlevez-en, ou partagez la question en plusieurs."),
    ),
    "tuple_type": (N_("« %(key)s » doit être une liste."), N_("Une ligne « - » par élément.")),
    "dict_type": (N_("« %(key)s » doit être une suite de clés."), ""),
    "model_type": (N_("« %(key)s » doit être une suite de clés."), ""),
    "bool_type": (N_("« %(key)s » vaut true ou false."), ""),
    "bool_parsing": (N_("« %(key)s » vaut true ou false."), ""),
    "float_type": (N_("« %(key)s » doit être un nombre."), N_("Avec un point : 1.5.")),
    "finite_number": (N_("« %(key)s » doit être un nombre."), N_("Avec un point : 1.5.")),
    "float_parsing": (N_("« %(key)s » doit être un nombre."), N_("Avec un point : 1.5.")),
    "int_type": (N_("« %(key)s » doit être un nombre entier."), ""),
    "int_parsing": (N_("« %(key)s » doit être un nombre entier."), ""),
    "int_from_float": (N_("« %(key)s » doit être un nombre entier."), ""),
    "greater_than": (N_("« %(key)s » doit dépasser %(gt)s."), ""),
    "greater_than_equal": (N_("« %(key)s » ne peut être inférieur à %(ge)s."), ""),
    "less_than_equal": (N_("« %(key)s » ne peut dépasser %(le)s."), ""),
}


def _problem(error: Any, model: type[Any]) -> Problem:
    path: Path = tuple(error["loc"])
    key = next((str(step) for step in reversed(path) if isinstance(step, str)), "?")
    if error["type"] == "extra_forbidden":
        return Problem(
            code="unknown-key",
            message=Message(N_("Clé inconnue : « %(key)s »."), {"key": key}),
            hint=_did_you_mean(key, _keys(model, path[:-1]))
            or Message(N_("Retirez-la, ou corrigez son nom.")),
            path=path,
        )
    context = error.get("ctx", {})
    params = {**context, "key": key, "input": str(error.get("input"))[:60]}
    if "expected" in params:  # pydantic lists in English
        params["expected"] = params["expected"].replace(" or ", ", ")
    text, hint = _SAID.get(error["type"], (N_("La valeur de « %(key)s » ne convient pas."), ""))
    return Problem(
        code=error["type"].replace("_", "-"),
        message=Message(text, params),
        hint=Message(hint, params) if hint else None,
        path=path,
    )


def _keys(model: Any, path: Path) -> set[str]:
    """The keys known where a path leads, as far as types tell."""
    for step in path:
        if isinstance(step, str) and hasattr(model, "model_fields"):
            found = next(
                (f for name, f in model.model_fields.items() if step in (name, f.alias)), None
            )
            model = found.annotation if found else None
        while model is not None and not hasattr(model, "model_fields"):
            model = next((a for a in reversed(get_args(model)) if a is not Ellipsis), None)
    if not hasattr(model, "model_fields"):
        return set()
    return {field.alias or name for name, field in model.model_fields.items()}


def written(question: Question) -> dict[str, Any]:
    """A question as its author would write it: without defaults, and without what is computed.

    ``read_question`` gives the same question back.
    """
    raw = question.model_dump(mode="json", by_alias=True, exclude_defaults=True)
    raw["type"] = question.type
    if isinstance(evidence := raw.get("evidence"), dict):
        evidence.pop("sentences", None)
        if not evidence.get("quotes"):
            del raw["evidence"]
    if isinstance(select := raw.get("select"), dict):
        for computed in ("key_ids", "sentences"):
            select.pop(computed, None)
    return raw
