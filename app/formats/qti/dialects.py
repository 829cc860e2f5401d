"""The two dialects in which QTI is written: 2.2, which most platforms read, and 3.0.

Content is built once; a dialect spells it: ``simpleChoice`` or ``qti-simple-choice``,
``responseIdentifier`` or ``response-identifier``.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from lxml import etree

from app.formats.xml import Element

__all__ = ["QTI_3", "QTI_22", "Child", "Dialect", "text_lines"]

Child = Element | str | None
"""What stands inside an element: another one, some text, or nothing."""

_CAPITAL = re.compile(r"(?<=[a-z])(?=[A-Z])")
_VOID = re.compile(r"<(br|img)\b([^<>]*?)/?>")
_AS_XHTML = {"u": "em", "s": "span"}
"""Marks that QTI's XHTML does not have, and what stands for them."""


@dataclass(frozen=True)
class Dialect:
    """How one version of QTI spells its elements, and names itself."""

    version: str
    namespace: str
    schema: str
    package: str
    package_name: str
    package_version: str
    templates: str
    kebab: bool = False

    def q(self, name: str, *children: Child | Iterable[Child], **attributes: object) -> Element:
        """An element of QTI, by its name in QTI 2."""
        tag = f"qti-{self._spelt(name)}" if self.kebab else name
        spelt = {self._spelt(key): _value(one) for key, one in attributes.items()}
        return self._made(tag, children, spelt)

    def h(self, name: str, *children: Child | Iterable[Child], **attributes: object) -> Element:
        """An element of XHTML."""
        spelt = {key.rstrip("_"): _value(one) for key, one in attributes.items()}
        return self._made(name, children, spelt)

    def content(self, *children: Child | Iterable[Child]) -> list[Child]:
        """Content, in the wrapper that QTI 3 asks for in some places."""
        flat = list(_flat(children))
        return [self.q("contentBody", flat)] if self.kebab else flat

    def type(self, what: str) -> str:
        """The type of a resource of a package."""
        return f"imsqti_{what}_xmlv{self.version.replace('.', 'p')}"

    def html(self, safe: str, image: dict[str, str]) -> list[Child]:
        """Safe HTML as content; ``image`` gives the address of each ``media:…``."""
        source = _VOID.sub(r"<\1\2/>", safe.replace("&nbsp;", "&#160;"))
        for name, address in image.items():
            source = source.replace(f'"{name}"', f'"{address}"')
        root = etree.fromstring(f"<div>{source}</div>")
        for one in list(root.iter("img")):
            if one.get("src", "").startswith("media:"):  # not there any more: its text is
                one.tag, text = "span", one.get("alt", "")
                one.attrib.clear()
                one.text = text
        for one in root.iter():
            one.tag = f"{{{self.namespace}}}{_AS_XHTML.get(str(one.tag), one.tag)}"
        return [root.text, *root]  # each with the text after it

    def _spelt(self, name: str) -> str:
        return _CAPITAL.sub("-", name).lower() if self.kebab else name

    def _made(
        self, tag: str, children: Iterable[Child | Iterable[Child]], attributes: dict[str, str]
    ) -> Element:
        prefixes: Any = {None: self.namespace}
        made = etree.Element(f"{{{self.namespace}}}{tag}", attributes, nsmap=prefixes)
        for one in _flat(children):
            if isinstance(one, str):
                _add_text(made, one)
            elif one is not None:
                made.append(one)
        return made


QTI_22 = Dialect(
    version="2.2",
    namespace="http://www.imsglobal.org/xsd/imsqti_v2p2",
    schema="http://www.imsglobal.org/xsd/qti/qtiv2p2/imsqti_v2p2.xsd",
    package="http://www.imsglobal.org/xsd/imscp_v1p1",
    package_name="QTIv2.2 Package",
    package_version="1.0.0",
    templates="http://www.imsglobal.org/question/qti_v2p2/rptemplates",
)
QTI_3 = Dialect(
    version="3.0",
    namespace="http://www.imsglobal.org/xsd/imsqtiasi_v3p0",
    schema="https://purl.imsglobal.org/spec/qti/v3p0/schema/xsd/imsqti_asiv3p0_v1p0.xsd",
    package="http://www.imsglobal.org/xsd/qti/qtiv3p0/imscp_v1p1",
    package_name="QTI Package",
    package_version="3.0.0",
    templates="https://purl.imsglobal.org/spec/qti/v3p0/rptemplates",
    kebab=True,
)


def text_lines(dialect: Dialect, text: str) -> list[Child]:
    """A text, with its line ends as elements."""
    lines: list[Child] = []
    for n, line in enumerate(text.split("\n")):
        lines += [dialect.h("br")] if n else []
        lines.append(line)
    return lines


def _value(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return f"{value:.10g}" if isinstance(value, float) else str(value)


def _flat(children: Iterable[Child | Iterable[Child]]) -> Iterable[Child]:
    for one in children:
        if isinstance(one, list | tuple):
            yield from _flat(one)
        elif one is None or isinstance(one, str | etree._Element):  # noqa: SLF001 (its only name)
            yield one


def _add_text(parent: Element, text: str) -> None:
    if len(parent):
        parent[-1].tail = (parent[-1].tail or "") + text
    else:
        parent.text = (parent.text or "") + text
