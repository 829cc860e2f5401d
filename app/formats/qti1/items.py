"""The elements of a QTI 1.2 item: its texts as HTML, its responses with their choices."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from html import escape
from typing import Any

from app.formats.qti1.scoring import Condition, read_condition
from app.formats.xml import Element, children, first, inner, local, text_of

__all__ = ["Item", "Option", "Response", "html_of", "line_of", "metadata_of", "read_item"]

_TAG = re.compile(r"</?[A-Za-z][^<>]*>|&(?:#?\w{2,8});")
_RESPONSES = frozenset(
    "response_lid response_str response_num response_grp response_xy response_na".split()
)
_SOUNDS = {"mataudio": "<audio></audio>", "matvideo": "<video></video>"}
_INLINE = frozenset({"material", "mat_extension", "altmaterial"})


@dataclass(frozen=True, slots=True)
class Option:
    """What can be chosen: its ident, and its HTML."""

    ident: str
    html: str


@dataclass(slots=True)
class Response:
    """One thing to answer: a choice, a text, a number, a place in a picture."""

    ident: str
    kind: str
    cardinality: str
    label: str = ""
    options: list[Option] = field(default_factory=list)
    render: str = ""
    number: bool = False
    shuffle: bool = True
    style: str = ""
    """How New Quizzes fills a blank: openentry, dropdown or wordbank."""
    algorithm: str = ""

    @property
    def chosen(self) -> bool:
        """Whether it is answered by choosing."""
        return bool(self.options) and self.render != "render_fib"


@dataclass(slots=True)
class Item:
    """An item as it is written."""

    ident: str
    title: str
    line: int
    meta: dict[str, str]
    parts: list[str | Response]
    rights: list[str]
    """Blackboard writes the right sides of a matching apart."""
    conditions: list[Condition]
    maximum: float
    feedback: dict[str, str]
    hints: list[str]
    solutions: list[str]

    @property
    def responses(self) -> list[Response]:
        """What is to be answered."""
        return [part for part in self.parts if isinstance(part, Response)]

    @property
    def prompt(self) -> str:
        """All that is read before and around the responses, as HTML."""
        return "<br>".join(part for part in self.parts if isinstance(part, str) and part)


def _names(responses: list[Response]) -> Callable[[str], str]:
    """Gives the ident of the response that a condition names; programs are loose with it."""
    known = {response.ident: response.ident for response in responses}
    for response in responses:
        if response.kind != "response_lid":
            for option in response.options:
                known.setdefault(option.ident, response.ident)
    only = responses[0].ident if len(responses) == 1 else None
    return lambda name: known.get(name, name if only is None else only)


def html_of(element: Element | None) -> str:
    """The material inside an element, as HTML; what is to be answered is left out."""
    if element is None:
        return ""
    name = local(element)
    if name in ("mattext", "mat_formattedtext", "matemtext"):
        said = _text(element)
        return f"<em>{said}</em>" if name == "matemtext" else said
    if name == "matbreak":
        return "<br>"
    if name == "matimage":
        return _image(element)
    if name in _SOUNDS:
        return _SOUNDS[name]
    if name in _RESPONSES or name in ("hint", "solution"):
        return ""
    inside = [html for child in element if (html := html_of(child))]
    return ("" if name in _INLINE else "<br>").join(inside)


def _text(element: Element) -> str:
    if len(element):
        return inner(element)
    raw = element.text or ""
    kind = (element.get("texttype") or element.get("type") or "").lower()
    if "html" in kind:
        return raw
    # Many programs write HTML and forget to say so.
    if "plain" not in kind and _TAG.search(raw):
        return raw
    return escape(raw, quote=False)


def _image(element: Element) -> str:
    alt = escape(element.get("label") or "", quote=True)
    source = element.get("uri") or ""
    if "base64" in (element.get("embedded") or "").lower():
        kind = element.get("imagtype") or "image/png"
        source = f"data:{kind};base64,{''.join((element.text or '').split())}"
    return f'<img src="{escape(source, quote=True)}" alt="{alt}">'


def metadata_of(element: Element | None) -> dict[str, str]:
    """The metadata of an item or assessment, by lower-case name, however they are written."""
    meta: dict[str, str] = {}
    if element is None:
        return meta
    for field_ in element.iter():
        name = local(field_)
        if name.endswith("metadatafield"):
            label = text_of(first(field_, "fieldlabel")).lower()
            meta.setdefault(label, text_of(first(field_, "fieldentry")))
        elif not len(field_) and name.startswith(("qmd_", "bbmd_")):
            meta.setdefault(name.lower(), (field_.text or "").strip())
    return meta


def line_of(element: Any) -> int:
    """The line on which an element starts; 0 if it is not known."""
    return element.sourceline or 0


def read_item(element: Element) -> Item:
    """Read an ``item`` element."""
    presentation = first(element, "presentation")
    if presentation is None:
        presentation = first(element, "flow", "presentation")
    parts: list[str | Response] = []
    rights: list[str] = []
    if presentation is not None:
        _walk(presentation, parts, rights)
    named = _names([part for part in parts if isinstance(part, Response)])
    processing = list(children(element, "resprocessing"))
    feedback: dict[str, str] = {}
    hints = [html_of(one) for one in element.iter("{*}hintmaterial")]
    solutions = [html_of(one) for one in element.iter("{*}solutionmaterial")]
    for one in children(element, "itemfeedback"):
        feedback.setdefault(one.get("ident") or "", html_of(one))
    return Item(
        ident=element.get("ident") or element.get("label") or "",
        title=" ".join((element.get("title") or "").split()),
        line=line_of(element),
        meta=metadata_of(first(element, "itemmetadata")),
        parts=parts,
        rights=rights,
        conditions=[
            read_condition(one, named)
            for process in processing
            for one in children(process, "respcondition")
        ],
        maximum=max(
            (
                _number(one.get("maxvalue"))
                for process in processing
                for one in process.iter("{*}decvar")
            ),
            default=0.0,
        ),
        feedback={ident: html for ident, html in feedback.items() if html},
        hints=[hint for hint in hints if hint],
        solutions=[solution for solution in solutions if solution],
    )


def _number(text: str | None) -> float:
    try:
        value = float(text or 0)
    except ValueError:
        return 0.0
    return value if 0 < value < 1e9 else 0.0  # noqa: PLR2004 (nan, inf and nonsense are no maximum)


def _walk(element: Element, parts: list[str | Response], rights: list[str]) -> None:
    """Gather what stands in a presentation, in order."""
    for child in element:
        name = local(child)
        if name in _RESPONSES:
            parts += _response(child)
        elif child.get("class") == "RIGHT_MATCH_BLOCK":
            rights += [html_of(one) for one in child]
        elif name.startswith(("material", "mat")):
            parts.append(html_of(child))
        else:
            _walk(child, parts, rights)


def _response(element: Element) -> Iterator[str | Response]:
    """A response; a text to fill in may stand inside it, with each of its gaps."""
    render = next(
        (one for one in element.iter() if local(one).startswith(("render_", "ims_render"))), None
    )
    style = local(render) if render is not None else ""
    labels = list(element.iter("{*}response_label"))
    response = Response(
        ident=(element.get("ident") or element.get("respident") or "").strip(),
        kind=local(element),
        cardinality=(element.get("rcardinality") or "").lower(),
        label="<br>".join(
            html
            for child in element
            if child is not render and local(child) != "response_label" and (html := html_of(child))
        ),
        render=style,
        options=[Option(_ident(one), html_of(one) or escape(text_of(one))) for one in labels],
    )
    if render is not None:
        response.number = (render.get("fibtype") or "").lower() in (
            "integer",
            "decimal",
            "scientific",
        )
        response.shuffle = (render.get("shuffle") or "yes").lower() != "no"
    for one in (element, *([] if render is None else [render]), *labels):
        response.style = response.style or (one.get("answer_type") or "").lower()
        response.algorithm = response.algorithm or (one.get("scoring_algorithm") or "").lower()
    around = [one for one in render if local(one) == "material"] if render is not None else []
    if style == "render_fib" and around and labels:
        yield from _text_with_gaps(render)
    else:
        yield response


def _ident(label: Element) -> str:
    return (label.get("ident") or "").strip()


def _text_with_gaps(render: Element | None) -> Iterator[str | Response]:
    """The text of a ``render_fib``, with one response for each of its labels."""
    for child in () if render is None else render:
        if local(child) == "response_label":
            yield Response(
                ident=_ident(child), kind="response_str", cardinality="single", render="render_fib"
            )
        else:
            yield html_of(child)
