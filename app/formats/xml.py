"""XML that anybody may have sent, read with nothing followed, nothing fetched, nothing unfolded."""

import codecs
import re
from collections.abc import Iterator
from typing import Any

from lxml import etree
from lxml.etree import _Element as Element

from app.errors import N_, Message, Problem

__all__ = ["Element", "children", "first", "inner", "local", "parse", "text_of"]


LONGEST_EXCERPT = 80
_ENCODING = re.compile(rb"""\sencoding\s*=\s*["']([A-Za-z0-9._:-]+)["']""")
_PLACE = re.compile(r", line \d+, column \d+$")
"""What the parser says of the place, which is told apart."""
_MARK = b"\xef\xbb\xbf"
"""The byte order mark of UTF-8, which some editors write before everything."""


def parse(data: bytes, file: str) -> tuple[Element | None, list[Problem]]:
    """The root of a document, or what is wrong with it, with line and column.

    A DOCTYPE is read over: real files carry one. Entities of its own are refused.
    """
    if b"<!ENTITY" in data:
        return None, [_own_entities(file, data[: data.index(b"<!ENTITY")].count(b"\n") + 1)]
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
        strip_cdata=True,
    )
    try:
        root = etree.fromstring(_begun(data), parser)
    except (etree.XMLSyntaxError, ValueError, LookupError) as error:
        line, column = getattr(error, "position", (1, 1))
        said = _PLACE.sub("", str(getattr(error, "msg", error)))[:120]
        message = Message(
            N_("Le XML est mal formé à cet endroit (%(problem)s)."), {"problem": said}
        )
        if said.startswith("Excessive depth"):
            message = Message(
                N_("Le XML a trop de niveaux : ce n’est pas un fichier de questions.")
            )
        return None, [
            Problem(
                code="not-xml",
                message=message,
                hint=Message(
                    N_("Le fichier a sans doute été coupé ou modifié : exportez-le de nouveau.")
                ),
                file=file,
                line=max(1, line),
                column=max(1, column),
                excerpt=_line(data, line),
            )
        ]
    kind: Any = root.getroottree().docinfo.internalDTD
    if kind is not None and next(kind.iterentities(), None) is not None:
        return None, [_own_entities(file, 1)]  # in an encoding in which they did not show
    return root, []


def _own_entities(file: str, line: int) -> Problem:
    return Problem(
        code="xml-entity",
        message=Message(N_("Le fichier définit ses propres entités XML : c’est refusé.")),
        hint=Message(N_("Exportez-le de nouveau, sans déclaration « !ENTITY ».")),
        file=file,
        line=line,
        column=1,
    )


def _begun(data: bytes) -> bytes:
    """The document with its declaration at the very beginning, where alone XML allows it.

    Blank lines before it go after it, so that all the rest stays on its line.
    """
    content = data.removeprefix(_MARK).lstrip()
    before = data[: len(data) - len(content)].count(b"\n")
    declaration, end, rest = content.partition(b"?>")
    if not end or not declaration.startswith(b"<?xml"):
        return b"\n" * before + content
    named = _ENCODING.search(declaration)
    if named and not _is_possible(named[1].decode("ascii")):
        declaration = _ENCODING.sub(b"", declaration)
    return declaration + end + b"\n" * before + rest


def _is_possible(encoding: str) -> bool:
    """Whether a document that begins in plain letters can be in that encoding.

    Some programs declare the UTF-16 of their memory and write UTF-8.
    """
    try:
        return codecs.lookup(encoding).name[:6] not in ("utf-16", "utf-32")
    except LookupError:
        return False


def _line(data: bytes, line: int) -> str:
    lines = data.splitlines()
    if not 0 < line <= len(lines):
        return ""
    return lines[line - 1].decode("utf-8", "replace").strip()[:LONGEST_EXCERPT]


def local(element: Element) -> str:
    """The name of an element without its namespace; ``parse`` has dropped comments."""
    return str(element.tag).rpartition("}")[2]


def children(element: Element, *names: str) -> Iterator[Element]:
    """The children of these local names, in order; all of them if none is named."""
    for child in element:
        if not names or local(child) in names:
            yield child


def first(element: Element, *path: str) -> Element | None:
    """The first element down a path of local names, or None."""
    here: Element | None = element
    for name in path:
        if here is None:
            return None
        here = next(children(here, name), None)
    return here


def text_of(element: Element | None) -> str:
    """All text inside an element, stripped; empty if there is no element."""
    return "" if element is None else "".join(str(text) for text in element.itertext()).strip()


def inner(element: Element | None) -> str:
    """What is inside an element, as HTML source: for elements that mix text and tags."""
    if element is None:
        return ""
    parts = (str(etree.tostring(child, encoding="unicode", method="html")) for child in element)
    return _escaped(element.text or "") + "".join(parts)


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
