"""The forms of accounts."""

from flask_wtf import FlaskForm
from wtforms import PasswordField, StringField
from wtforms.validators import AnyOf, DataRequired, Length

from app.errors import N_
from app.services.accounts import Role

__all__ = ["ROLES", "AddressForm", "InviteForm", "NameForm"]

ROLES: dict[Role, str] = {"teacher": N_("Enseignant"), "admin": N_("Administrateur")}


class NameForm(FlaskForm):
    """How colleagues see somebody."""

    name = StringField(
        validators=[
            DataRequired(N_("Écrivez votre nom.")),
            Length(max=80, message=N_("Quatre-vingts caractères suffisent.")),
        ]
    )


class InviteForm(FlaskForm):
    """Whom to invite, and as what."""

    email = StringField(validators=[DataRequired(N_("Écrivez l’adresse e-mail de la personne."))])
    role = StringField(
        default="teacher", validators=[AnyOf(list(ROLES), N_("Choisissez un rôle."))]
    )


class AddressForm(FlaskForm):
    """Another address for somebody, and the password of the admin who gives it."""

    email = StringField(validators=[DataRequired(N_("Écrivez l’adresse e-mail de la personne."))])
    password = PasswordField(validators=[DataRequired(N_("Écrivez votre mot de passe."))])
