"""Files that hold no questions for us: known by their first bytes, and told what to do instead."""

from app.errors import N_, Message, Problem
from app.formats.archive import Archive
from app.formats.base import Upload

__all__ = ["explain"]

Told = tuple[str, str, str]
"""A code, what the file is, and what to do instead."""

_SIGNATURES: tuple[tuple[bytes, str, str], ...] = (
    (
        b"%PDF",
        N_("C’est un PDF."),
        N_("Copiez-en les questions dans le modèle de tableur, le texte sous « Texte à lire »."),
    ),
    (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
        N_("C’est un document d’un ancien Office (.doc, .ppt ou .xls)."),
        N_("Enregistrez-le en .xlsx ou en CSV si c’est un tableau, en texte sinon."),
    ),
    (
        b"{\\rtf",
        N_("C’est un document RTF."),
        N_("Enregistrez-le en texte brut (.txt), au format GIFT ou Aiken."),
    ),
    (b"\x89PNG", N_("C’est une image."), N_("Une image s’ajoute à une question, dans l’aperçu.")),
    (
        b"\xff\xd8\xff",
        N_("C’est une image."),
        N_("Une image s’ajoute à une question, dans l’aperçu."),
    ),
    (b"GIF8", N_("C’est une image."), N_("Une image s’ajoute à une question, dans l’aperçu.")),
    (
        b"\x1f\x8b",
        N_("C’est une archive .gz (peut-être une sauvegarde de cours Moodle)."),
        N_("Dans Moodle, exportez la banque de questions en XML plutôt que le cours."),
    ),
    (b"Rar!", N_("C’est une archive RAR."), N_("Refaites-la en ZIP.")),
    (b"7z\xbc\xaf", N_("C’est une archive 7z."), N_("Refaites-la en ZIP.")),
    (b"SQLite format 3", N_("C’est une base de données."), N_("Exportez-en les questions en CSV.")),
    (b"MZ", N_("C’est un programme."), N_("Choisissez le fichier de questions.")),
    (b"\x7fELF", N_("C’est un programme."), N_("Choisissez le fichier de questions.")),
)

_MEMBERS: tuple[tuple[str, str, str], ...] = (
    (
        "word/document.xml",
        N_("C’est un document Word."),
        N_(
            "Enregistrez-le en texte brut (.txt), au format GIFT ou Aiken, ou copiez les questions dans le modèle de tableur."
        ),
    ),
    (
        "ppt/presentation.xml",
        N_("C’est une présentation PowerPoint."),
        N_("Copiez-en les questions dans le modèle de tableur."),
    ),
    (
        "moodle_backup.xml",
        N_("C’est une sauvegarde de cours Moodle."),
        N_("Dans Moodle, exportez la banque de questions en XML plutôt que le cours."),
    ),
)

_PACKED = (".zip", ".h5p", ".imscc", ".rar", ".7z", ".gz", ".mbz")

_OPEN_DOCUMENTS = (
    b"application/vnd.oasis.opendocument.text",
    b"application/vnd.oasis.opendocument.presentation",
    b"application/epub+zip",
)


def explain(upload: Upload, largest: int) -> Problem | None:
    """Why a file cannot hold questions, if that can be told before reading it."""
    told = _by_bytes(upload.data, largest)
    if told is None:
        told = _by_text(upload) if upload.archive is None else _by_members(upload.archive)
    if told is None:
        return None
    code, text, hint = told
    return Problem(code=code, message=Message(text), hint=Message(hint), file=upload.name)


def _by_bytes(data: bytes, largest: int) -> Told | None:
    if len(data) > largest:
        return (
            "too-large",
            N_("Le fichier est trop grand : 10 Mo au plus."),
            N_("Exportez moins de questions à la fois, ou sans les images."),
        )
    if not data.strip():
        return "empty", N_("Le fichier est vide."), N_("Exportez-le de nouveau.")
    found = next((one for one in _SIGNATURES if data.startswith(one[0])), None)
    return ("not-questions", *found[1:]) if found else None


def _by_members(archive: Archive) -> Told | None:
    if not archive.names:
        return "empty", N_("L’archive est vide."), N_("Exportez-la de nouveau.")
    found = next((one for one in _MEMBERS if one[0] in archive), None)
    if found:
        return ("not-questions", *found[1:])
    if all(name.lower().endswith(_PACKED) for name in archive.names):
        return (
            "not-questions",
            N_("C’est une archive qui ne contient que d’autres archives."),
            N_("Ouvrez-la, puis envoyez un à un les fichiers qu’elle contient."),
        )
    if (archive.read("mimetype") or b"").strip() in _OPEN_DOCUMENTS:
        return (
            "not-questions",
            N_("C’est un document de texte ou une présentation."),
            N_("Enregistrez-le en texte brut (.txt), au format GIFT ou Aiken."),
        )
    return None


def _by_text(upload: Upload) -> Told | None:
    if not upload.text.strip():
        return (
            "not-text",
            N_("Ce n’est ni un texte ni une archive que Relire sache lire."),
            N_("Choisissez le fichier exporté par Moodle, Kahoot ou votre tableur."),
        )
    root = upload.root.lower()
    if root == "svg":
        return (
            "not-questions",
            N_("C’est un dessin SVG : il n’est pas accepté, car il peut contenir un programme."),
            N_("Enregistrez-le en PNG et ajoutez-le à une question."),
        )
    if root in ("moodle_backup", "question_categories"):
        return (
            "not-questions",
            N_("C’est une sauvegarde de cours Moodle."),
            N_("Dans Moodle, exportez la banque de questions en XML plutôt que le cours."),
        )
    if root == "html" or upload.text.lstrip()[:15].lower() == "<!doctype html":
        return (
            "not-questions",
            N_("C’est une page web."),
            N_(
                "Elle remplace sans doute le fichier attendu : reconnectez-vous et exportez-le de nouveau."
            ),
        )
    return None
