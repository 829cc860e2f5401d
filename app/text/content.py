"""What every piece of authored content shares."""

import re
from collections.abc import Callable
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, StringConstraints

__all__ = ["Content", "Line", "Prose", "Slug", "or_written"]

SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")


def _printable(text: str) -> str:
    """Control characters come from broken exports; no format could carry them further."""
    return _CONTROL.sub("", text)


Slug = Annotated[str, StringConstraints(pattern=rf"^{SLUG.pattern}$", max_length=80)]
Line = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=1_000),
    AfterValidator(_printable),
]
Prose = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=20_000),
    AfterValidator(_printable),
]


def or_written(shorthand: dict[str, Any]) -> Callable[[dict[str, Any]], None]:
    """For a published schema: what authors may write instead of all the keys."""

    def extend(schema: dict[str, Any]) -> None:
        whole = dict(schema)
        schema.clear()
        schema["anyOf"] = [whole, shorthand]

    return extend


class Content(BaseModel):
    """Authored content never changes once read, and has no key that we do not know."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", populate_by_name=True, allow_inf_nan=False
    )
