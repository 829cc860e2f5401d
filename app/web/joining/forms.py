"""The forms of joining; what a code or a pseudonym must be is the domain's business."""

from flask_wtf import FlaskForm
from wtforms import StringField
from wtforms.validators import DataRequired, Length

from app.errors import N_

__all__ = ["CodeForm", "JoinForm"]


class CodeForm(FlaskForm):
    """The code of a class, as it was copied: hyphens, spaces and case do not count."""

    code = StringField(
        validators=[
            DataRequired(N_("Écrivez le code de la classe.")),
            Length(max=60, message=N_("Un code de classe a huit lettres et chiffres.")),
        ]
    )


class JoinForm(FlaskForm):
    """Under which name."""

    pseudonym = StringField(validators=[Length(max=200)])
