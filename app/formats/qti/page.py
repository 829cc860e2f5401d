"""A page: an item being written, with what it declares, scores and says."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from app.domain.quiz import Item as Placed
from app.errors import N_, Problem
from app.formats.base import loss
from app.formats.qti.dialects import Child, Dialect, text_lines
from app.formats.xml import Element
from app.text.passage import Reading

__all__ = ["RESPONSE", "Page"]

RESPONSE = "RESPONSE"


@dataclass
class Page:
    """An item being written: what it says, and what it could not say."""

    dialect: Dialect
    placed: Placed
    reading: Reading
    images: Mapping[str, str]
    body: list[Child] = field(default_factory=list)
    declarations: list[Element] = field(default_factory=list)
    rules: list[Element] = field(default_factory=list)
    feedback: dict[str, str] = field(default_factory=dict)
    """What is said after the answer, by identifier; choices carry theirs themselves."""
    of_choices: str = ""
    """How many identifiers the feedback of choices may need: "single" or "multiple"."""
    losses: list[Problem] = field(default_factory=list)

    @property
    def points(self) -> float:
        """What the question is worth."""
        return self.placed.question.points

    def lose(self, code: str, text: str, hint: str = "") -> None:
        """Report what this format does not carry, with the question's number."""
        self.losses.append(loss(code, text, hint, number=self.placed.number))

    def marked(self, text: str, html: str) -> list[Child]:
        """A text with its marked words."""
        if not html:
            return text_lines(self.dialect, text)
        if "<u>" in html or "<s>" in html:
            self.lose("marks", N_("Question %(number)s : le soulignement devient de l’italique."))
        return self.dialect.html(html, dict(self.images))

    def prompt(self) -> list[Child]:
        """What is asked."""
        question = self.placed.question
        return self.marked(question.prompt, question.prompt_html)

    def declare(
        self,
        base: str,
        correct: list[str],
        *,
        name: str = RESPONSE,
        several: str = "single",
        worth: Mapping[str, float] | None = None,
        sensitive: bool | None = None,
    ) -> None:
        """Declare a response: its right values, and what each value earns if that differs."""
        q = self.dialect.q
        values = [q("value", value) for value in correct]
        mapping = None
        if worth:
            case = {} if sensitive is None else {"caseSensitive": sensitive}
            entries = [
                q("mapEntry", mapKey=key, mappedValue=value, **case) for key, value in worth.items()
            ]
            mapping = q("mapping", entries, defaultValue=0.0, lowerBound=0.0)
        self.declarations.append(
            q(
                "responseDeclaration",
                q("correctResponse", values) if values else None,
                mapping,
                identifier=name,
                cardinality=several,
                baseType=base,
            )
        )

    def score(self, value: Element) -> None:
        """Give the score."""
        self.rules.append(self.dialect.q("setOutcomeValue", value, identifier="SCORE"))

    def score_mapping(self, *names: str) -> None:
        """Score by the mappings of these responses."""
        maps = [self.dialect.q("mapResponse", identifier=name) for name in names]
        self.score(maps[0] if len(maps) == 1 else self.dialect.q("sum", maps))

    def score_if(self, *tests: Element) -> None:
        """All the points if one of the tests holds."""
        q = self.dialect.q
        given = q("setOutcomeValue", q("variable", identifier="MAXSCORE"), identifier="SCORE")
        test = tests[0] if len(tests) == 1 else q("or", tests)
        self.rules.append(q("responseCondition", q("responseIf", test, given)))

    def is_correct(self, name: str = RESPONSE) -> Element:
        """The test of the one right value."""
        q = self.dialect.q
        return q("match", q("variable", identifier=name), q("correct", identifier=name))

    def say(self, right: str, wrong: str) -> None:
        """Say one thing of a right answer, another of a wrong one."""
        if right:
            self.feedback["correct"] = right
        if wrong:
            self.feedback["incorrect"] = wrong

    def lose_general_feedback(self) -> None:
        """Report feedback on the whole answer, where only choices can have some."""
        feedback = self.placed.question.feedback
        if feedback.right or feedback.wrong:
            self.lose(
                "general-feedback",
                N_("Question %(number)s : son commentaire général n’y sera pas."),
                N_("Donnez un commentaire à chaque choix."),
            )
