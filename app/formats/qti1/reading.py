"""QTI 1.2 files and packages: which documents there are, in which order, and their images."""

import base64
import binascii
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from html.entities import html5
from urllib.parse import unquote

from app.errors import N_
from app.formats.archive import Archive
from app.formats.base import ImportResult, Intake, Place, Upload, read_text
from app.formats.qti1.asked import Desk
from app.formats.qti1.asking import LEAST_PASSAGE, ask
from app.formats.qti1.items import html_of, line_of, metadata_of, read_item
from app.formats.xml import Element, children, first, local, parse, text_of
from app.text.sentences import count_words

__all__ = ["read", "recognises"]

ROOT = "questestinterop"
MANIFEST = "imsmanifest.xml"
MOST_PROBED = 400
MOST_SLIPS = 200_000
"""Entities beyond which a file is not mended: that would take too long."""
_HEAD = 2_000
_ROOT = re.compile(rb"<(?:[\w.-]+:)?questestinterop[\s>/]", re.IGNORECASE)
_TYPES = re.compile(
    r"imsqti_xmlv1p|imsqti_\w*xmlv1p|x-bb-qti|ims_qtiasiv1p|d2lquiz|d2lquestionlibrary"
)
_OTHER = re.compile(r"imsqti_\w+_xmlv[23]p|imsqtiv[23]p")
_DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>")
_ENTITY = re.compile(r"&(?!(?:amp|lt|gt|quot|apos|#\d+|#x[0-9a-fA-F]+);)(?:(\w{2,24});)?")
_FILEBASE = re.compile(r"^\$(?:IMS-CC-FILEBASE|CANVAS_OBJECT_REFERENCE)\$/?", re.IGNORECASE)
_DATA = re.compile(r"data:image/[\w.+-]+;base64,", re.IGNORECASE)


def recognises(upload: Upload) -> bool:
    """Whether it is a QTI 1.2 document, or a package that has one."""
    if upload.archive is None:
        return upload.root.lower() == ROOT
    return next(_documents(upload.archive), None) is not None


def _documents(archive: Archive) -> Iterator[str]:
    """The members that are QTI 1.2: those that the manifest names first, in its order."""
    names = list(archive.ending(".xml", ".qti", ".dat"))
    manifests = [name for name in names if name.rpartition("/")[2].lower() == MANIFEST]
    manifest = min(manifests, key=len) if manifests else ""
    listed: list[str] = []
    if manifest:
        text = (archive.read(manifest) or b"").decode("utf-8", "replace")
        if _OTHER.search(text) and not _TYPES.search(text):
            return
        folder = manifest.rpartition("/")[0]
        hrefs = (unquote(found) for found in re.findall(r'\b(?:href|bb:file)="([^"<>]*)"', text))
        known = set(names)
        listed = [
            name for href in hrefs if (name := f"{folder}/{href}" if folder else href) in known
        ]
    elif "[Content_Types].xml" in archive:
        return
    for name in list(dict.fromkeys([*listed, *names]))[:MOST_PROBED]:
        if name not in manifests and _ROOT.search((archive.read(name) or b"")[:_HEAD]):
            yield name


def read(upload: Upload) -> ImportResult:
    """Read a document or a package. Raises UnreadableFile where the archive does."""
    intake = Intake("qti1", upload)
    package = _Package(intake)
    if upload.archive is None:
        package.read_document(upload.name, "", upload.data)
    else:
        package.read_archive(upload.archive)
    return intake.finish()


@dataclass
class _Package:
    """The documents of an upload, and the files that they name."""

    intake: Intake
    _by_base: dict[str, str] = field(default_factory=dict)

    def read_archive(self, archive: Archive) -> None:
        """Read every document; of two copies of one quiz, the complete one."""
        for name in archive.names:
            self._by_base.setdefault(name.rpartition("/")[2].lower(), name)
        names = list(_documents(archive))
        roots: dict[str, Element] = {}
        for name in names:
            root = self._root(self._place(name), archive.read(name) or b"")
            if root is not None:
                roots[name] = root
        complete = {
            name.rpartition("/")[2].partition(".")[0]
            for name, root in roots.items()
            if name.startswith("non_cc_assessments/")
            and next(root.iter("{*}item"), None) is not None
        }
        for name, root in roots.items():
            folder = name.rpartition("/")[0]
            if not name.startswith("non_cc_assessments/") and folder.rpartition("/")[2] in complete:
                continue  # Canvas writes it twice: this copy has only what a cartridge can say
            self._read_root(root, name)
            self._read_meta(archive, name, folder, alone=len(roots) == 1)

    def read_document(self, file: str, member: str, data: bytes) -> None:
        """Read a document that came alone."""
        root = self._root(file, data)
        if root is not None:
            self._read_root(root, member)

    def _place(self, member: str) -> str:
        upload = self.intake.upload
        return upload.name if upload.archive is None else f"{upload.name} › {member}"

    def _root(self, file: str, data: bytes) -> Element | None:
        """A document; one with a slip that can be mended is mended, and told."""
        root, problems = parse(data, file)
        if root is None and not any(problem.code == "xml-entity" for problem in problems):
            text, encoding = read_text(data)
            if text.count("&") < MOST_SLIPS:
                text = _ENTITY.sub(_character, text)
            root, _ = parse(_DECLARATION.sub("", text, count=1).encode(), file)
            if root is not None:
                problems = []
                if encoding == "cp1252" and self.intake.upload.archive is not None:
                    self.intake.warn(
                        "encoding",
                        N_(
                            "Le fichier n’est pas en UTF-8 : il a été lu comme un fichier de Windows."
                        ),
                        N_("Vérifiez les accents dans l’aperçu."),
                        at=Place(file, 1, 1),
                    )
        self.intake.result.problems += problems
        return root

    def _read_root(self, root: Element, member: str) -> None:
        if local(root).lower() != ROOT:
            return
        self.intake.expect(sum(1 for _ in root.iter("{*}item")))
        stimuli = frozenset(
            parent
            for one in root.iter("{*}itemmetadata")
            if (parent := metadata_of(one).get("parent_stimulus_item_ident"))
        )
        desk = Desk(self.intake, self._files(member), self._place(member), stimuli)
        self._walk(root, desk, "")

    def _walk(self, element: Element, desk: Desk, category: str) -> None:
        """Read what stands in an assessment, a bank or a section, in order."""
        for child in element:
            name = local(child)
            if name == "item":
                ask(desk, read_item(child), category)
            elif name in ("assessment", "objectbank", "section"):
                title = " ".join((child.get("title") or "").split())
                if name != "section":
                    meta = metadata_of(first(child, "qtimetadata"))
                    title = title or meta.get("bank_title", "")
                    self.intake.result.header.setdefault("title", title)
                self._walk(child, desk, title or category)
            elif name in ("presentation_material", "rubric", "objectives"):
                self._material(desk, child, category)
            elif name == "selection_ordering":
                self._selection(desk, child)

    def _material(self, desk: Desk, element: Element, category: str) -> None:
        at = Place(desk.file, line_of(element), 1)
        text = self.intake.html(html_of(element), at, desk.files).text
        if count_words(text) >= LEAST_PASSAGE:
            self.intake.passage(category, text.split("\n"))
        elif text:
            self.intake.lose(
                "short-text",
                N_("Un court texte n’a pas été repris : « %(said)s »."),
                N_("Ajoutez-le à la consigne de la question qui le suit, s’il y sert."),
                at=at,
                said=" ".join(text.split())[:80],
            )

    def _selection(self, desk: Desk, element: Element) -> None:
        for one in children(element, "selection"):
            at = Place(desk.file, line_of(one), 1)
            count = text_of(first(one, "selection_number"))
            if bank := text_of(first(one, "sourcebank_ref")):
                self.intake.lose(
                    "drawn-questions",
                    N_(
                        "Des questions (%(count)s) étaient tirées de la banque « %(bank)s » : leur tirage n’est pas repris."
                    ),
                    N_("Exportez aussi cette banque, ou choisissez ses questions après l’import."),
                    at=at,
                    count=count or "?",
                    bank=bank[:80],
                )
            elif count:
                self.intake.lose(
                    "drawn-questions",
                    N_(
                        "%(count)s questions d’un groupe étaient tirées au hasard ; Relire les pose toutes."
                    ),
                    at=at,
                    count=count[:10],
                )

    def _read_meta(self, archive: Archive, member: str, folder: str, *, alone: bool) -> None:
        """The title and description that Canvas keeps beside a quiz."""
        name = f"{folder}/assessment_meta.xml"
        if member.startswith("non_cc_assessments/"):
            ident = member.rpartition("/")[2].partition(".")[0]
            name = f"{ident}/assessment_meta.xml"
        data = archive.read(name)
        root = parse(data, name)[0] if data else None
        if root is None:
            return
        at = Place(self._place(name), 1, 1)
        header = self.intake.result.header
        title = text_of(first(root, "title"))
        if title and (alone or not header.get("title")):
            header["title"] = title
        text = self.intake.html(text_of(first(root, "description")), at, self._files(name)).text
        if count_words(text) >= LEAST_PASSAGE:
            self.intake.passage(title, text.split("\n"))
        elif text:
            header.setdefault("description", text)

    def _files(self, member: str) -> Callable[[str], bytes | None]:
        """Gives an image by the address that a document uses for it."""

        def by_address(address: str) -> bytes | None:
            if found := _DATA.match(address):
                try:
                    return base64.b64decode(address[found.end() :], validate=False)
                except (binascii.Error, ValueError):
                    return None
            path = unquote(unquote(address)).partition("?")[0].partition("#")[0]
            path = _FILEBASE.sub("", path.replace("\\", "/"))
            if not path or "://" in path:
                return None
            archive = self.intake.upload.archive
            if archive is None:
                return self.intake.upload.beside(path)
            for name in (path.lstrip("/"), f"web_resources/{path.lstrip('/')}"):
                if name in archive:
                    return archive.read(name)
            near = archive.near(member, path)
            base = self._by_base.get(path.rpartition("/")[2].lower())
            return near if near is not None or base is None else archive.read(base)

        return by_address


def _character(found: re.Match[str]) -> str:
    """A named entity of HTML, which XML does not know, as its character; a lone « & » as itself."""
    name = found[1]
    if name is None:
        return "&amp;"
    return html5.get(f"{name};", f"&amp;{name};")
