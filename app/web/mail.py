"""E-mails, where a server for them is configured: plain text, in the language of the page.

They are sent beside the request, so that its time does not tell whether an address is known.
"""

import logging
import smtplib
import ssl
from email.message import EmailMessage
from email.utils import formatdate, make_msgid
from threading import Thread
from typing import Any
from urllib.parse import unquote, urlsplit

from flask import Flask, current_app, url_for
from flask_security import EmailValidateException, MailUtil

from app.config import Settings
from app.domain.credentials import normal_email
from app.errors import N_, Refused
from app.web.i18n import say, translate

__all__ = ["Mail", "link_to"]

log = logging.getLogger(__name__)

PATIENCE = 20
"""Seconds that a mail server may take for one step."""

LETTERS: dict[str, tuple[str, str]] = {
    "invite": (
        N_("Votre compte sur Relire"),
        N_(
            "Bonjour,\n\n%(who)s vous invite à enseigner avec Relire. Ouvrez ce lien pour créer "
            "votre compte :\n\n%(link)s\n\nIl sert une seule fois, et reste valable quatorze jours."
        ),
    ),
    "reset_instructions": (
        N_("Choisir un nouveau mot de passe"),
        N_(
            "Bonjour,\n\nPour choisir un nouveau mot de passe sur Relire, ouvrez ce lien :"
            "\n\n%(link)s\n\nIl sert une seule fois, dans la journée. Si vous n’avez rien demandé, "
            "ne faites rien : votre mot de passe reste le même."
        ),
    ),
    "reset_notice": (
        N_("Votre mot de passe a changé"),
        N_(
            "Bonjour,\n\nLe mot de passe de votre compte Relire vient d’être changé. Si ce n’est "
            "pas vous, prévenez tout de suite votre administrateur."
        ),
    ),
    "change_notice": (
        N_("Votre mot de passe a changé"),
        N_(
            "Bonjour,\n\nLe mot de passe de votre compte Relire vient d’être changé. Si ce n’est "
            "pas vous, prévenez tout de suite votre administrateur."
        ),
    ),
    "change_email_instructions": (
        N_("Votre nouvelle adresse sur Relire"),
        N_(
            "Bonjour,\n\nPour que cette adresse devienne celle de votre compte Relire, ouvrez ce "
            "lien :\n\n%(link)s\n\nIl sert une seule fois, dans la journée. Si vous n’avez rien "
            "demandé, ne faites rien : rien ne change."
        ),
    ),
    "address_notice": (
        N_("L’adresse de votre compte a changé"),
        N_(
            "Bonjour,\n\nVotre compte Relire a désormais une autre adresse e-mail : celle-ci n’y "
            "donne plus accès. Si ce n’est pas vous, prévenez tout de suite votre administrateur."
        ),
    ),
}
"""Name of a letter → its subject and its text."""
OPENS = {
    "reset_instructions": "security.reset_password",
    "change_email_instructions": "account.open_address",
}
"""Name of a letter → the endpoint that its link opens."""


def link_to(endpoint: str, **values: Any) -> str:
    """The whole address of a page, for somebody who is elsewhere.

    It begins with RELIRE_SITE_URL; without it, with the address that this page was asked at.
    """
    site = _settings().site_url
    return (
        site + url_for(endpoint, **values) if site else url_for(endpoint, _external=True, **values)
    )


def _settings() -> Settings:
    settings: Settings = current_app.config["RELIRE"]
    return settings


class Mail(MailUtil):
    """How Flask-Security reads addresses, and how everybody here sends letters."""

    def __init__(self, app: Flask) -> None:
        super().__init__(app)
        self.settings: Settings = app.config["RELIRE"]

    @property
    def works(self) -> bool:
        """Whether there is a server to send with."""
        return bool(self.settings.mail_url)

    def normalize(self, email: str) -> str:
        """The address as it is kept. Raises EmailValidateException."""
        try:
            return normal_email(email)
        except Refused as error:
            raise EmailValidateException(say(error.message)) from None

    def validate(self, email: str) -> str:
        """The same: whether somebody reads it, only a letter can tell."""
        return self.normalize(email)

    def send_mail(
        self,
        template: str,
        subject: str,
        recipient: str | tuple[str, str],
        sender: object,
        body: str | None,
        html: str | None,
        **context: Any,
    ) -> None:
        """Send what Flask-Security has to say, in our words and with addresses of our own."""
        letter = template.rpartition("/")[2]
        token = context.get("reset_token") or context.get("token")
        link = link_to(OPENS[letter], token=token) if token else ""
        self.send(letter, str(recipient), link=link)

    def send(self, letter: str, to: str, **params: str) -> None:
        """Send a letter of ``LETTERS``; a server that refuses it is noted in the log."""
        if not self.works:
            return
        subject, text = LETTERS[letter]
        message = EmailMessage()
        message["Subject"] = translate(subject)
        message["From"] = self.settings.mail_from
        message["To"] = to
        message["Date"] = formatdate()
        message["Message-ID"] = make_msgid(domain=self.settings.mail_from.rpartition("@")[2])
        message.set_content(translate(text, **params) + "\n")
        Thread(target=deliver, args=(self.settings.mail_url, message)).start()


def deliver(server: str, message: EmailMessage) -> None:
    """Hand a message to ``smtp://`` (encrypted where the server offers it) or ``smtps://``.

    A password is only ever sent over an encrypted connection.
    """
    url = urlsplit(server)
    user, password = unquote(url.username or ""), unquote(url.password or "")
    host = url.hostname or ""
    secure = ssl.create_default_context()
    try:
        if url.scheme == "smtps":
            smtp: smtplib.SMTP = smtplib.SMTP_SSL(
                host, url.port or 465, timeout=PATIENCE, context=secure
            )
        else:
            smtp = smtplib.SMTP(host, url.port or 587, timeout=PATIENCE)
        with smtp:
            smtp.ehlo()
            if url.scheme == "smtp" and (user or smtp.has_extn("starttls")):
                smtp.starttls(context=secure)
            if user:
                smtp.login(user, password)
            smtp.send_message(message)
    except (OSError, smtplib.SMTPException):
        log.exception("An e-mail could not be sent")
