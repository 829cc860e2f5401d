"""The forms of classes and of what they are given. Days and hours are those of the school."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, cast, get_args
from zoneinfo import ZoneInfo

from flask import current_app
from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    DateField,
    DateTimeLocalField,
    IntegerField,
    StringField,
    TextAreaField,
)
from wtforms.validators import AnyOf, DataRequired, InputRequired, Length, NumberRange, Optional

from app.config import Settings
from app.domain.assignment import Counting, Feedback, Grant, Terms
from app.domain.quiz import Quiz
from app.errors import N_
from app.questions.base import Mode

__all__ = [
    "ClassForm",
    "GrantForm",
    "MembersForm",
    "MinutesForm",
    "NameForm",
    "TermsForm",
    "local",
    "today",
]

MOMENT = "%Y-%m-%dT%H:%M"


def _zone() -> ZoneInfo:
    settings: Settings = current_app.config["RELIRE"]
    return ZoneInfo(settings.timezone)


def local(moment: datetime | None) -> datetime | None:
    """A moment as the clocks of the school show it, without its zone: for a field of a form."""
    return None if moment is None else moment.astimezone(_zone()).replace(tzinfo=None)


def _moment(shown: datetime | None) -> datetime | None:
    """What such a field says, as a moment."""
    return None if shown is None else shown.replace(tzinfo=_zone()).astimezone(UTC)


def today() -> Any:
    """The day at the school."""
    return datetime.now(_zone()).date()


class NameForm(FlaskForm):
    """A name: of a class, or a pseudonym."""

    name = StringField(validators=[Length(max=200, message=N_("C’est trop long."))])


class ClassForm(NameForm):
    """A class's name, and until when its traces are kept."""

    purge_on = DateField(
        validators=[DataRequired(N_("Donnez une date : jour, mois, année."))],
    )


class MembersForm(FlaskForm):
    """Pseudonyms, one a line."""

    names = TextAreaField(validators=[Length(max=30_000, message=N_("C’est trop long."))])


class MinutesForm(FlaskForm):
    """How much more time, and for whom."""

    minutes = IntegerField(
        validators=[
            InputRequired(N_("Écrivez un nombre de minutes.")),
            NumberRange(1, 24 * 60, message=N_("Ajoutez de 1 minute à 24 heures.")),
        ]
    )
    member = IntegerField(validators=[Optional()])


class GrantForm(FlaskForm):
    """What one learner is granted."""

    extra_minutes = IntegerField(
        default=0, validators=[Optional(), NumberRange(0, 600, message=N_("De 0 à 600 minutes."))]
    )
    closes = DateTimeLocalField(format=MOMENT, validators=[Optional()])
    more_attempts = IntegerField(
        default=0, validators=[Optional(), NumberRange(0, 50, message=N_("De 0 à 50 essais."))]
    )

    def grant(self) -> Grant:
        """It, once validated."""
        return Grant(
            extra_minutes=self.extra_minutes.data or 0,
            closes=_moment(self.closes.data),
            more_attempts=self.more_attempts.data or 0,
        )


class TermsForm(FlaskForm):
    """On which terms a quiz is given."""

    mode = StringField(default="exam", validators=[AnyOf(get_args(Mode))])
    opens = DateTimeLocalField(format=MOMENT, validators=[Optional()])
    closes = DateTimeLocalField(format=MOMENT, validators=[Optional()])
    minutes = IntegerField(
        validators=[
            Optional(),
            NumberRange(1, 600, message=N_("De 1 à 600 minutes, ou rien : sans limite.")),
        ]
    )
    attempts_allowed = IntegerField(
        validators=[
            Optional(),
            NumberRange(1, 50, message=N_("De 1 à 50 essais, ou rien : sans limite.")),
        ]
    )
    counts = StringField(default="best", validators=[AnyOf(get_args(Counting))])
    feedback = StringField(default="now", validators=[AnyOf(get_args(Feedback))])
    shuffle = BooleanField()
    pass_code = StringField(
        validators=[Length(max=60, message=N_("Soixante signes au plus pour le mot de passe."))]
    )
    keep_code = BooleanField()

    @classmethod
    def of(cls, terms: Terms, *, protected: bool) -> "TermsForm":
        """The form that shows terms."""
        data: Mapping[str, Any] = {
            "mode": terms.mode,
            "opens": local(terms.opens),
            "closes": local(terms.closes),
            "minutes": terms.minutes,
            "attempts_allowed": terms.attempts_allowed,
            "counts": terms.counts,
            "feedback": terms.feedback,
            "shuffle": terms.shuffle,
            "keep_code": protected,
        }
        form: TermsForm = cls(formdata=None, data=data)
        return form

    @classmethod
    def for_quiz(cls, quiz: Quiz) -> "TermsForm":
        """The form for a quiz that is about to be given: what its author had in mind."""
        exam = quiz.settings.mode == "exam"
        return cls.of(
            Terms(
                quiz.settings.mode,
                minutes=quiz.settings.minutes if exam else None,
                attempts_allowed=1 if exam else None,
                feedback="after" if exam else "now",
            ),
            protected=False,
        )

    def terms(self) -> Terms:
        """What was written, once validated."""
        return Terms(
            mode=cast("Mode", self.mode.data),
            opens=_moment(self.opens.data),
            closes=_moment(self.closes.data),
            minutes=self.minutes.data,
            attempts_allowed=self.attempts_allowed.data,
            counts=cast("Counting", self.counts.data),
            feedback=cast("Feedback", self.feedback.data),
            shuffle=bool(self.shuffle.data),
        )

    def code(self) -> str | None:
        """The pass code that was written; None to leave the one that there is."""
        written = (self.pass_code.data or "").strip()
        return written or (None if self.keep_code.data else "")
