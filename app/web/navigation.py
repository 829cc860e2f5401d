"""Where to go back to, without ever leaving this site."""

from urllib.parse import urlsplit

from flask import request

__all__ = ["back"]


def back(default: str = "/") -> str:
    """The path of the page that sent this form, if it is one of ours."""
    came_from = urlsplit(request.headers.get("Referer", ""))
    if came_from.netloc != request.host or not came_from.path.startswith("/"):
        return default
    path = "/" + came_from.path.lstrip("/")
    return f"{path}?{came_from.query}" if came_from.query else path
