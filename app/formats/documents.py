"""Texts to read, out of the files in which teachers keep them: plain text, Word, LibreOffice."""

from app.errors import N_, Message, Problem, UnreadableFile
from app.formats.archive import Archive, is_zip
from app.formats.base import read_text
from app.formats.xml import Element, local, parse

__all__ = ["read_document"]

LARGEST = 5 * 1024 * 1024
_MEMBERS = {"word/document.xml": ("p", "t"), "content.xml": ("p", "")}
"""Where a document's text is: the member, its paragraphs, and their runs of text."""


def read_document(data: bytes, name: str) -> tuple[str, list[Problem]]:
    """The text of a file, its paragraphs parted by a blank line; or what is wrong with it."""
    if len(data) > LARGEST:
        return "", [_problem(name, "too-large", N_("Le fichier est trop grand : 5 Mo au plus."))]
    if not is_zip(data):
        text, _ = read_text(data)
        if not text.strip() or data.startswith(b"%PDF"):
            return "", [_problem(name, "not-text", N_("Ce fichier n’est pas un texte."))]
        return text.strip(), []
    try:
        archive = Archive(data, name)
        member = next((one for one in _MEMBERS if one in archive), None)
        if member is None:
            return "", [_problem(name, "not-text", N_("Ce fichier n’est pas un texte."))]
        root, problems = parse(archive.read(member) or b"", name)
    except UnreadableFile as error:
        return "", error.problems
    if root is None:
        return "", problems
    return "\n\n".join(_paragraphs(root, *_MEMBERS[member])), []


def _paragraphs(root: Element, paragraph: str, run: str) -> list[str]:
    found = []
    for element in root.iter():
        if local(element) in (paragraph, "h"):
            parts = (
                (str(one.text or "") for one in element.iter() if local(one) == run)
                if run
                else (str(text) for text in element.itertext())
            )
            if text := " ".join("".join(parts).split()):
                found.append(text)
    return found


def _problem(name: str, code: str, text: str) -> Problem:
    return Problem(
        code=code,
        message=Message(text),
        hint=Message(N_("Collez le texte, ou choisissez un fichier .txt, .docx ou .odt.")),
        file=name,
    )
