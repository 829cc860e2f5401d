"""Relire: reading comprehension in French, where every answer leads back to its sentence."""

from collections.abc import Callable
from typing import Any

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from app import cli, web
from app.config import ROOT, Settings
from app.extensions import babel, compress, csrf, db, tune
from app.web import i18n, static

__all__ = ["create_app"]


class Relire(Flask):
    """Flask, for views of which none is a coroutine: it need not look at each of them each time."""

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        """The function as it is."""
        return func


def create_app(settings: Settings | None = None) -> Flask:
    """The application, wired and ready to serve; it opens no connection yet."""
    settings = settings or Settings.load()
    app = Relire(
        __name__,
        instance_path=str(settings.instance.absolute()),
        template_folder=str(ROOT / "templates"),
        static_folder=None,
    )
    app.config.from_mapping(settings.for_flask())
    db.init_app(app)
    csrf.init_app(app)
    babel.init_app(app, locale_selector=i18n.locale)
    compress.init_app(app)
    with app.app_context():
        tune(db.engine)
    web.init_app(app)
    cli.init_app(app)
    static.init_app(app, settings)
    if settings.trusted_proxies:
        hops = settings.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]
    return app
