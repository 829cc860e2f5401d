"""The grammar of GIFT: where each question stands, and of which parts it is made.

A blank line ends a question, ``//`` at the start of a line makes it a comment, the answers
stand between braces, and a backslash makes a sign a plain character. What the answers mean is
for ``reading.py``. Places are offsets in the file's text, from 0, and every step is linear in it.

Teachers leave blank lines inside braces, or none between questions, and forget a brace. Such a
*slip* is told, and costs no other question: a title at the start of a line always starts anew.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

__all__ = [
    "SLIPS_THAT_BREAK",
    "Category",
    "Mark",
    "Slip",
    "Written",
    "bare",
    "cut",
    "escaped",
    "marks",
    "scan",
    "split_general",
]

GAP = "_____"
"""What stands for the answers of a sentence that goes on after them, as in Moodle."""

SLIPS_THAT_BREAK = frozenset({"no-opening-brace", "no-closing-brace", "two-answers", "no-braces"})
"""Slips after which nobody can be sure of what was meant."""

_COMMENT = re.compile(r"(?m)^[^\S\n]*//[^\n]*")
_BRACE = re.compile(r"\\[\\{}]|[{}]")
_TITLE_END = re.compile(r"\\[\\:{}]|::|[{}]")
_NEW_START = re.compile(r"(?m)^[^\S\n]*(?:::|\$CATEGORY:)")
_CATEGORY = re.compile(r"\s*\$CATEGORY:([^\n]*)")
_ANSWERS = re.compile(r"\s*(?:$|[=~#>]|(?:T|F|V|TRUE|FALSE|VRAI|FAUX)\s*(?:$|#))", re.IGNORECASE)
_OPTION = re.compile(r"(?m)^[^\S\n]*[=~](?=[^\n]*\w)")
_SIGN = re.compile(r"\\[\\:#={}~n]|[=~]")
_WEIGHT = re.compile(r"\s*%\s*([+-]?(?:\d{1,3}(?:[.,]\d{0,20})?|[.,]\d{1,20}))\s*%")
_GENERAL = re.compile(r"\\[\\#]|####")
_ESCAPE = re.compile(r"\\([\\:#={}~n])")
_RESERVED = re.compile(r"[\\:#={}~]")
_WORD = re.compile(r"\S")
_LONGEST_TAG = 400


@dataclass(frozen=True, slots=True)
class Slip:
    """Something that does not follow the grammar, and where."""

    code: str
    at: int


@dataclass(frozen=True, slots=True)
class Category:
    """The name under which the questions that follow are filed."""

    name: str
    at: int


@dataclass(frozen=True, slots=True)
class Written:
    """One question as it was written, escapes included; ``answers`` is None without braces."""

    at: int
    title: str
    prompt: str
    answers: str | None = None
    answers_at: int = 0
    slips: tuple[Slip, ...] = ()


@dataclass(frozen=True, slots=True)
class Mark:
    """One answer: its sign (``=``, ``~``, or none before the first), weight in percent, parts."""

    sign: str
    text: str
    at: int
    weight: float | None = None
    feedback: str = ""


@dataclass(frozen=True, slots=True)
class _Group:
    """A pair of braces; ``nested`` is where other braces stand inside it, if anywhere."""

    start: int
    end: int
    closed: bool = True
    nested: int | None = None


# From the file to its questions.


def scan(text: str) -> Iterator[Category | Written]:
    """The categories and questions of a file, in order."""
    spans = list(_blocks(text))
    text = _COMMENT.sub(lambda comment: " " * len(comment[0]), text)
    first = [_first_brace(text, start, end) for start, end in spans]
    n = 0
    while n < len(spans):
        start, end = spans[n]
        n += 1
        depth = _depth(text, start, end, 0)
        blank = None
        while depth and (closing := _closing_block(first, n)) is not None:
            blank = blank or end
            after, end = end, spans[closing][1]
            depth = _depth(text, after, end, depth)
            n = closing + 1
        if text[start:end].strip():
            slips = () if blank is None else (Slip("blank-line", blank),)
            yield from _apart(text, start, end, slips)


def _blocks(text: str) -> Iterator[tuple[int, int]]:
    """Runs of lines without a blank one."""
    at, start = 0, None
    for line in text.split("\n"):
        if line.strip():
            start = at if start is None else start
        elif start is not None:
            yield start, at
            start = None
        at += len(line) + 1
    if start is not None:
        yield start, len(text)


def _first_brace(text: str, start: int, end: int) -> str:
    """The first brace of a block; a new title or category counts as an opening one."""
    if _NEW_START.match(text, start, end):
        return "{"
    found = (brace[0] for brace in _BRACE.finditer(text, start, end) if len(brace[0]) == 1)
    return next(found, "")


def _depth(text: str, start: int, end: int, depth: int) -> int:
    """How many braces are open at the end of a stretch, with those open at its start."""
    for brace in _BRACE.finditer(text, start, end):
        if brace[0] == "{":
            depth += 1
        elif brace[0] == "}" and depth:
            depth -= 1
    return depth


def _closing_block(first: list[str], n: int) -> int | None:
    """The block that closes a brace left open before block ``n``, if nothing begins before it.

    Looked for only once for each opening brace, and not beyond the next one: still linear.
    """
    while n < len(first) and not first[n]:
        n += 1
    return n if n < len(first) and first[n] == "}" else None


def _apart(
    text: str, start: int, end: int, slips: tuple[Slip, ...]
) -> Iterator[Category | Written]:
    """What a block holds: one question, or several that no blank line keeps apart."""
    groups = _groups(text, start, end)
    n = 0
    for border in [*_borders(text, start, end, groups), end]:
        while category := _CATEGORY.match(text, start, border):
            yield Category(bare(category[1]).strip(), category.start(1))
            start = category.end()
            slips = (Slip("no-blank-line", _next_word(text, start, border)),)
        here = n
        while n < len(groups) and groups[n].start < border:
            n += 1
        if text[start:border].strip():
            yield _question(text, start, border, groups[here:n], slips)
        start, slips = border, (Slip("no-blank-line", border),)


def _borders(text: str, start: int, end: int, groups: list[_Group]) -> Iterator[int]:
    """Where other questions begin in a block: at a title, or on the line after the answers."""
    outside = [start, *(group.end + 1 for group in groups)]
    until = [*(group.start for group in groups), end]
    for n, (after, before) in enumerate(zip(outside, until, strict=True)):
        found = False
        for fresh in _NEW_START.finditer(text, after, before):
            at = fresh.start()
            if _next_word(text, start, at) == at or _title(text, start, before)[1] == fresh.end():
                continue  # it begins the question, or ends its title
            yield at
            start, found = at, True
        line = text.find("\n", after, before)
        if line >= 0 and not found and 0 < n < len(groups):
            start = line + 1
            yield start


def _groups(text: str, start: int, end: int) -> list[_Group]:
    """The pairs of braces, the outer ones only; one that lacks its end goes as far as it may."""
    braces = [one for one in _BRACE.finditer(text, start, end) if len(one[0]) == 1]
    match: dict[int, int] = {}
    opened: list[int] = []
    for one in braces:
        if one[0] == "{":
            opened.append(one.start())
        elif opened:
            match[opened.pop()] = one.start()
    groups: list[_Group] = []
    n = 0
    while n < len(braces):
        at = braces[n].start()
        n += 1
        if braces[n - 1][0] == "}":
            continue
        close = match.get(at)
        if close is None:
            close = braces[n].start() if n < len(braces) and braces[n][0] == "}" else None
        fresh = _NEW_START.search(text, at, end if close is None else close)
        if fresh is not None or close is None:
            close = fresh.start() - 1 if fresh else end
            groups.append(_Group(at, close, closed=False))
        else:
            inside = braces[n].start() if braces[n].start() < close else None
            groups.append(_Group(at, close, nested=inside))
        while n < len(braces) and braces[n].start() <= close:
            n += 1
    return groups


def _question(
    text: str, start: int, end: int, groups: list[_Group], slips: tuple[Slip, ...]
) -> Written:
    """The parts of one question, between two offsets."""
    start = _next_word(text, start, end)
    title, body = _title(text, start, groups[0].start if groups else end)
    one = Written(start, bare(title).strip(), text[body:end].strip(), slips=slips)
    if not groups:
        stray = next((b for b in _BRACE.finditer(text, body, end) if b[0] == "}"), None)
        if stray:
            return replace(one, slips=(*slips, Slip("no-opening-brace", stray.start())))
        if _OPTION.search(text, body, end):
            return _without_braces(text, body, end, one)
        return one
    likely = [group for group in groups if _ANSWERS.match(text[group.start + 1 : group.end])]
    chosen = likely[0] if likely else groups[0]
    if len(likely) > 1 or (not likely and len(groups) > 1):
        slips = (*slips, Slip("two-answers", (likely or groups)[1].start))
    elif len(groups) > 1:
        slips = (*slips, Slip("braces-in-text", next(g.start for g in groups if g is not chosen)))
    if chosen.nested is not None:
        slips = (*slips, Slip("braces-in-text", chosen.nested))
    if not chosen.closed:
        slips = (*slips, Slip("no-closing-brace", chosen.start))
    before, after = text[body : chosen.start], text[chosen.end + 1 : end].strip()
    return replace(
        one,
        prompt=f"{before}{GAP}{text[chosen.end + 1 : end]}".strip() if after else before.strip(),
        answers=text[chosen.start + 1 : chosen.end],
        answers_at=chosen.start + 1,
        slips=slips,
    )


def _without_braces(text: str, start: int, end: int, one: Written) -> Written:
    """A question whose options stand on lines of their own, but between no braces."""
    option = _OPTION.search(text, start, end)
    at = option.start() if option else end
    return replace(
        one,
        prompt=text[start:at].strip(),
        answers=text[at:end],
        answers_at=at,
        slips=(*one.slips, Slip("no-braces", at)),
    )


def _next_word(text: str, start: int, end: int) -> int:
    found = _WORD.search(text, start, end)
    return found.start() if found else end


def _title(text: str, start: int, end: int) -> tuple[str, int]:
    """The name of a question, and where its text begins."""
    start = _next_word(text, start, end)
    if not text.startswith("::", start, end):
        return "", start
    for sign in _TITLE_END.finditer(text, start + 2, end):
        if sign[0] == "::":
            return text[start + 2 : sign.start()], sign.end()
        if sign[0] in "{}":
            break
    return "", start + 2


# Inside the braces.


def split_general(answers: str) -> tuple[str, str]:
    """The answers, and the general comment after the last ``####``."""
    found = [one.start() for one in _GENERAL.finditer(answers) if one[0] == "####"]
    return (answers[: found[-1]], answers[found[-1] + 4 :]) if found else (answers, "")


def marks(answers: str, at: int, most: int, *, comments: bool = True) -> list[Mark]:
    """The answers one by one, the first ones only; ``at`` is where they start in the file.

    A ``#`` begins a comment on its answer, if they have ``comments``.
    """
    starts = [(0, "")]
    for sign in _SIGN.finditer(answers):
        if len(starts) > most:
            break
        if len(sign[0]) == 1 and not _in_a_tag(answers, starts[-1][0], sign.start()):
            starts.append((sign.start(), sign[0]))
    ends = [start for start, _ in starts[1:]] + [len(answers)]
    found = [
        _mark(sign, answers[start + len(sign) : end], at + start, comments=comments)
        for (start, sign), end in zip(starts, ends, strict=True)
    ]
    before = found[0]  # what stands before the first sign, if anything
    return found if before.text or before.feedback else found[1:]


def _in_a_tag(answers: str, start: int, at: int) -> bool:
    """Whether a sign only gives an HTML attribute its value, which Moodle wants escaped."""
    if answers[at] != "=" or answers[at + 1 : at + 2] not in ('"', "'"):
        return False
    start = max(start, at - _LONGEST_TAG)
    return answers.rfind("<", start, at) > answers.rfind(">", start, at)


def _mark(sign: str, source: str, at: int, *, comments: bool) -> Mark:
    weight = _WEIGHT.match(source)
    value = float(weight[1].replace(",", ".")) if weight else None
    text, *feedback = cut(source[weight.end() :] if weight else source, "#", int(comments))
    return Mark(sign, text.strip(), at, value, feedback[0].strip() if feedback else "")


def cut(source: str, sign: str, most: int) -> list[str]:
    """Split at a sign that is not escaped, at most so many times."""
    parts: list[str] = []
    start = 0
    for found in re.finditer(rf"\\[\\{sign}]|{sign}", source):
        if len(parts) == most:
            break
        if found[0] == sign:
            parts.append(source[start : found.start()])
            start = found.end()
    return [*parts, source[start:]]


def bare(source: str) -> str:
    """The text that an escaped one stands for."""
    return _ESCAPE.sub(lambda found: "\n" if found[1] == "n" else found[1], source)


def escaped(text: str) -> str:
    """The text with every sign escaped, on one line."""
    return _RESERVED.sub(r"\\\g<0>", text).replace("\n", "\\n")
