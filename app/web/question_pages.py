"""Questions, and the bar above them, on the page of an attempt: rendered once, filled each time.

Its text never changes, and everybody's page differs only in the order of the choices and in
the answer. So the template is rendered once per version, language and mode, with slots where
these will stand; a request then joins strings. That makes a page of ten questions some ten
times cheaper than rendering it afresh.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from flask import render_template
from markupsafe import Markup, escape

from app.domain.quiz import Quiz
from app.questions.base import Answer, Mode, Shown
from app.web.i18n import locale
from app.web.question_forms import QUESTION_FORMS

__all__ = [
    "QuestionPage",
    "Slots",
    "attempt_bar",
    "forget_question_pages",
    "letters",
    "question_page",
    "question_pages",
]

MARK, SEP = "\x1e", "\x1f"
"""Control characters that no authored text contains (``app.text.content`` refuses them)."""

KEPT = 200
_pages: dict[tuple[int, str, Mode], dict[str, "QuestionPage"]] = {}


_bars: dict[tuple[int, str, bool], "QuestionPage"] = {}


class Slots:
    """What a template writes where something of the attempt will stand."""

    @staticmethod
    def _slot(kind: str, *words: str) -> Markup:
        return Markup(MARK + SEP.join((kind, *words)) + MARK)  # noqa: S704 (ids of ours)

    def when(self, html: str, value: str) -> Markup:
        """Some HTML if the answer has this value."""
        return self._slot("if", html, "", value)

    def checked(self, value: str, part: str = "") -> Markup:
        """`` checked`` if the answer has this value."""
        return self._slot("if", " checked", part, value)

    def selected(self, value: str, part: str = "") -> Markup:
        """`` selected`` if the answer has this value."""
        return self._slot("if", " selected", part, value)

    def value(self, part: str = "") -> Markup:
        """The text typed."""
        return self._slot("value", part)

    def each(self, group: str, one: str) -> Markup:
        """Begins one of a group that the attempt puts in its own order."""
        return self._slot("each", group, one)

    def end(self) -> Markup:
        """Ends it."""
        return self._slot("end")

    def order(self, group: str) -> Markup:
        """The ids of a group in the order shown."""
        return self._slot("order", group)

    def put(self, name: str) -> Markup:
        """Whatever the page puts here under this name; nothing by default."""
        return self._slot("put", name)


class _If(NamedTuple):
    wanted: tuple[str, str]
    html: str


class _Put(NamedTuple):
    kind: str
    name: str


class _Group(NamedTuple):
    name: str
    members: dict[str, list["str | _If | _Put"]]


_Piece = str | _If | _Put | _Group


@dataclass(frozen=True, slots=True)
class QuestionPage:
    """A rendered question with its slots."""

    pieces: tuple[_Piece, ...]

    def fill(self, answer: Answer | None, shown: Shown, put: Mapping[str, str]) -> Markup:
        """The HTML for one attempt. ``put`` holds HTML by the name of its slot."""
        out: list[str] = []
        _Filler(*_values(answer), shown, put, out).write(self.pieces)
        return Markup("".join(out))  # noqa: S704 (templates and escaped values)


class _Filler(NamedTuple):
    chosen: set[tuple[str, str]]
    typed: Mapping[str, str]
    shown: Shown
    put: Mapping[str, str]
    out: list[str]

    def write(self, pieces: Iterable[_Piece]) -> None:
        """Append the pieces; the commonest kinds first, for this is the page's inner loop."""
        chosen, out = self.chosen, self.out
        for piece in pieces:
            if piece.__class__ is str:
                out.append(piece)
            elif isinstance(piece, _If):
                if piece.wanted in chosen:
                    out.append(piece.html)
            elif isinstance(piece, _Group):
                for one in self.shown.get(piece.name, piece.members):
                    self.write(piece.members[one])
            elif isinstance(piece, _Put):
                out.append(self._said(piece))

    def _said(self, slot: _Put) -> str:
        if slot.kind == "value":
            return str(escape(self.typed.get(slot.name, "")))
        if slot.kind == "order":
            return " ".join(self.shown.get(slot.name, ()))
        return self.put.get(slot.name, "")


def _values(answer: Answer | None) -> tuple[set[tuple[str, str]], Mapping[str, str]]:
    if not answer:
        return set(), {}
    if isinstance(answer, str):
        return {("", answer)}, {"": answer}
    if isinstance(answer, list):
        return {("", value) for value in answer}, {}
    return set(answer.items()), answer


def _compile(html: str) -> tuple[_Piece, ...]:
    """Split rendered HTML at its slots, and gather the members of each group."""
    pieces: list[_Piece] = []
    member: list[str | _If | _Put] | None = None
    for n, token in enumerate(html.split(MARK)):
        target: list[Any] = pieces if member is None else member
        if n % 2 == 0:
            if token and not (member is None and token.isspace() and _open_group(pieces)):
                target.append(token)
            continue
        kind, *words = token.split(SEP)
        if kind == "each":
            group = _open_group(pieces)
            if group is None or group.name != words[0] or words[1] in group.members:
                group = _Group(words[0], {})
                pieces.append(group)
            member = group.members[words[1]] = []
        elif kind == "end":
            member = None
        else:
            target.append(_slot_of(kind, words))
    return tuple(pieces)


def _slot_of(kind: str, words: list[str]) -> _If | _Put:
    if kind == "if":
        html, part, value = words
        return _If((part, value), html)
    return _Put(kind, words[0])


def _open_group(pieces: Sequence[_Piece]) -> _Group | None:
    return pieces[-1] if pieces and isinstance(pieces[-1], _Group) else None


def question_pages(version_id: int, quiz: Quiz, mode: Mode) -> dict[str, QuestionPage]:
    """Question id → its page, for a version in the reader's language."""
    known = (version_id, locale(), mode)
    if known not in _pages:
        if len(_pages) >= KEPT:
            _pages.pop(next(iter(_pages)))
        _pages[known] = {
            item.question.id: QuestionPage(
                _compile(
                    render_template(
                        "taking/question.html",
                        quiz=quiz,
                        item=item,
                        q=item.question,
                        name=f"q.{item.question.id}",
                        mode=mode,
                        shape=QUESTION_FORMS[item.question.type].shape,
                        slots=Slots(),
                    )
                ),
            )
            for item in quiz.items
        }
    return _pages[known]


def attempt_bar(version_id: int, quiz: Quiz, *, timed: bool) -> QuestionPage:
    """The bar of an attempt, to be filled with the ids of the questions answered."""
    known = (version_id, locale(), timed)
    if known not in _bars:
        if len(_bars) >= KEPT:
            _bars.pop(next(iter(_bars)))
        html = render_template("taking/bar.html", quiz=quiz, timed=timed, slots=Slots())
        _bars[known] = QuestionPage(_compile(html))
    return _bars[known]


def question_page(template: str, **context: Any) -> QuestionPage:
    """A question rendered for once, where nothing is worth keeping: a draft changes all the time."""
    return QuestionPage(_compile(render_template(template, slots=Slots(), **context)))


def letters(shown: Shown) -> dict[str, str]:
    """What the slots of lettered right sides show: the letter of each."""
    return {
        f"letter {one}": chr(ord("A") + n % 26) for n, one in enumerate(shown.get("rights", ()))
    }


def forget_question_pages() -> None:
    """Empty the memory: for tests, where one process sees several databases."""
    _pages.clear()
    _bars.clear()
