"""The pages: blueprints, errors, headers, and what templates may use."""

from flask import Flask

from app.web import (
    access,
    errors,
    filters,
    headers,
    i18n,
    limits,
    logs,
    metrics,
    security,
    sessions,
    site,
)
from app.web.account.views import bp as account
from app.web.classes.assignments import bp as classes
from app.web.drafting.views import bp as drafting
from app.web.health.views import bp as health
from app.web.joining.views import bp as joining
from app.web.library.views import bp as library
from app.web.marking.views import bp as marking
from app.web.media.views import bp as media
from app.web.navigation import RowNumber
from app.web.preferences.views import bp as preferences
from app.web.privacy.views import bp as privacy
from app.web.progress.views import bp as progress
from app.web.projecting.views import bp as projecting
from app.web.reporting.views import bp as reporting
from app.web.setup.views import bp as setup
from app.web.taking.views import bp as taking
from app.web.teaching.views import bp as teaching

__all__ = ["init_app"]


def init_app(app: Flask) -> None:
    """Put the pages on the application."""
    app.url_map.converters["int"] = RowNumber
    for part in (logs, sessions, i18n, filters, headers, errors, limits, access, site):
        part.init_app(app)
    for blueprint in (
        library,
        taking,
        progress,
        preferences,
        privacy,
        health,
        account,
        setup,
        teaching,
        projecting,
        drafting,
        media,
        reporting,
        marking,
        classes,
        joining,
    ):
        app.register_blueprint(blueprint)
    security.init_app(app)
    metrics.init_app(app)
