"""Markdown, as far as questions use it: turned into HTML, which is then kept to what is safe.

Emphasis, code, images and the text of links; lists and headings keep their words. HTML passes
through, formulas between dollars are left alone. Every pattern is linear.
"""

import re
from html import escape

__all__ = ["to_html"]

_FENCE = re.compile(r"[^\S\n]*(```+|~~~+)[^\n]*")
_HEADING = re.compile(r"(?m)^[^\S\n]{0,3}#{1,6}[^\S\n]+")
_ITEM = re.compile(r"(?m)^[^\S\n]*[-*+][^\S\n]+(?=\S)")
_QUOTE = re.compile(r"(?m)^[^\S\n]{0,3}>[^\S\n]?")
_ATOM = re.compile(
    r"``(?P<code2>[^\n]{1,500}?)``|`(?P<code>[^`\n]+)`"
    r"|(?P<math>\$\$?[^$\n]+\$\$?)"
    r"|\\(?P<escaped>[\\`*_{}\[\]()#+.!~<>|-])"
    r"|(?P<html></?[A-Za-z][^<>\n]*>)"
    r"|!\[(?P<alt>[^\[\]\n]*)\]\((?P<src>[^()\s]*)[^()\n]*\)"
    r"|\[(?P<link>[^\[\]\n]*)\]\([^()\n]*\)(?:\{[^{}\n]*\})?"
)
_EMPHASIS: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"\*\*(?=[^\s*])([^*]+)\*\*"), r"<strong>\1</strong>"),
    (re.compile(r"(?<!\w)__(?=[^\s_])([^_]+)__(?!\w)"), r"<strong>\1</strong>"),
    (re.compile(r"~~(?=[^\s~])([^~]+)~~"), r"<s>\1</s>"),
    (re.compile(r"\*(?=[^\s*])([^*]*[^\s*])\*"), r"<em>\1</em>"),
    (re.compile(r"(?<!\w)_(?=[^\s_])([^_]*[^\s_])_(?!\w)"), r"<em>\1</em>"),
)
_KEPT = re.compile("\x02(\\d+)\x03")


def to_html(source: str) -> str:
    """The HTML of a piece of Markdown, to be read by ``Intake.html``."""
    parts: list[str] = []
    prose: list[str] = []
    fenced: list[str] | None = None
    fence = ""
    for line in source.replace("\x02", "").replace("\x03", "").split("\n"):
        mark = _FENCE.fullmatch(line)
        if fenced is None and mark:
            fenced, fence = [], mark[1]
            parts.append(_prose("\n".join(prose)))
            prose = []
        elif fenced is not None and mark and line.strip().startswith(fence):
            parts.append(f"<pre>{escape(chr(10).join(fenced))}</pre>")
            fenced = None
        else:
            (prose if fenced is None else fenced).append(line)
    if fenced is not None:
        parts.append(f"<pre>{escape(chr(10).join(fenced))}</pre>")
    return "".join([*parts, _prose("\n".join(prose))])


def _prose(source: str) -> str:
    kept: list[str] = []
    text = _QUOTE.sub("", _HEADING.sub("", source))
    text = _ITEM.sub("\n• ", text)
    text = _ATOM.sub(lambda found: _keep(kept, found), text)
    text = text.replace("<", "&lt;")
    for pattern, html in _EMPHASIS:
        text = pattern.sub(html, text)
    text = re.sub(r"[^\S\n]*\n[^\S\n]*\n\s*|\n(?=•)| {2,}\n|\\\n", "<br>", text.strip())
    return _KEPT.sub(lambda found: kept[int(found[1])], text)


def _keep(kept: list[str], found: re.Match[str]) -> str:
    """Put aside what emphasis must not touch; a mark stands for it."""
    if found["code"] or found["code2"]:
        html = f"<code>{escape((found['code'] or found['code2']).strip())}</code>"
    elif found["math"]:
        html = escape(found["math"], quote=False)
    elif found["escaped"]:
        html = escape(found["escaped"])
    elif found["html"]:
        html = found["html"]
    elif found["src"] is not None:
        html = f'<img src="{escape(found["src"])}" alt="{escape(found["alt"])}">'
    else:
        return found["link"]
    kept.append(html)
    return f"\x02{len(kept) - 1}\x03"
