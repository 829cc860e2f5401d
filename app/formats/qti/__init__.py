"""QTI 2.0 to 3.0: items, tests and packages of TAO, OpenOLAT, ONYX, Inspera and many others."""

from app.formats.base import Format
from app.formats.qti.reading import read, recognises

__all__ = ["FORMAT"]

FORMAT = Format(
    name="qti",
    title="QTI 2 et 3",
    recognises=recognises,
    read=read,
)
