"""Flask's extensions, made here unbound and bound in ``create_app``."""

from flask_babel import Babel
from flask_compress import Compress
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from flask_migrate import Migrate
from flask_sqlalchemy import SQLAlchemy
from flask_wtf import CSRFProtect
from sqlalchemy.orm import DeclarativeBase

__all__ = ["babel", "compress", "csrf", "db", "limiter", "migrate"]


class Table(DeclarativeBase):
    """The base of every table."""


db = SQLAlchemy(model_class=Table)
migrate = Migrate()
csrf = CSRFProtect()
babel = Babel()
compress = Compress()
limiter = Limiter(get_remote_address, headers_enabled=True)
