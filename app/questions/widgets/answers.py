"""An answer's fields on the page, read back as a raw answer.

A question ``q1`` uses the field ``q.q1``, or ``q.q1.<part>`` for each of its parts. Three
shapes serve all types; the script that saves as one types reads the same shapes from
``data-shape``.
"""

from typing import Literal

from werkzeug.datastructures import MultiDict

__all__ = ["AnswerForm", "ListForm", "MapForm", "TextForm"]

Fields = MultiDict[str, str]
Raw = str | list[str] | dict[str, str]


class AnswerForm:
    """How one type's answer is sent by a form."""

    shape: Literal["text", "list", "map"]

    @staticmethod
    def name(question_id: str) -> str:
        """The field of a question."""
        return f"q.{question_id}"

    def read(self, fields: Fields, question_id: str) -> Raw:
        """The raw answer; the question itself says whether it makes sense."""
        raise NotImplementedError


class TextForm(AnswerForm):
    """One value: a radio button or a typed text."""

    shape = "text"

    def read(self, fields: Fields, question_id: str) -> str:
        """The value, empty if there is none."""
        return fields.get(self.name(question_id), "")


class ListForm(AnswerForm):
    """Several values: checkboxes."""

    shape = "list"

    def read(self, fields: Fields, question_id: str) -> list[str]:
        """The values ticked."""
        return fields.getlist(self.name(question_id))


class MapForm(AnswerForm):
    """One value for each part."""

    shape = "map"

    def read(self, fields: Fields, question_id: str) -> dict[str, str]:
        """Part → value; blanks are left out."""
        prefix = self.name(question_id) + "."
        return {
            name.removeprefix(prefix): value
            for name, value in fields.items()
            if name.startswith(prefix) and value
        }
