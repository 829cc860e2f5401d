"""French typography, for display, over authored text; and the way back, for comparing.

Authors type plain spaces, straight apostrophes and three dots; readers see the spaces that
French wants, which no line break can part from their mark.
"""

import re
from functools import lru_cache, partial

__all__ = ["french", "plain"]

_THIN = "\N{NARROW NO-BREAK SPACE}"
_WIDE = "\N{NO-BREAK SPACE}"
_SPACE = f"[ \N{THIN SPACE}{_THIN}{_WIDE}]"

# Most texts have nothing to set: one search is cheaper than six substitutions.
_ANYTHING_TO_SET = re.compile(r"['«»;:!?]|\.\.\.")
# An address is left alone, but for the marks that follow it.
_ADDRESS = r"((?:https?://|www\.)[^\s«»]*[^\s«»;:!?….,)'\"])"

_RULES = tuple(
    (re.compile(f"{_ADDRESS}|{pattern}"), mark)
    for pattern, mark in (
        (r"\.{3,}", "…"),
        (rf"(?<=[^\W\d_])'(?=[^\W_]|{_SPACE}?«)", "’"),
        (rf"«{_SPACE}*(?=\S)", f"«{_THIN}"),
        (rf"(?<=\S){_SPACE}*»", f"{_THIN}»"),
        # These two only replace a space that stands: « 10:42 » and « a:b » have none.
        (rf"(?<!{_SPACE}){_SPACE}+(?=[;!?])", _THIN),
        (rf"(?<!{_SPACE}){_SPACE}+(?=:)", _WIDE),
    )
)


@lru_cache(maxsize=8192)
def french(text: str) -> str:
    """Set a text as French printers do: « l'eau ? » becomes « l’eau ? » with a narrow space.

    Narrow no-break spaces go before ; ! ? and inside « », a no-break space before a colon.
    Setting a text twice changes nothing more.
    """
    if _ANYTHING_TO_SET.search(text) is None:
        return text
    for pattern, mark in _RULES:
        text = pattern.sub(partial(_set, mark), text)
    return text


def _set(mark: str, found: re.Match[str]) -> str:
    return found[1] or mark


def plain(text: str) -> str:
    """The text with every kind of white space turned into one plain space, none at its ends."""
    return " ".join(text.split())
