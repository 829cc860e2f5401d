"""The forms around an attempt; answers are read by each question's own form."""

from flask_wtf import FlaskForm
from wtforms import SelectField

from app.domain.attempt import PACES

__all__ = ["StartForm"]


class StartForm(FlaskForm):
    """How to take the quiz. The defaults are what the page proposes first."""

    mode = SelectField(choices=[(mode, mode) for mode in ("training", "exam")], default="training")
    pace = SelectField(choices=[(pace, pace) for pace in PACES], default="normal")
