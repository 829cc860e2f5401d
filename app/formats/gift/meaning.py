"""What each question of a GIFT file means; ``grammar`` has found it and taken it apart.

The answers decide the type, in Moodle's own order: none, an essay; ``#`` first, a number; any
``~``, choices, of which one is right if there is any ``=``; ``->``, pairs; a truth value; else
texts to type. Where a teacher meant something else, we read as Moodle does and say so.
"""

import re
from bisect import bisect_right
from collections.abc import Sequence
from typing import Any

from app.errors import N_, Message, Problem
from app.formats.base import NONE_EARNS_ALL, Intake, Place, Upload, raise_to_all
from app.formats.gift.figures import value_and_tolerance
from app.formats.gift.grammar import Mark, Written, bare, cut, marks, split_general
from app.formats.gift.slips import SLIPS
from app.text.markdown import to_html
from app.text.markup import Marked

__all__ = ["Meaning", "Sheet"]

MOST_ANSWERS = 200
"""Beyond it a brace was forgotten; no type takes as many anyway."""

_FORMAT = re.compile(r"\s*\[(html|moodle|plain|markdown)\]")
_HTML = re.compile(
    r"</?(?:a|abbr|b|big|blockquote|br|center|code|del|div|em|font|h[1-6]|hr|i|img|kbd|li|mark|ol|p|pre"
    r"|q|s|small|span|strike|strong|sub|sup|table|tbody|td|th|thead|tr|tt|u|ul|video|audio|iframe|math"
    r"|svg)(?:[\s/][^<>]{0,4000})?>|&(?:[a-z]{2,8}|#\d{1,6}|#x[0-9a-f]{1,6});",
    re.IGNORECASE,
)
_EMPTY_TAGS = re.compile(r"(?:\s|&nbsp;|</?(?:p|br|div|span)\b[^<>]{0,400}>)*", re.IGNORECASE)
_WRAPPED = re.compile(r"<(?:p|div|span)\b", re.IGNORECASE)
"""How an editor wraps a text to type; any other tag is what the learner should type."""
_TRUTH = {
    **dict.fromkeys(("T", "TRUE", "V", "VRAI"), True),
    **dict.fromkeys(("F", "FALSE", "FAUX"), False),
}
_ORDER_OPTIONS = re.compile(
    r"(?:\d+|ALL|EXACT|RANDOM|REL|CONTIG(?:UOUS)?|H|HORI(?:ZONTAL)?|V|VERT(?:ICAL)?"
    r"|ALL_OR_NOTHING|ABS(?:OLUTE)?(?:_POSITION)?|RELATIVE\w*|LONGEST\w*|SHOW|HIDE|TRUE|FALSE|YES|NO"
    r"|none|abc|ABCD|123|iii|IIII)"
)
_COMMENT = re.compile(r"(?<=\S)(?<!\\)(?<!\b[A-Z])\s*#(?=\s*[^\W\d_])")
"""Where a comment begins after a pair; « C# » and « #f00 » are no comments."""
_LETTERED = re.compile(r"\s*(?:\(?[A-Fa-f1-6][).]|[-•])\s")
_ASKS_TO_CHOOSE = re.compile(
    r"\b(?:choisi[rst]|choisissez|coch(?:er?|ez)|parmi|plusieurs réponses|laquelle|lequel|lesquel(?:le)?s)\b",
    re.IGNORECASE,
)


class Sheet:
    """The file being read: its places, the category of the moment, and the intake that it fills."""

    def __init__(self, upload: Upload) -> None:
        self.intake = Intake("gift", upload)
        self.category = ""
        self.file = upload.name
        self.text = upload.text
        self._lines = [0, *(one.end() for one in re.finditer("\n", upload.text))]

    def place(self, at: int) -> Place:
        """The line and column of an offset."""
        line = bisect_right(self._lines, at)
        return Place(self.file, line, at - self._lines[line - 1] + 1)

    def begins_line(self, at: int) -> bool:
        """Whether nothing stands before an offset on its line."""
        start = self._lines[bisect_right(self._lines, at) - 1]
        return not self.text[start:at].strip()


class Meaning:
    """One question being understood; ``found`` is what seems wrong with it."""

    def __init__(self, sheet: Sheet, one: Written) -> None:
        self.sheet = sheet
        self.one = one
        self.found: list[Problem] = []
        answers, general = split_general(one.answers or "")
        self.answers = answers.strip()
        self.answers_at = one.answers_at + len(answers) - len(answers.lstrip())
        self.signs: set[str] = set()
        self.format = _FORMAT.match(one.prompt)
        self.prompt = self.said(one.prompt, one.at, lines=True)
        self.general = self.said(general, one.answers_at).text
        for slip in one.slips:
            severity, text, hint = SLIPS[slip.code]
            self.report(severity, slip.code, text, hint, at=slip.at)

    @property
    def broken(self) -> bool:
        """Whether something of its syntax keeps it out."""
        return any(problem.severity == "error" for problem in self.found)

    def report(
        self,
        severity: Any,
        code: str,
        text: str,
        hint: str,
        *,
        at: int | None = None,
        excerpt: str = "",
    ) -> None:
        """Say what is wrong with the question, or guessed."""
        place = self.sheet.place(self.one.at if at is None else at)
        self.found.append(
            Problem(
                code=code,
                message=Message(text),
                severity=severity,
                hint=Message(hint) if hint else None,
                file=place.file,
                line=place.line,
                column=place.column,
                excerpt=" ".join((excerpt or self.prompt.text).split())[:120],
            )
        )

    def warn(self, code: str, text: str, hint: str = "", **more: Any) -> None:
        """Something was guessed."""
        self.report("warning", code, text, hint, **more)

    def said(self, source: str, at: int, *, lines: bool = False, bare_text: bool = False) -> Marked:
        """What a piece of text says, in its own format or that of the question.

        A bare text has no format of its own in Moodle: it is HTML only where it looks like it.
        """
        own = _FORMAT.match(source)
        kind = (own or (not bare_text and self.format) or [None, "moodle"])[1]
        text = bare(source[own.end() :] if own else source).strip()
        if kind == "markdown":
            text = to_html(text)
        elif kind == "plain" or (kind == "moodle" and not _HTML.search(text)):
            return Marked(_tidy(text) if lines else " ".join(text.split()))
        elif kind == "moodle":
            text = text.replace("\n", "<br>")
        marked = self.sheet.intake.html(
            text, self.sheet.place(at), lambda address: _beside(self.sheet.intake, address)
        )
        return marked if lines else Marked(" ".join(marked.text.split()), marked.html)

    def read(self) -> None:
        """Find the type, and give the question to the intake."""
        kind, raw = self._typed_by_its_answers()
        prompt = self.prompt
        if not prompt.text and self.one.title:
            prompt = Marked(self.one.title)
            self.warn("no-prompt", N_("La question n’a pas de texte : son nom en tient lieu."))
        elif not prompt.text and prompt.html:
            prompt = Marked("Image", prompt.html)
        self.sheet.intake.question(
            kind,
            self.sheet.place(self.one.at),
            {"prompt": prompt.text, "prompt_html": prompt.html, **raw},
            category=self.sheet.category,
            problems=self.found,
        )

    def _typed_by_its_answers(self) -> tuple[str, dict[str, Any]]:
        answers = self.answers
        if not answers:
            return "essay", self.essay()
        if answers.startswith("#"):
            return "numeric", self.numeric()
        if answers.startswith(">"):
            return "ordering", self.ordering()
        found = self.marks()
        if "~" in self.signs:
            return self.choices(found)
        if "=" in self.signs and "->" in answers:
            return "matching", self.matching()
        truth = _TRUTH.get(cut(answers, "#", 1)[0].strip().upper())
        if truth is not None:
            return "true_false", self.true_false(value=truth)
        return "short_answer", self.short_answer(found)

    def marks(self, skipped: int = 0, *, comments: bool = True) -> list[Mark]:
        """The answers one by one; those that are empty are left out, and told."""
        source, at = self.answers[skipped:], self.answers_at + skipped
        found = marks(source, at, MOST_ANSWERS + 1, comments=comments)
        self.signs = {mark.sign for mark in found}
        if len(found) > MOST_ANSWERS:
            self.report(
                "error",
                "too-many-answers",
                N_("Cette question a trop de réponses pour en être une."),
                N_("Vérifiez qu’une accolade « } » la termine bien."),
                at=found[MOST_ANSWERS].at,
            )
            del found[MOST_ANSWERS:]
        empty = [mark for mark in found if _is_blank(mark) and not (skipped and mark.sign == "~")]
        if empty:
            self.warn(
                "empty-option",
                N_("Une réponse vide a été laissée de côté."),
                at=empty[0].at,
            )
        gone = {mark.at for mark in empty}
        return [mark for mark in found if mark.at not in gone]

    def feedback(self) -> dict[str, str]:
        """The general comment: it is shown whatever the answer."""
        return {"right": self.general, "wrong": self.general} if self.general else {}

    # The types.

    def essay(self) -> dict[str, Any]:
        """A text to write."""
        if self.general:
            self.sheet.intake.lose(
                "essay-feedback",
                N_("Le commentaire général d’une rédaction n’est pas repris."),
                at=self.sheet.place(self.one.at),
            )
        return {}

    def true_false(self, *, value: bool) -> dict[str, Any]:
        """The first comment is for a wrong answer, the second for a right one."""
        comments = [self.said(part, self.answers_at).text for part in cut(self.answers, "#", 2)[1:]]
        wrong, right = ([*comments, "", ""])[:2]
        told = {"true": right, "false": wrong} if value else {"true": wrong, "false": right}
        feedback = {
            verdict: " ".join(part for part in (text, self.general) if part)
            for verdict, text in told.items()
        }
        return {"answer": value, "feedback": feedback}

    def choices(self, found: Sequence[Mark]) -> tuple[str, dict[str, Any]]:
        """One right choice if any has the sign ``=``, else several with their weights."""
        single = any(mark.sign == "=" for mark in found)
        shares = [mark.weight for mark in found if mark.sign == "=" and mark.weight is not None]
        if len(shares) > 1 and max(shares) < 100 and abs(sum(shares) - 100) < 1:  # noqa: PLR2004 (percent)
            single = False
            self.warn(
                "shared-keys",
                N_("Plusieurs « = » se partagent les points : lu comme un choix multiple."),
                N_("Dans Moodle, écrivez « ~%50% » au lieu de « =%50% »."),
            )
        written: list[dict[str, Any]] = []
        for mark in found:
            text = self.said(mark.text, mark.at)
            share = self._share(mark, single=single)
            choice: dict[str, Any] = {
                "text": text.text or f"Image {len(written) + 1}",
                "html": text.html,
                "feedback": self.said(mark.feedback, mark.at).text,
            }
            if single:
                choice["key"] = mark.sign == "=" and not any(one.get("key") for one in written)
                if not choice["key"] and share:
                    choice["weight"] = share
            else:
                choice |= {"key": share > 0, "weight": share}
            written.append(choice)
        if single and sum(mark.sign == "=" for mark in found) > 1:
            self._several_keys(found)
        raw = {"choices": written, "feedback": self.feedback()}
        return ("single_choice" if single else "multiple_response"), raw

    def _share(self, mark: Mark, *, single: bool) -> float:
        percent = 100.0 if mark.sign == "=" and single else mark.weight
        if percent is None:
            percent = 100.0 if mark.sign == "=" else 0.0
        if abs(percent) > 100:  # noqa: PLR2004 (percent)
            self.warn(
                "weight-range",
                N_("Un poids dépasse 100 % : il a été ramené à 100 %."),
                at=mark.at,
                excerpt=mark.text,
            )
            percent = 100.0 if percent > 0 else -100.0
        return round(percent / 100, 7)

    def _several_keys(self, found: Sequence[Mark]) -> None:
        keys = [mark for mark in found if mark.sign == "="]
        inside = [mark for mark in keys if not self.sheet.begins_line(mark.at)]
        if inside and len(inside) + 1 < len(found) and self.sheet.begins_line(found[-1].at):
            self.warn(
                "sign-in-text",
                N_(
                    "Un « = » au milieu d’une option en commence une autre, qui compte comme juste."
                ),
                N_("Si c’est un simple signe, écrivez « \\= »."),
                at=inside[0].at,
                excerpt=inside[0].text,
            )
            return
        self.warn(
            "several-keys",
            N_("Plusieurs bonnes réponses « = » : une seule se choisit, et chacune suffit."),
            N_("Pour en faire cocher plusieurs, écrivez « ~%50% » devant chacune."),
            at=keys[1].at,
            excerpt=keys[1].text,
        )

    def short_answer(self, found: Sequence[Mark]) -> dict[str, Any]:
        """Texts to type; the joker alone stands for every other answer."""
        feedback = self.feedback()
        accepted: list[dict[str, Any]] = []
        for mark in found:
            comment = self.said(mark.feedback, mark.at).text
            if mark.text == "*":
                feedback["wrong"] = comment or feedback.get("wrong", "")
                continue
            fraction = self._share(mark, single=False) if mark.weight is not None else 1.0
            if fraction < 0:
                self.warn("negative", N_("Un poids négatif compte pour zéro."), at=mark.at)
            accepted.append(
                {
                    "text": self._typed(mark),
                    "fraction": max(0.0, fraction),
                    "feedback": comment,
                }
            )
        self._really_typed(accepted)
        self._raise_to_all(accepted)
        return {"answers": accepted, "feedback": feedback}

    def _raise_to_all(self, accepted: Sequence[dict[str, Any]]) -> None:
        """Make the best answer worth all; tell where anything would do."""
        if not accepted and "*" in self.answers and not self.broken:
            self.report(
                "error",
                "any-answer",
                N_("Toute réponse est acceptée (« * »)."),
                N_("Faites-en une rédaction « {} », ou écrivez les réponses attendues."),
            )
        if raise_to_all(accepted, "fraction"):
            self.warn("none-earns-all", *NONE_EARNS_ALL)

    def _typed(self, mark: Mark) -> str:
        """An accepted text, without the jokers that stand for anything."""
        written = bare(mark.text)
        wrapped = _WRAPPED.match(written) or _FORMAT.match(written)
        text = self.said(mark.text, mark.at).text if wrapped else " ".join(written.split())
        inner = text.strip("*") if not text.endswith("\\*") else text
        if inner.strip() and re.search(r"(?<!\\)\*", text):
            self.sheet.intake.lose(
                "joker",
                N_("Le joker « * » de « %(said)s » n’est pas repris."),
                N_("Ajoutez les réponses que vous acceptez."),
                at=self.sheet.place(mark.at),
                said=text,
            )
            text = " ".join(inner.split())
        return text.replace("\\*", "*")

    def _really_typed(self, accepted: Sequence[dict[str, Any]]) -> None:
        """Warn where texts to type look like choices: every one of them is marked as right."""
        texts = [one["text"] for one in accepted if one["fraction"] > 0]
        if len(texts) < 2:  # noqa: PLR2004 (a pair)
            return
        words = sum(len(text.split()) for text in texts) / len(texts)
        shared = abs(sum(one["fraction"] for one in accepted) - 1) < 0.01  # noqa: PLR2004 (a hair)
        if (
            (shared and not any(one["fraction"] == 1 for one in accepted))
            or all(_LETTERED.match(text) for text in texts)
            or (len(texts) > 2 and (words >= 4 or _ASKS_TO_CHOOSE.search(self.prompt.text)))  # noqa: PLR2004
        ):
            self.warn(
                "all-right",
                N_("Toutes les options sont justes (« = ») : l’élève devra taper l’une d’elles."),
                N_(
                    "Si ce sont des choix, mettez « ~ » devant les fausses, « ~%50% » si plusieurs sont justes."
                ),
            )

    def matching(self) -> dict[str, Any]:
        """Pairs; a right side without a left one is surplus. Moodle has no comments there."""
        pairs: list[dict[str, str]] = []
        surplus: list[str] = []
        commented: list[Mark] = []
        for mark in self.marks(comments=False):
            left, arrow, right = mark.text.partition("->")
            right, *comment = _COMMENT.split(right.strip(), maxsplit=1)
            commented += [mark] if comment else []
            if not arrow or not right:
                self.report(
                    "error",
                    "no-arrow",
                    N_("Une association n’a pas ses deux côtés, séparés par « -> »."),
                    N_("Écrivez « =gauche -> droite »."),
                    at=mark.at,
                    excerpt=mark.text,
                )
                continue
            said = self.said(right, mark.at, bare_text=True).text or f"Image {len(pairs) + 1}"
            if left.strip():
                name = self.said(left, mark.at).text or f"Image {len(pairs) + 1}"
                told = self.said("".join(comment), mark.at).text
                pairs.append({"left": name, "right": said, "feedback": told})
            elif said not in surplus:
                surplus.append(said)
        if commented:
            self.warn(
                "comment-in-pair",
                N_("Dans une association, Moodle montrerait ce qui suit « # » avec la réponse."),
                N_("Si c’est un simple signe, écrivez « \\# »."),
                at=commented[0].at,
                excerpt=commented[0].text,
            )
        return {"pairs": pairs, "distractors": surplus, "feedback": self.feedback()}

    def ordering(self) -> dict[str, Any]:
        """Steps, one a line, after the options of the plugin that reads them in Moodle."""
        first, _, rest = self.answers[1:].partition("\n")
        words = first.split()
        while words and _ORDER_OPTIONS.fullmatch(words[0]):
            words.pop(0)
        lines = [" ".join(words), *rest.split("\n")]
        steps = cut("\n".join(lines), "=", 1_000) if lines[0].startswith("=") else lines
        said = [
            self.said(step, self.answers_at, bare_text=True).text for step in steps if step.strip()
        ]
        return {"sequence": said, "feedback": self.feedback()}

    def numeric(self) -> dict[str, Any]:
        """Numbers with a tolerance, or between two bounds."""
        accepted: list[dict[str, Any]] = []
        strange: list[Mark] = []
        feedback = self.feedback()
        for mark in self.marks(1):
            comment = self.said(mark.feedback, mark.at).text
            text = bare(mark.text).strip()
            if mark.sign == "~" or text == "*":
                feedback["wrong"] = comment or feedback.get("wrong", "")
                continue
            bounds = value_and_tolerance(text)
            if bounds is None:
                strange.append(mark)
                continue
            fraction = 1.0 if mark.weight is None else self._share(mark, single=False)
            value, tolerance = bounds
            accepted.append(
                {
                    "value": float(value),
                    "tolerance": float(tolerance),
                    "fraction": max(0.0, fraction),
                    "feedback": comment,
                }
            )
        for mark in strange:
            self.report(
                "warning" if accepted else "error",
                "not-a-number",
                N_("Une réponse numérique n’est pas un nombre : elle a été laissée de côté."),
                N_("Écrivez « #1822 », « #1822:5 » (à 5 près) ou « #1817..1827 »."),
                at=mark.at,
                excerpt=mark.text or self.answers,
            )
        self._raise_to_all(accepted)
        return {"answers": accepted, "feedback": feedback}


def _is_blank(mark: Mark) -> bool:
    """Whether an answer says nothing, be it with tags: Moodle leaves it out as well."""
    own = _FORMAT.match(mark.text)
    said = bare(mark.text[own.end() :] if own else mark.text)
    return _EMPTY_TAGS.fullmatch(said) is not None


def _tidy(text: str) -> str:
    lines = (" ".join(line.split()) for line in text.split("\n"))
    return "\n".join(line for line in lines if line)


def _beside(intake: Intake, address: str) -> bytes | None:
    """An image named in the text, if it was sent beside the file."""
    return intake.upload.beside(address.rpartition("@@PLUGINFILE@@/")[2])
