"""Addresses: the numbers in them, and where to go back to without ever leaving this site."""

from urllib.parse import urlsplit

from flask import request
from werkzeug.routing import IntegerConverter, Map

__all__ = ["RowNumber", "back", "page_asked"]

HIGHEST = 2**31 - 1
LAST_PAGE = 1_000_000


class RowNumber(IntegerConverter):
    """A number in an address. Past 32 bits there is no such row, and PostgreSQL refuses to look."""

    def __init__(self, url_map: Map) -> None:
        super().__init__(url_map, max=HIGHEST)


def back(default: str = "/") -> str:
    """The path of the page that sent this form, if it is one of ours."""
    came_from = urlsplit(request.headers.get("Referer", ""))
    if came_from.netloc != request.host or not came_from.path.startswith("/"):
        return default
    path = "/" + came_from.path.lstrip("/")
    return f"{path}?{came_from.query}" if came_from.query else path


def page_asked() -> int:
    """The number of the page that a request asks for: the first where it does not say well."""
    return min(max(1, request.values.get("page", 1, type=int)), LAST_PAGE)
