"""The form behind a one-time link; each purpose asks for its part of it."""

from flask_wtf import FlaskForm
from wtforms import PasswordField, StringField
from wtforms.validators import DataRequired, EqualTo, Length

from app.errors import N_

__all__ = ["FirstForm", "InvitedForm", "PasswordForm"]


class PasswordForm(FlaskForm):
    """A password, twice."""

    password = PasswordField(validators=[DataRequired(N_("Écrivez un mot de passe."))])
    again = PasswordField(
        validators=[EqualTo("password", N_("Les deux mots de passe ne sont pas les mêmes."))]
    )


class InvitedForm(PasswordForm):
    """Who one is; the invitation knows the address."""

    name = StringField(
        validators=[
            DataRequired(N_("Écrivez votre nom.")),
            Length(max=80, message=N_("Quatre-vingts caractères suffisent.")),
        ]
    )


class FirstForm(InvitedForm):
    """The very first admin says their address, too."""

    email = StringField(validators=[DataRequired(N_("Écrivez votre adresse e-mail."))])
