"""The forms of a learner's own page."""

from flask_wtf import FlaskForm
from wtforms import StringField
from wtforms.validators import DataRequired, Length

from app.errors import N_

__all__ = ["RecoverForm"]


class RecoverForm(FlaskForm):
    """A recovery code, as it was noted: hyphens, spaces and case do not count."""

    code = StringField(
        validators=[
            DataRequired(N_("Écrivez votre code.")),
            Length(max=60, message=N_("Un code a douze lettres et chiffres.")),
        ]
    )
