"""QTI files and packages: which items there are, in which order, and the files they name."""

import posixpath
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from urllib.parse import unquote

from app.errors import N_
from app.formats.base import ImportResult, Intake, Place, Upload, read_text
from app.formats.qti.items import read_item
from app.formats.qti.names import all_named, kin, line_of, load, name_of
from app.formats.qti.texts import Shelf, read_stimulus
from app.formats.xml import Element

__all__ = ["read", "recognises"]

MANIFEST = "imsmanifest.xml"
ITEM, TEST = "assessmentitem", "assessmenttest"
_ROOTS = frozenset({ITEM, TEST, "assessmentsection", "assessmentstimulus"})
_TYPES = re.compile(r"imsqti_(?:item|test|assessment)\w*_xmlv[23]|imsqtiv[23]p|qtiv3p0|qti_v2p")
_ELEMENT = re.compile(
    r"<(?:[\w.-]+:)?(?:assessment(?:Item|Test)|qti-assessment-(?:item|test))[\s>]"
)
_HEAD = 4_000
_PROBED = 100
MOST_LISTED = 5_000
"""Resources of a manifest that are looked at: an archive has no more members."""
MOST_MISSING = 20
"""Files that are told to be missing, one by one."""
DEEPEST = 20
"""How many section files may lead to one another."""


def recognises(upload: Upload) -> bool:
    """Whether it is an item, a test, or a package of items of QTI 2 or 3; QTI 1.2 is not."""
    archive = upload.archive
    if archive is None:
        root = name_of(upload.root)
        return root in _ROOTS or bool(
            root and root != "questestinterop" and _ELEMENT.search(upload.text[:20_000])
        )
    names = list(archive.ending(".xml"))
    manifest = next((one for one in names if posixpath.basename(one) == MANIFEST), None)
    if manifest and _TYPES.search((archive.read(manifest) or b"").decode("utf-8", "replace")):
        return True
    return any(
        _ELEMENT.search((archive.read(name) or b"")[:_HEAD].decode("utf-8", "replace"))
        for name in names[:_PROBED]
    )


def read(upload: Upload) -> ImportResult:
    """Read a file or a package. Raises UnreadableFile where the archive does."""
    intake = Intake("qti", upload)
    package = _Package(intake, Shelf(intake))
    if upload.archive is None:
        package.read_document(upload.name, upload.data, "")
    else:
        package.read_archive()
    return intake.finish()


@dataclass
class _Package:
    """The files of an upload, each read once."""

    intake: Intake
    shelf: Shelf
    _files: dict[str, bytes | None] = field(default_factory=dict)
    _texts: dict[str, bool] = field(default_factory=dict)
    _roots: dict[str, Element | None] = field(default_factory=dict)
    _done: set[str] = field(default_factory=set)
    _missing: int = 0

    # Files.

    def content(self, name: str) -> bytes | None:
        """A file of the package by its full name, or a file beside a single one."""
        if name not in self._files:
            archive = self.intake.upload.archive
            beside = self.intake.upload.beside
            self._files[name] = beside(name) if archive is None else archive.read(name)
        return self._files[name]

    def name_near(self, member: str, address: str) -> str:
        """The full name of what a file calls by its address; empty for an address elsewhere."""
        plain = unquote(address.partition("#")[0].partition("?")[0]).replace("\\", "/")
        if "://" in plain or plain.startswith(("/", "data:")) or not plain:
            return ""
        folder = posixpath.dirname(member) if self.intake.upload.archive is not None else ""
        name = posixpath.normpath(posixpath.join(folder, plain))
        return "" if name.startswith("..") else name

    def near(self, member: str, address: str) -> tuple[str, bytes | None]:
        """A file that another calls: its full name, and its content if it is there."""
        name = self.name_near(member, address)
        return name, self.content(name) if name else None

    def place(self, name: str) -> str:
        """How a file is named to the reader."""
        upload = self.intake.upload
        return name if upload.archive is None else f"{upload.name} › {name}"

    def root(self, name: str, data: bytes) -> Element | None:
        """A document with its names in one spelling; what is wrong with it is told once."""
        if name not in self._roots:
            self._roots[name] = self.load(name, data)
        return self._roots[name]

    def load(self, name: str, data: bytes) -> Element | None:
        root, problems, guessed = load(data, self.place(name))
        self.intake.result.problems += problems
        if guessed and self.intake.upload.archive is not None:
            self.intake.warn(
                "encoding",
                N_("Le fichier n’est pas en UTF-8 : il a été lu comme un fichier de Windows."),
                N_("Vérifiez les accents dans l’aperçu."),
                at=Place(self.place(name), 1, 1),
            )
        return root

    # Packages.

    def read_archive(self) -> None:
        """Read the tests in order, then the items that no test names."""
        archive = self.intake.upload.archive
        assert archive is not None  # noqa: S101 (for the type checker: `read` has seen to it)
        names = list(archive.ending(".xml"))
        manifest = next((one for one in names if posixpath.basename(one) == MANIFEST), "")
        listed = list(self.listed(manifest)) if manifest else names
        roots = {
            name: root
            for name in dict.fromkeys(listed)
            if (data := self.found(name, manifest)) and (root := self.root(name, data)) is not None
        }
        if not any(root.tag in _ROOTS for root in roots.values()):
            for name in names:
                if name not in (*roots, manifest) and (data := self.content(name)):
                    root = self.root(name, data)
                    roots |= {name: root} if root is not None else {}
        for tag in (TEST, ITEM):
            for name, root in roots.items():
                if root.tag == tag:
                    self.read_root(name, root, "")
        for name, root in roots.items():
            if root.tag == "assessmentstimulus" and not self._texts.get(name):
                read_stimulus(root, self.shelf, Place(self.place(name), 1))

    def found(self, name: str, manifest: str) -> bytes | None:
        """The content of a file that the manifest lists; that it is missing is told."""
        data = self.content(name)
        if data is None:
            self.missing(name, Place(self.place(manifest), 1))
        return data

    def missing(self, name: str, at: Place) -> None:
        """Report once a file that is named and not there."""
        if name in self._done:
            return
        self._done.add(name)
        self._missing += 1
        if self._missing == MOST_MISSING:
            self.intake.error(
                "missing-file",
                N_("D’autres fichiers annoncés ne sont pas là non plus."),
                N_("Exportez de nouveau, avec tous les exercices."),
                at=at,
            )
        if self._missing >= MOST_MISSING:
            return
        self.intake.error(
            "missing-file",
            N_("« %(name)s » est annoncé mais n’est pas dans le fichier."),
            N_("Exportez de nouveau, avec tous les exercices."),
            at=at,
            name=name[:80],
        )

    def listed(self, manifest: str) -> Iterator[str]:
        """The documents that a manifest lists, by full names."""
        root = self.root(manifest, self.content(manifest) or b"")
        resources = all_named(root, "resource") if root is not None else iter(())
        for resource in islice(resources, MOST_LISTED):
            kind = resource.get("type", "").lower()
            files = (one.get("href", "") for one in kin(resource, "file"))
            address = resource.get("href") or next(files, "")
            name = self.name_near(manifest, address)
            if not name and address and "qti" in kind:
                self.intake.error(
                    "outside-file",
                    N_("« %(name)s » désigne un fichier hors du paquet : il n’a pas été cherché."),
                    N_("Exportez de nouveau, avec tous les exercices dans le paquet."),
                    at=Place(self.place(manifest), line_of(resource)),
                    name=address[:80],
                )
            if name.lower().endswith(".xml") and ("qti" in kind or not kind):
                yield name

    # Documents.

    def read_document(self, name: str, data: bytes, category: str, depth: int = 0) -> None:
        """Read a document that may be an item, a test, a section, or a list of items."""
        root = self.root(name, data)
        if root is not None:
            self.read_root(name, root, category, depth)

    def read_root(self, name: str, root: Element, category: str, depth: int = 0) -> None:
        """Read such a document, once."""
        if name in self._done:
            return
        self._done.add(name)
        if root.tag == ITEM:
            self.read_item(name, root, category)
        elif root.tag in (TEST, "assessmentsection"):
            if root.tag == TEST and (title := " ".join(root.get("title", "").split())):
                self.intake.result.header.setdefault("title", title)
            self.read_section(name, root, category, depth)
        elif root.tag == "assessmentstimulus":
            read_stimulus(root, self.shelf, Place(self.place(name), 1))
        else:
            self.intake.expect(sum(1 for _ in all_named(root, ITEM)))
            for one in all_named(root, ITEM):
                self.read_item(name, one, category)

    def read_section(self, name: str, section: Element, category: str, depth: int) -> None:
        """Read what a test or section names or holds, in order; its title is the category."""
        for one in section:
            if one.tag in ("testpart", "assessmentsection"):
                titled = one.get("title", "") if one.tag == "assessmentsection" else ""
                self.read_section(name, one, titled or category, depth)
            elif one.tag == ITEM:
                self.read_item(name, one, category)
            elif one.tag in ("assessmentitemref", "assessmentsectionref") and depth < DEEPEST:
                full, data = self.near(name, one.get("href", ""))
                if data is not None:
                    self.read_named(full, data, category, depth + 1)
                else:
                    at = Place(self.place(name), line_of(one))
                    self.missing(one.get("href", ""), at)

    def read_named(self, name: str, data: bytes, category: str, depth: int) -> None:
        """Read a document that a test names, unless it was read."""
        if name not in self._done:
            self.read_document(name, data, category, depth)

    def read_item(self, name: str, item: Element, category: str) -> None:
        """Read an item."""

        def files(address: str) -> bytes | None:
            return self.near(name, address)[1]

        def stimulus(address: str) -> bool:
            return self.read_text(name, address)

        at = Place(self.place(name), line_of(item), 1)
        read_item(item, self.shelf, at, files, category, stimulus)

    def read_text(self, member: str, address: str) -> bool:
        """Add a shared text, once; whether it is there."""
        name, data = self.near(member, address)
        if name not in self._texts:
            self._texts[name] = False
            if data is not None:
                at = Place(self.place(name), 1)
                root, problems, _ = load(data, self.place(name))
                if root is not None:
                    self._texts[name] = read_stimulus(root, self.shelf, at)
                elif name.lower().endswith((".html", ".htm")):  # HTML need not be XML
                    self._texts[name] = self.shelf.add("", read_text(data)[0], at)
                else:
                    self.intake.result.problems += problems
        return self._texts[name]
