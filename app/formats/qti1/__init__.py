"""QTI 1.2: Canvas, Common Cartridge, Blackboard, Brightspace and many older programs."""

from app.errors import N_
from app.formats.base import Format
from app.formats.qti1.reading import read, recognises

__all__ = ["FORMAT"]

FORMAT = Format(
    name="qti1",
    title="QTI 1.2",
    recognises=recognises,
    read=read,
    about=N_("Exports de Canvas, de Blackboard et de Brightspace, cartouches Common Cartridge."),
)
