"""Images that come with questions: opened, turned upright, made small enough, written afresh.

Writing them afresh leaves nothing of a file but its picture: no place where it was taken, no
program hidden behind it. SVG is refused, as it is a program itself.
"""

import warnings
from dataclasses import dataclass
from hashlib import blake2s
from io import BytesIO

from PIL import Image, ImageOps

__all__ = ["Media", "read_image"]

LARGEST = 10 * 1024 * 1024
MOST_PIXELS = 24_000_000
WIDEST = 1_600
"""Pixels of the longer side, as stored."""
TYPES = {"PNG": "image/png", "JPEG": "image/jpeg", "GIF": "image/png", "WEBP": "image/webp"}
"""What is read, and as what it is written: a moving image keeps its first picture."""


@dataclass(frozen=True, slots=True)
class Media:
    """An image as it is stored."""

    digest: str
    type: str
    data: bytes

    @property
    def name(self) -> str:
        """How a document names it."""
        return f"media:{self.digest}"

    @property
    def file(self) -> str:
        """A name for it as a file."""
        return f"{self.digest}.{self.type.partition('/')[2]}"


def read_image(data: bytes) -> Media | None:
    """The image, ready to be stored; None if it is none that we show."""
    if not data or len(data) > LARGEST:
        return None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with Image.open(BytesIO(data), formats=tuple(TYPES)) as image:
                if image.width * image.height > MOST_PIXELS:
                    return None
                kind = TYPES[image.format or ""]
                written = _written(image, kind)
    except Exception:  # noqa: BLE001 (a broken file breaks image libraries in any way)
        return None
    return Media(blake2s(written, digest_size=16).hexdigest(), kind, written)


def _written(image: Image.Image, kind: str) -> bytes:
    if kind == "image/jpeg":
        image.draft("RGB", (WIDEST, WIDEST))
    upright = ImageOps.exif_transpose(image)
    if kind == "image/jpeg":
        upright = upright.convert("RGB")
    elif upright.mode not in ("1", "L", "P", "RGB", "RGBA"):
        upright = upright.convert("RGBA")
    if max(upright.size) > WIDEST:
        if upright.mode in ("1", "P"):
            upright = upright.convert("RGBA")
        upright.thumbnail((WIDEST, WIDEST))
    clean = Image.new(upright.mode, upright.size)
    if upright.mode == "P" and (palette := upright.getpalette()):
        clean.putpalette(palette)
    clean.paste(upright)
    out = BytesIO()
    options = {"quality": 85} if kind != "image/png" else {"optimize": True}
    if "transparency" in upright.info and kind == "image/png":
        options["transparency"] = upright.info["transparency"]
    clean.save(out, format=kind.partition("/")[2].upper(), **options)
    return out.getvalue()
