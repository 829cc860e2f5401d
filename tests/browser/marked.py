"""How the tests speak of results: a class that has handed its work in, partly marked."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection

from app.domain.assignment import Terms
from app.domain.quiz import Quiz
from app.extensions import db
from app.models import content
from app.questions.base import Answer
from app.services import amending, assignments, classes, joining, marking, read, run, taking
from app.services.amending import Wish
from app.services.marking import Marking
from tests.browser.server import Server
from tests.conftest import make_app
from tests.sittings import WRONG, own_quiz, publish_as

__all__ = ["Marked", "marked_class"]

ESSAYS = (
    (
        "Oui, j’aimerais vendre à ce marché, car j’aime l’hiver et le miel. D’abord, on y rencontre "
        "des gens du village. Ensuite, le froid donne envie de chanter ! Pourtant, il faudrait se "
        "lever très tôt, et mes mains gèleraient.\n\nMais ma sœur viendrait m’aider."
    ),
    "Non. Il fait trop froid, et je n’aime pas me lever à l’aube.",
    "Je vendrais des gâteaux, parce que ma grand-mère m’a appris à les faire.",
    "Oui.",
)
TYPED = ("ruches", "alvéole", "alvéole", "nid d’abeilles", "nid d’abeilles", "la Ruche", "rûche")
NUMBERS = ("quatre", "4", "2019", "trois", "")
GAPS = ({"1": "a débuté"}, {"1": "commençait"}, {"1": "a commencer"}, {"1": "a débuté"})
NAMES = (
    "Zoé la vive",
    "Abel",
    "Chloé",
    "Le grand dévoreur de bibliothèques",
    "Denis",
    "Elsa",
    "Farid",
    "Gaëlle",
    "Hugo",
)


@dataclass(frozen=True, slots=True)
class Marked:
    """A class that has handed in, and what is where."""

    assignment: str
    """The address of its settings; what was handed in is below it."""
    untouched: str
    """Another one, which nobody has begun."""
    empty: str
    """One that was given to a class without learners."""
    library: str
    """One of the library, which is nobody's to share."""
    first: int
    """The membership of a learner who has handed in twice, and whose mark was corrected."""
    idle: int
    """The membership of a learner who has handed in nothing."""
    slug: str
    """Of the quiz, which has two versions."""


def marked_class(server: Server, owner: str) -> Marked:
    """Nine learners of this teacher's have handed in ten answers, one has not, one has left."""
    ((user,),) = server.ask("SELECT id FROM user WHERE email = ?", f"{owner}@ecole.example")
    with make_app(server.instance).app_context():
        made = _School(user).make()
        db.engine.dispose()
    return made


class _School:
    def __init__(self, user: int) -> None:
        self.user, self.now = user, datetime.now(UTC)
        self.quiz = own_quiz("rucher-classe")
        publish_as(user, self.quiz)
        self.room = self._room("4e A")
        self.tokens: dict[str, str] = {}
        self.sheets: dict[str, str] = {}

    def _room(self, name: str) -> str:
        return run(classes.make_class, self.user, name, self.now.date(), self.now)

    def _give(self, room: str, slug: str = "rucher-classe") -> str:
        terms = Terms("exam", attempts_allowed=3)
        return run(assignments.assign_quiz, self.user, room, slug, terms, "", self.now)

    def make(self) -> Marked:
        """Give, take, mark."""
        self.given = self._give(self.room)
        for name in (*NAMES, "Inès", "Jean"):
            self._join(name)
        self._take("Abel", self.quiz, 1)
        self._revise()
        for n, name in enumerate(NAMES):
            self._take(name, self.quiz, 9 - n)
        self._take("Jean", self.quiz, 3)
        self._mark()
        members = {
            one.pseudonym: one.id for one in read(classes.get_room, self.user, self.room).members
        }
        run(classes.remove_member, self.user, self.room, members["Jean"], self.now)
        at = "/teach/assignments/{}".format
        return Marked(
            assignment=at(self.given),
            untouched=at(self._give(self.room)),
            empty=at(self._give(self._room("Vide"))),
            library=at(self._give(self.room, "ia-chine-comprehension-b1")),
            first=members["Abel"],
            idle=members["Inès"],
            slug="rucher-classe",
        )

    def _join(self, name: str) -> None:
        code = read(classes.get_room, self.user, self.room).classroom.join_code
        joined = run(joining.join_class, None, code, name, self.now)
        assert joined.token
        self.tokens[name] = joined.token

    def _revise(self) -> None:
        """A second version, in which one question is worded otherwise; it is given from now on."""
        changed = [
            question.model_copy(update={"prompt": "Avec combien de ruches Zoé a-t-elle débuté ?"})
            if question.id == "nombre"
            else question
            for question in self.quiz.questions
        ]
        self.quiz = self.quiz.model_copy(update={"questions": tuple(changed)})

        def case(conn: Connection) -> None:
            own = content.find_own(conn, "rucher-classe")
            assert own
            number = content.add_version(conn, own.quiz_id, self.quiz, self.now)
            content.offer(conn, own.quiz_id, number)

        run(case)
        run(assignments.move_to_latest, self.user, self.given)

    def _take(self, name: str, quiz: Quiz, right: int) -> None:
        """The first so many questions right, the others not."""
        token, n = self.tokens[name], len(self.sheets)
        lures = [one.id for one in quiz.by_id["sujet"].question.authored_choices()][1:]
        wrong: dict[str, Any] = {
            **WRONG,
            "sujet": lures[n % 2],
            "mot": TYPED[n % len(TYPED)],
            "nombre": NUMBERS[n % len(NUMBERS)] or None,
            "resume": GAPS[n % len(GAPS)],
        }
        given: dict[str, tuple[Answer, int]] = {}
        for item in quiz.items:
            one = item.question
            key = one.key(quiz.reading) if item.number <= right else wrong.get(one.id)
            if key is not None:
                given[one.id] = (key, 0)
        if n != 5:
            given["avis"] = (ESSAYS[n % len(ESSAYS)], 0)
        attempt = run(taking.start_assigned, token, self.given, "", self.now).attempt_id
        run(taking.save_answers, token, attempt, lambda _quiz: given, self.now)
        run(taking.submit_attempt, token, attempt, self.now)
        self.sheets[f"{name} {n}"] = attempt

    def _mark(self) -> None:
        """Some texts by rubric, one mark corrected, one answer accepted."""
        sheets = list(self.sheets.values())
        comments = (
            "Bel élan : vos deux arguments tiennent.",
            "Un seul argument : relisez la consigne.",
        )
        for n, sheet in enumerate(sheets[:4]):
            given = Marking(
                ["2", "0,5", "1"] if n % 2 else ["1", "1", "0"], comments[n % 2], by_rubric=True
            )
            run(marking.mark_answer, self.user, self.given, sheet, "avis", given, self.now)
        abel = next(sheet for name, sheet in self.sheets.items() if re.match("Abel [1-9]", name))
        table = read(marking.get_table, self.user, self.given)
        fair = Marking(["0,5"], "Presque : regardez la date.", "L’idée y est, dite à l’oral")
        run(marking.mark_answer, self.user, self.given, abel, "definitions", fair, self.now)
        wish = Wish(table.assignment.version_id, "mot", "", "alvéole", "1")
        seal = read(amending.preview_acceptance, self.user, self.given, wish).seal
        run(amending.accept_answer, self.user, self.given, wish, seal, self.now)
