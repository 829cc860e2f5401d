"""HTML that others wrote, kept to what a question needs: marked words, line breaks, images.

Imported questions come as HTML. Two things are made of it: the plain text, with which answers
are compared and which every list shows; and, only where that would lose something, HTML of a
few inline elements. nh3 has the last word on that HTML whenever a document is read, so no
format, form or old database can bring in more.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from html import escape, unescape
from html.parser import HTMLParser
from typing import Annotated

import nh3
from pydantic import AfterValidator, StringConstraints

__all__ = [
    "MEDIA",
    "Marked",
    "SafeHtml",
    "images_in",
    "is_lone_tag",
    "read_html",
    "rewrite",
    "safe",
]

MEDIA = re.compile(r"media:[0-9a-f]{32}")
"""How a stored document names an image: by the digest of its content."""

INLINE = {
    "b": "strong",
    "strong": "strong",
    "i": "em",
    "em": "em",
    "u": "u",
    "s": "s",
    "del": "s",
    "strike": "s",
    "sub": "sub",
    "sup": "sup",
    "code": "code",
    "mark": "strong",
}
"""Elements kept, and what they become."""

_TAGS = {*INLINE.values(), "br", "img"}
_BLOCKS = frozenset(
    "address article aside blockquote body center dd div dl dt fieldset figcaption figure footer form "
    "h1 h2 h3 h4 h5 h6 header hr html main nav ol p pre section table tbody tfoot thead tr ul".split()
)
_SILENT = frozenset(
    "script style head title template noscript iframe object select textarea".split()
)
_LOST = {
    "audio": "audio",
    "embed": "embed",
    "iframe": "frame",
    "math": "formula",
    "object": "object",
    "svg": "drawing",
    "table": "table",
    "video": "video",
}
"""Elements of which something is lost, and the word by which the loss is reported."""
_VOID = frozenset("area base br col embed hr img input link meta source track wbr".split())
_SPACES = re.compile(r"[ \t\r\n\f\v]+")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")

LONGEST = 40_000

ImageOf = Callable[[str], str | None]
"""Gives the ``media:…`` of an image's address, or None where there is no such image."""


@dataclass(frozen=True, slots=True)
class Marked:
    """What HTML says: as plain text, and as safe HTML where the text alone says less.

    ``lost`` names what could not be kept: "table", "audio", "formula"…, "image".
    """

    text: str
    html: str = ""
    lost: tuple[str, ...] = ()


def _keep(tag: str, attribute: str, value: str) -> str | None:
    if tag == "img" and attribute == "src" and not MEDIA.fullmatch(value):
        return None
    return value


def safe(html: str) -> str:
    """The HTML with nothing in it but the few elements that a question may have."""
    return nh3.clean(
        _CONTROL.sub("", html),
        tags=_TAGS,
        attributes={"img": {"src", "alt"}},
        url_schemes={"media"},
        attribute_filter=_keep,
        link_rel=None,
    )


SafeHtml = Annotated[str, StringConstraints(max_length=LONGEST), AfterValidator(safe)]
"""A field of authored content that is shown as HTML."""


def images_in(html: str) -> tuple[str, ...]:
    """The images that some safe HTML shows, as ``media:…``."""
    return tuple(dict.fromkeys(MEDIA.findall(html)))


_IMAGE = re.compile(r"<img\b[^>]*>")
_ALT = re.compile(r'\balt="([^"]*)"')


def rewrite(html: str, text: str) -> str:
    """The HTML of a text that was written anew: its words, and the images that the old HTML had.

    An image stands where the words still name it (« [carte] »), else at the end. Without an
    image the text alone says it all: the HTML is then empty.
    """
    images = _IMAGE.findall(safe(html))
    words, last = _CONTROL.sub("", text.strip()), []
    for n, image in enumerate(images):
        alt = _ALT.search(image)
        name = f"[{unescape(alt[1])}]" if alt and alt[1] else ""
        if name and name in words:
            words = words.replace(name, f"\x00{n}\x00", 1)
        else:
            last.append(image)
    said = escape(words, quote=False).replace("\n", "<br>")
    said = re.sub(r"\x00(\d+)\x00", lambda place: images[int(place[1])], said)
    return safe(said + "".join(last)) if images else ""


_LONE_TAG = re.compile(r"\s*</?(?!br\b)[A-Za-z][A-Za-z0-9-]{0,30}\s*/?>\s*", re.IGNORECASE)


def is_lone_tag(source: str) -> bool:
    """Whether HTML is one tag and nothing else, such as ``<h1>``: the tag itself is meant.

    Whoever asks which tag makes a title writes it so. ``<br>`` is the empty line of an editor.
    """
    return _LONE_TAG.fullmatch(source) is not None


def read_html(source: str, image: ImageOf = lambda _: None) -> Marked:
    """Read any HTML, however broken. ``image`` says which image an address stands for."""
    if "<" not in source and "&" not in source:
        return Marked(_tidy(source))
    reader = _Reader(image)
    reader.feed(_closed(source))
    reader.close()
    text = _tidy("".join(reader.text))
    html = _tidy_html("".join(reader.html)) if reader.marks else ""
    return Marked(text, safe(html), tuple(dict.fromkeys(reader.lost)))


def _closed(source: str) -> str:
    """The HTML without comments, and with tags that never close as text.

    HTMLParser would look for their end again and again: hostile HTML would cost hours.
    """
    pieces, position = [], 0
    while (start := source.find("<!--", position)) >= 0:
        end = source.find("-->", start)
        if end < 0:
            break
        pieces.append(source[position:start])
        position = end + 3
    rest = source[position:].replace("<!--", "&lt;!--")
    last = rest.rfind(">") + 1
    return "".join([*pieces, rest[:last], rest[last:].replace("<", "&lt;")])


class _Reader(HTMLParser):
    """Writes the text and the safe HTML side by side."""

    def __init__(self, image: ImageOf) -> None:
        super().__init__(convert_charrefs=True)
        self.image = image
        self.text: list[str] = []
        self.html: list[str] = []
        self.lost: list[str] = []
        self.marks = 0
        self.silent: list[str] = []
        self.open: list[str] = []
        self.preformatted = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _LOST:
            self.lost.append(_LOST[tag])
        if self.silent or tag in _SILENT:
            if tag in _SILENT and tag not in _VOID:
                self.silent.append(tag)
            return
        if tag == "br":
            self._line()
        elif tag == "img":
            self._image(dict(attrs))
        elif tag in ("li", "td", "th"):
            self._item(tag)
        elif tag in _BLOCKS:
            self.preformatted += tag == "pre"
            self._paragraph()
        elif tag in INLINE:
            self.open.append(tag)
            self.html.append(f"<{INLINE[tag]}>")

    def handle_endtag(self, tag: str) -> None:
        if self.silent:
            if tag in self.silent:
                del self.silent[self.silent.index(tag) :]
            return
        if tag in _BLOCKS:
            self.preformatted -= tag == "pre" and self.preformatted > 0
            self._paragraph()
        elif tag in INLINE and tag in self.open:
            while self.open:  # also those that were left open inside it
                last = self.open.pop()
                self.html.append(f"</{INLINE[last]}>")
                if last == tag:
                    break

    def handle_data(self, data: str) -> None:
        if self.silent:
            return
        said = data if self.preformatted else _SPACES.sub(" ", data)
        self.text.append(said)
        self.html.append(escape(said).replace("\n", "<br>") if self.preformatted else escape(said))
        self.marks += bool(self.open) and bool(said.strip())

    def _item(self, tag: str) -> None:
        if tag == "li":
            self._line()
            self._both("• ")
        elif self.text and not self.text[-1].endswith("\n"):
            self._both(" | ")

    def _both(self, said: str) -> None:
        self.text.append(said)
        self.html.append(escape(said))

    def _line(self) -> None:
        self.text.append("\n")
        self.html.append("<br>")

    def _paragraph(self) -> None:
        if self.text and self.text[-1] != "\n":
            self._line()

    def _image(self, attributes: dict[str, str | None]) -> None:
        alt = " ".join((attributes.get("alt") or "").split())
        name = self.image(attributes.get("src") or "")
        if name is None:
            self.lost.append("image")
            self._both(f"[{alt}]" if alt else "")
            return
        self.text.append(f"[{alt}]" if alt else "")
        self.html.append(f'<img src="{name}" alt="{escape(alt)}">')
        self.marks += 1


def _tidy(text: str) -> str:
    """One space between words, no empty line, nothing at the ends."""
    lines = (_SPACES.sub(" ", line).strip() for line in text.split("\n"))
    return _CONTROL.sub("", "\n".join(line for line in lines if line))


def _tidy_html(html: str) -> str:
    html = re.sub(r"(?:\s*<br>\s*)+", "<br>", html)
    return re.sub(r"^(?:<br>|\s)+|(?:<br>|\s)+$", "", html)
