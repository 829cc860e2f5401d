"""Settings, read once from the environment (``RELIRE_*``) and checked at start."""

import hmac
import os
import secrets
from base64 import urlsafe_b64encode
from datetime import timedelta
from pathlib import Path
from typing import Any, Literal, Self
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import Field, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

__all__ = ["ROOT", "ConfigurationError", "Settings"]

ROOT = Path(__file__).parent.parent
SHORTEST_TOKEN = 16
UNTOLD = frozenset({"database_url", "redis_url", "secret_key", "mail_url", "metrics_token"})
"""Settings that may hold a password: what they are is never printed."""


class ConfigurationError(SystemExit):
    """The program cannot start; the message names the variable and what it should be."""


class Settings(BaseSettings):
    """What an operator may change. Every default suits one small machine."""

    model_config = SettingsConfigDict(env_prefix="RELIRE_", extra="forbid")

    instance: Path = Field(
        default=ROOT / "instance", description="Where the database and the secret key are kept."
    )
    database_url: str = Field(
        default="", description="`postgresql+psycopg://…`; SQLite in the instance by default."
    )
    redis_url: str = Field(default="", description="Shares rate limits between processes.")
    secret_key: str = Field(
        default="", description="Signs cookies; made and kept in the instance by default."
    )
    https: bool = Field(default=False, description="Served over TLS: `__Host-` cookies and HSTS.")
    trusted_proxies: int = Field(
        default=0, ge=0, le=5, description="How many reverse proxies stand in front."
    )
    timezone: str = Field(default="Europe/Paris", description="In which times are shown.")
    library: Path = Field(default=ROOT / "quizzes", description="The built-in library.")
    site_url: str = Field(
        default="", description="`https://relire.ecole.fr`: where links in e-mails lead."
    )
    mail_url: str = Field(
        default="", description="`smtp://user:password@host:587` or `smtps://…`: sends e-mails."
    )
    mail_from: str = Field(default="", description="Whom e-mails come from.")
    log: Literal["text", "json"] = Field(
        default="text", description="`json`: a line for each request and each error, for machines."
    )
    metrics_token: str = Field(
        default="",
        description="What Prometheus sends to read `/metrics`; without it there is none.",
    )

    @field_validator("timezone")
    @classmethod
    def _known_timezone(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except (ZoneInfoNotFoundError, ValueError):
            raise ValueError("is not a time zone such as Europe/Paris") from None
        return value

    @field_validator("database_url")
    @classmethod
    def _supported_database(cls, value: str) -> str:
        if value and not value.startswith(("sqlite:", "postgresql+psycopg:")):
            raise ValueError("must start with sqlite: or postgresql+psycopg:")
        return value

    @field_validator("site_url")
    @classmethod
    def _whole_address(cls, value: str) -> str:
        parts = urlsplit(value)
        if value and (parts.scheme not in {"http", "https"} or not parts.hostname):
            raise ValueError("must be an address such as https://relire.ecole.fr")
        return value.rstrip("/")

    @field_validator("mail_url")
    @classmethod
    def _mail_server(cls, value: str) -> str:
        parts = urlsplit(value)
        if value and (parts.scheme not in {"smtp", "smtps"} or not parts.hostname):
            raise ValueError("must be an address such as smtp://user:password@host:587")
        return value

    @field_validator("metrics_token")
    @classmethod
    def _hard_to_guess(cls, value: str) -> str:
        if value and (len(value) < SHORTEST_TOKEN or not value.isascii()):
            raise ValueError(f"must have at least {SHORTEST_TOKEN} letters and figures")
        return value

    @field_validator("mail_from")
    @classmethod
    def _sender(cls, value: str) -> str:
        if value and "@" not in value:
            raise ValueError("must be an e-mail address")
        return value

    @model_validator(mode="after")
    def _enough_to_send(self) -> Self:  # noqa: N804 (not a class method)
        # The address of a link is never taken from a request: whoever asks could forge it.
        if self.mail_url and not (self.mail_from and self.site_url):
            raise ValueError("RELIRE_MAIL_URL needs RELIRE_MAIL_FROM and RELIRE_SITE_URL too")
        return self

    @classmethod
    def load(cls, **overrides: object) -> Self:
        """Read the environment; ``overrides`` win over it, for tests.

        Raises ConfigurationError, with one line per wrong variable.
        """
        try:
            settings = cls(**overrides)  # type: ignore[arg-type]
        except ValidationError as error:
            lines = [
                f"RELIRE_{'_'.join(map(str, e['loc'])).upper()}: {e['msg']}{_got(e)}"
                if e["loc"]
                else str(e["msg"])
                for e in error.errors()
            ]
            raise ConfigurationError("Relire cannot start.\n" + "\n".join(lines)) from None
        settings.instance.mkdir(parents=True, exist_ok=True)
        return settings

    @property
    def database(self) -> str:
        """The database's address, with the default filled in."""
        return self.database_url or f"sqlite:///{(self.instance / 'relire.db').absolute()}"

    def for_flask(self) -> dict[str, Any]:
        """The settings in the words of Flask and its extensions."""
        prefix = "__Host-" if self.https else ""
        return {
            "SECRET_KEY": self.signing_key(),
            "SECURITY_TOTP_SECRETS": {"1": self.derived_key("codes").decode()},
            "SECURITY_MULTI_FACTOR_RECOVERY_CODES_KEYS": [self.derived_key("recovery codes")],
            "SQLALCHEMY_DATABASE_URI": self.database,
            "SQLALCHEMY_ENGINE_OPTIONS": engine_options(self.database),
            "MAX_CONTENT_LENGTH": 1024 * 1024,
            "SESSION_COOKIE_NAME": f"{prefix}relire_session",
            "SESSION_COOKIE_SECURE": self.https,
            "SESSION_COOKIE_HTTPONLY": True,
            "SESSION_COOKIE_SAMESITE": "Lax",
            "SESSION_REFRESH_EACH_REQUEST": False,
            "PERMANENT_SESSION_LIFETIME": timedelta(days=400),
            "REMEMBER_COOKIE_NAME": f"{prefix}relire_teacher",
            "REMEMBER_COOKIE_SECURE": self.https,
            "REMEMBER_COOKIE_SAMESITE": "Lax",
            # A page may stay open for a whole afternoon before its form is sent.
            "WTF_CSRF_TIME_LIMIT": None,
            "WTF_CSRF_SSL_STRICT": False,
            "BABEL_DEFAULT_LOCALE": "fr",
            "BABEL_DEFAULT_TIMEZONE": self.timezone,
            "BABEL_TRANSLATION_DIRECTORIES": str(ROOT / "app" / "translations"),
            "COMPRESS_MIMETYPES": ["text/html", "application/json", "text/csv"],
            "COMPRESS_ALGORITHM": ["gzip"],
            # The first level halves the CPU of the default for a tenth more bytes.
            "COMPRESS_LEVEL": 1,
            "RELIRE": self,
        }

    def signing_key(self) -> str:
        """The secret key; made on the first start and kept, so that cookies outlive a restart."""
        if self.secret_key:
            return self.secret_key
        path = self.instance / "secret_key"
        try:
            with open(path, "x", opener=_private) as file:
                file.write(secrets.token_urlsafe(48))
        except FileExistsError:
            pass
        return path.read_text()

    def derived_key(self, purpose: str) -> bytes:
        """A key for one purpose, in base 64; it changes with the secret key, and tells nothing of it."""
        secret = self.signing_key().encode()
        return urlsafe_b64encode(hmac.digest(secret, purpose.encode(), "sha256"))


def engine_options(url: str) -> dict[str, Any]:
    """How the engine connects; ``extensions.tune`` does what options cannot."""
    if url.startswith("sqlite:"):
        options = {"connect_args": {"isolation_level": None, "timeout": 5}, "pool_size": 16}
    else:
        options = {"connect_args": {"connect_timeout": 5}, "pool_size": 10, "max_overflow": 10}
    # Errors name no value: what learners write, and hashes of keys, do not belong in a log.
    return {**options, "hide_parameters": True}


def _got(error: Any) -> str:
    return "" if set(error["loc"]) & UNTOLD else f" (got {error['input']!r})"


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, mode=0o600)
