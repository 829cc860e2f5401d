"""What the form that mends a question shows: its values, and each problem beside its field.

Templates ask for a value, a name or the problems of a *path*, the same that leads to the value
in the question: ``("choices", 1, "text")``.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, get_args

from app.errors import N_, Message, Path, Problem
from app.questions.base import Skill
from app.questions.widgets import EditForm
from app.text.content import SLUG
from app.text.passage import Reading
from app.web.filters import FIELDS, SKILLS
from app.web.i18n import say, translate

__all__ = ["Editing", "for_a_form"]

SPARE = 2
"""Empty rows after those that are filled, for a browser without scripts."""


class Row(NamedTuple):
    """A row of fields: where it is, its number from 1, and whether it is one to fill."""

    path: Path
    number: int
    spare: bool


class Quote(NamedTuple):
    """A quote of the evidence, and the sentences that it stands in: none if it is not found."""

    path: Path
    text: str
    at: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Said:
    """What is wrong with a field, ready to be said."""

    message: Message
    hint: Message | None
    wrong: bool


class Editing:
    """A question in its form, however wrong it is, and what is wrong with it.

    Each problem is said once: by its own field, else by what is around it, else on top.
    """

    def __init__(
        self,
        form: EditForm,
        raw: Mapping[str, Any],
        reading: Reading,
        problems: Sequence[Problem],
    ) -> None:
        self.shown = form.show(raw)
        self.reading = reading
        written_id = raw.get("id")
        known = isinstance(written_id, str) and SLUG.fullmatch(written_id)
        self.prefix = f"e-{written_id}" if known else "e"
        self._said = [for_a_form(problem) for problem in problems]
        self._unsaid = set(range(len(problems)))
        self._below: dict[Path, list[int]] = {}
        for n, problem in enumerate(problems):
            path = form.place(raw, problem.path)
            for length in range(len(path) + 1):
                self._below.setdefault(path[:length], []).append(n)

    def at(self, path: Path) -> Any:
        """The value that a field shows; an empty text where there is none."""
        value: Any = self.shown
        for step in path:
            if isinstance(value, list) and isinstance(step, int):
                value = value[step] if step < len(value) else ""
            else:
                value = value.get(step, "") if isinstance(value, dict) else ""
        return value

    def rows(self, path: Path, least: int) -> Iterator[Row]:
        """The rows of a list, then spare ones: two, or as many as make the least."""
        filled = len(self.at(path))
        for n in range(max(filled + SPARE, least)):
            yield Row((*path, n), n + 1, n >= filled)

    def name(self, path: Path) -> str:
        """The name of a field."""
        return ".".join(map(str, path))

    def id(self, path: Path) -> str:
        """Its id on the page."""
        return "-".join([self.prefix, *map(str, path)])

    def said(self, path: Path) -> list[Said]:
        """What is wrong there or below, and has not been said yet."""
        found = [n for n in self._below.get(path, ()) if n in self._unsaid]
        self._unsaid.difference_update(found)
        return [self._said[n] for n in found]

    def skill_names(self) -> dict[str, str]:
        """The skills by the names that readers see."""
        return {skill: translate(SKILLS[skill]) for skill in get_args(Skill)}

    def quotes(self) -> list[Quote]:
        """The evidence, each quote with its sentences."""
        texts = self.shown["evidence"]["quotes"]
        return [
            Quote(("evidence", "quotes", n), text, self.reading.locate(text))
            for n, text in enumerate(texts)
        ]


# Authors of files are told of keys; whoever fills in a form sees fields instead.
_FILL = N_("Ce champ est à remplir.")
_NUMBER = N_("Écrivez un nombre, par exemple 1,5.")
_WHOLE = N_("Écrivez un nombre entier, par exemple 50.")
_MESSAGES = {
    "missing": _FILL,
    "string-too-short": _FILL,
    "string-too-long": N_("C’est trop long : %(max_length)s caractères au plus."),
    "too-short": N_("Il en faut au moins %(min_length)s."),
    "too-long": N_("Il y en a trop : %(max_length)s au plus."),
    "float-type": _NUMBER,
    "float-parsing": _NUMBER,
    "finite-number": _NUMBER,
    "int-type": _WHOLE,
    "int-parsing": _WHOLE,
    "int-from-float": _WHOLE,
    "greater-than": N_("Il faut plus de %(gt)s."),
    "greater-than-equal": N_("Il faut %(ge)s au moins."),
    "less-than-equal": N_("Il faut %(le)s au plus."),
    "literal-error": N_("Choisissez une des possibilités."),
    "unknown-key": N_("« %(key)s » n’est pas connu, et ne sera pas gardé."),
    "gap-kind": N_("Donnez au moins un mot à ce trou."),
}
_HINTS = {
    "no-key": N_("Cochez la bonne réponse, ou donnez-lui tous les points."),
    "two-keys": N_("Gardez une seule bonne réponse, ou changez le type de la question."),
    "no-distractor": N_("Ajoutez au moins une proposition fausse."),
    "no-evidence": N_("Cochez-la dans le texte, sous « Preuve »."),
    "quote-not-in-text": N_("Corrigez-la, ou videz-la et cochez la phrase dans le texte."),
    "gap-undefined": N_("Décrivez-le sous « Trous », ou retirez sa marque du texte."),
    "gap-unused": N_("Écrivez {{%(gap)s}} dans le texte, ou videz ce trou."),
    "words-range": N_("Échangez les deux nombres."),
    "rubric-total": N_("Accordez les points du barème et ceux de la question."),
}
_PERCENT = frozenset({"fraction", "weight"})
_BOUNDS = frozenset({"gt", "ge", "le"})


def for_a_form(problem: Problem) -> Said:
    """A problem in the words of a form, where nobody sees keys nor writes YAML."""
    params = dict(problem.message.params)
    if params.get("key") in _PERCENT:
        for bound in _BOUNDS & params.keys():
            params[bound] = f"{float(str(params[bound])) * 100:g} %"
    message, hint = problem.message, problem.hint
    if problem.code in _MESSAGES:
        message, hint = Message(_MESSAGES[problem.code], params), None
    if problem.code in _HINTS:
        hint = Message(_HINTS[problem.code], params)
    return Said(message, hint, problem.severity == "error")


_ABSENT = frozenset({"missing", "string-too-short", "too-short"})


def for_a_report(problem: Problem) -> tuple[str, str]:
    """A problem in a list, away from its field: what is said, and how to mend it in the form."""
    key = problem.message.params.get("key")
    message = say(problem.message)
    if problem.code in _ABSENT and key in FIELDS:
        message = translate("Il manque %(field)s.", field=translate(FIELDS[str(key)]))
    hint = for_a_form(problem).hint if problem.code in _HINTS else problem.hint
    return message, say(hint) if hint else ""
