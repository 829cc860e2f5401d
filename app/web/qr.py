"""Addresses as pictures that a telephone reads."""

from functools import lru_cache

import segno
from markupsafe import Markup

__all__ = ["qr_code"]


@lru_cache(maxsize=200)
def qr_code(address: str) -> Markup:
    """The QR code of an address, as SVG that takes the colours of the page."""
    svg = segno.make(address, error="m", micro=False).svg_inline(
        scale=4, border=2, dark="#000", light="#fff", svgclass="qr", lineclass=None, omitsize=True
    )
    return Markup(svg)  # noqa: S704 (made of the address's modules alone)
