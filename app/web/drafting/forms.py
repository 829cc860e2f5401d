"""The forms around a draft; a question has the form of its room (``web.question_forms``)."""

from typing import Any

from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    FileField,
    HiddenField,
    IntegerField,
    StringField,
    TextAreaField,
)
from wtforms.validators import AnyOf, Length, NumberRange, Optional

from app.domain.draft import Header
from app.domain.quiz import FAMILIES, LEVELS
from app.errors import N_
from app.text.passage import Passage

__all__ = ["HeaderForm", "PassageForm", "PublishForm", "seq_of"]

TOO_LONG = N_("C’est trop long : %(max)d caractères au plus.")
MODES = ("training", "exam")
GLOSSARIES = ("training", "always", "never")
KINDS = ("text", "sidebar", "document")


def seq_of(field: HiddenField) -> int:
    """The number of the change that a page was made from; −1, older than any, if it is not one."""
    text = str(field.data or "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 12 else -1  # noqa: PLR2004


class HeaderForm(FlaskForm):
    """What a quiz says of itself."""

    title = StringField(validators=[Length(max=200, message=TOO_LONG)])
    description = TextAreaField(validators=[Length(max=1_000, message=TOO_LONG)])
    level = StringField(validators=[AnyOf(("", *LEVELS))])
    family = StringField(validators=[AnyOf(FAMILIES)], default="autre")
    mode = StringField(validators=[AnyOf(MODES)], default="training")
    minutes = IntegerField(
        validators=[
            Optional(),
            NumberRange(1, 600, message=N_("De 1 à 600 minutes, ou rien : sans limite.")),
        ]
    )
    glossary = StringField(validators=[AnyOf(GLOSSARIES)], default="training")
    licence = StringField(validators=[Length(max=200, message=TOO_LONG)])
    seq = HiddenField()

    @classmethod
    def of(cls, header: Header, seq: int) -> "HeaderForm":
        """The form that shows a header."""
        form: HeaderForm = cls(
            formdata=None,
            data={
                "title": header.title,
                "description": header.description,
                "level": header.level or "",
                "family": header.family,
                "licence": header.licence,
                "mode": header.settings.mode,
                "minutes": header.settings.minutes,
                "glossary": header.settings.glossary,
                "seq": str(seq),
            },
        )
        return form

    def header(self, before: Header) -> Header:
        """What was written; what the form does not show stays."""
        return Header.model_validate(
            {
                **before.model_dump(),
                "title": " ".join((self.title.data or "").split()),
                "description": (self.description.data or "").strip(),
                "level": self.level.data or None,
                "family": self.family.data,
                "licence": (self.licence.data or "").strip(),
                "settings": {
                    "mode": self.mode.data,
                    "minutes": self.minutes.data,
                    "glossary": self.glossary.data,
                },
            }
        )


class PassageForm(FlaskForm):
    """A text to read: pasted, or taken from a file."""

    title = StringField(validators=[Length(max=200, message=TOO_LONG)])
    by = StringField(validators=[Length(max=200, message=TOO_LONG)])
    source = StringField(validators=[Length(max=500, message=TOO_LONG)])
    kind = StringField(validators=[AnyOf(KINDS)], default="text")
    text = TextAreaField(validators=[Length(max=60_000, message=TOO_LONG)])
    file = FileField()
    seq = HiddenField()

    @classmethod
    def of(cls, passage: Passage, seq: int) -> "PassageForm":
        """The form that shows a passage."""
        text = "\n\n".join(
            "## " * paragraph.heading + " ".join(sentence.text for sentence in paragraph.sentences)
            for paragraph in passage.paragraphs
        )
        data: dict[str, Any] = passage.model_dump(include={"title", "by", "source", "kind"})
        form: PassageForm = cls(formdata=None, data={**data, "text": text, "seq": str(seq)})
        return form


class PublishForm(FlaskForm):
    """Who finds the quiz."""

    listed = BooleanField()
