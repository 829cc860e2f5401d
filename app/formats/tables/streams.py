"""XML of any length, read in pieces that are forgotten one after the other."""

from collections.abc import Iterator
from io import BytesIO
from typing import Any

from lxml import etree

from app.formats.xml import Element

__all__ = ["parsed", "stream"]

_HARDENED: dict[str, Any] = {"resolve_entities": False, "no_network": True, "load_dtd": False}


def parsed(data: bytes | None) -> Element:
    """The root of a small document; an empty element where there is none."""
    parser = etree.XMLParser(**_HARDENED)
    return etree.fromstring(data, parser) if data else etree.Element("none")


def stream(data: bytes | None, *names: str) -> Iterator[Element]:
    """The elements of these local names when they end, each whole, inner ones first."""
    if not data:
        return
    elements = etree.iterparse(
        BytesIO(data), events=("end",), tag=[f"{{*}}{name}" for name in names], **_HARDENED
    )
    for _, element in elements:
        yield element
        element.clear()
        parent = element.getparent()
        while parent is not None and element.getprevious() is not None:
            del parent[0]
