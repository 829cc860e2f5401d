"""What each question of a GIFT file means; ``grammar`` has found it and taken it apart.

The answers decide the type, in Moodle's own order: none, an essay; ``#`` first, a number; any
``~``, choices, of which one is right if there is any ``=``; ``->``, pairs; a truth value; else
texts to type. Where a teacher meant something else, we read as Moodle does and say so.
"""

import re
from collections.abc import Sequence
from typing import Any

from app.errors import N_
from app.formats.base import (
    ALIKE,
    NO_RIGHT_SIDE,
    NONE_EARNS_ALL,
    SHOWN_AS_WRITTEN,
    distinct_pairs,
    raise_to_all,
    show_as_written,
)
from app.formats.gift.asked import OWN_FORMAT, Asked
from app.formats.gift.figures import value_and_tolerance
from app.formats.gift.grammar import Mark, bare, cut
from app.text.markup import Marked

__all__ = ["Meaning"]

_WRAPPED = re.compile(r"<(?:p|div|span)\b", re.IGNORECASE)
"""How an editor wraps a text to type; any other tag is what the learner should type."""
_TRUTH = {
    **dict.fromkeys(("T", "TRUE", "V", "VRAI"), True),
    **dict.fromkeys(("F", "FALSE", "FAUX"), False),
}
_TRUTH_IN_MOODLE = frozenset(("T", "TRUE", "F", "FALSE"))
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


class Meaning(Asked):
    """One question being understood."""

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
        said = cut(answers, "#", 1)[0].strip()
        truth = _TRUTH.get(said.upper())
        if truth is not None:
            if said not in _TRUTH_IN_MOODLE:
                self.sheet.tell_truth(self.answers_at, said)
            return "true_false", self.true_false(value=truth)
        return "short_answer", self.short_answer(found)

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
        worth = [(one["key"], one.get("weight")) for one in written]
        if show_as_written(written, [self.code(mark) for mark in found], worth):
            self.warn("shown-as-written", *SHOWN_AS_WRITTEN)
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
        wrapped = _WRAPPED.match(written) or OWN_FORMAT.match(written)
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
        broken: list[Mark] = []
        for mark in self.marks(comments=False):
            left, arrow, right = mark.text.partition("->")
            right, *comment = _COMMENT.split(right.strip(), maxsplit=1)
            commented += [mark] if comment else []
            if not arrow or not right:
                broken.append(mark)
                continue
            said = self.said(right, mark.at, bare_text=True).text or f"Image {len(pairs) + 1}"
            if left.strip():
                name = self.said(left, mark.at).text or f"Image {len(pairs) + 1}"
                told = self.said("".join(comment), mark.at).text
                pairs.append({"left": name, "right": said, "feedback": told})
            elif said not in surplus:
                surplus.append(said)
        for mark in broken:
            self._half_a_pair(mark, alone=len(pairs) < 2)  # noqa: PLR2004 (what a matching needs)
        if commented:
            self.warn(
                "comment-in-pair",
                N_("Dans une association, Moodle montrerait ce qui suit « # » avec la réponse."),
                N_("Si c’est un simple signe, écrivez « \\# »."),
                at=commented[0].at,
                excerpt=commented[0].text,
            )
        pairs, changed = distinct_pairs(pairs)
        for code, (text, hint) in ALIKE.items():
            if code in changed:
                self.warn(code, text, hint)
        return {"pairs": pairs, "distractors": surplus, "feedback": self.feedback()}

    def _half_a_pair(self, mark: Mark, *, alone: bool) -> None:
        """A pair without its right side is left out, if others remain; without an arrow, refused."""
        if "->" in mark.text and not alone:
            self.warn("no-right-side", *NO_RIGHT_SIDE, at=mark.at, excerpt=mark.text)
            return
        self.report(
            "error",
            "no-arrow",
            N_("Une association n’a pas ses deux côtés, séparés par « -> »."),
            N_("Écrivez « =gauche -> droite »."),
            at=mark.at,
            excerpt=mark.text,
        )

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
