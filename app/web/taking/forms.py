"""The forms around an attempt; answers are read by each question's own form."""

from typing import cast

from flask_wtf import FlaskForm
from wtforms import StringField
from wtforms.validators import AnyOf

from app.domain.attempt import PACES, Pace
from app.questions.base import Mode

__all__ = ["StartForm"]


class StartForm(FlaskForm):
    """How to take the quiz. The defaults are what the page proposes first."""

    class Meta(FlaskForm.Meta):
        def get_translations(self, form: FlaskForm) -> None:
            """Nobody reads its messages; a catalogue would be loaded for each attempt."""

    mode = StringField(validators=[AnyOf(("training", "exam"))], default="training")
    pace = StringField(validators=[AnyOf(tuple(PACES))], default="normal")

    def chosen(self) -> tuple[Mode, Pace]:
        """Both, once validated."""
        return cast("Mode", self.mode.data), cast("Pace", self.pace.data)
