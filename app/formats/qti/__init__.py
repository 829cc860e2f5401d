"""QTI 2.0 to 3.0: items, tests and packages of TAO, OpenOLAT, ONYX, Inspera and many others."""

from app.errors import N_
from app.formats.base import Format
from app.formats.qti.reading import read, recognises
from app.formats.qti.writing import write_qti3, write_qti22

__all__ = ["FORMAT", "FORMAT_3", "FORMAT_22"]

FORMAT = Format(
    name="qti",
    title="QTI 2 et 3",
    recognises=recognises,
    read=read,
    about=N_("Les exercices de TAO, OpenOLAT, ONYX, Inspera et d’autres : un fichier ou un ZIP."),
)
FORMAT_22 = Format(
    name="qti22",
    title="QTI 2.2",
    recognises=lambda _upload: False,  # `FORMAT` reads every version
    write=write_qti22,
    about=N_("Le paquet que lisent la plupart des plateformes d’examen."),
)
FORMAT_3 = Format(
    name="qti3",
    title="QTI 3",
    recognises=lambda _upload: False,
    write=write_qti3,
    about=N_("Le paquet de la version la plus récente de QTI."),
)
