"""A passage: paragraphs, sentences with ids, and the glossary of its difficult words.

A quiz may have several passages. Their paragraphs are numbered as one text, so that a
sentence id such as ``p2s1`` (second paragraph, first sentence) is unique in the quiz and
« §2 » means one place to everybody. A word's id adds its rank: ``p2s1w4``.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from pydantic import Field

from app.text.content import Content, Line, Prose, Slug
from app.text.sentences import count_words, split_sentences, words
from app.text.typography import plain

__all__ = ["GlossaryEntry", "Paragraph", "Passage", "Reading", "Sentence", "Word", "number"]

Kind = Literal["text", "sidebar", "document"]


class Sentence(Content):
    """The smallest thing that can prove an answer."""

    id: str
    text: Prose


class Paragraph(Content):
    """A run of sentences; a heading is a paragraph of one sentence that proves nothing."""

    number: int
    heading: bool = False
    sentences: tuple[Sentence, ...]


class GlossaryEntry(Content):
    """A difficult word, as the learner meets it in the text."""

    term: Line
    forms: tuple[Line, ...] = ()
    word_class: str = Field(default="", alias="class")
    definition: Line
    en: str = ""

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """What finds the word, in any of its forms, in a text."""
        longest_first = sorted((self.term, *self.forms), key=len, reverse=True)
        words = "|".join(map(re.escape, longest_first))
        return re.compile(rf"(?<!\w)(?:{words})(?!\w)", re.IGNORECASE)

    def find(self, text: str) -> tuple[int, int] | None:
        """Where a text first uses the word, as the place of a slice; None if it does not."""
        match = self.pattern.search(text)
        return match.span() if match else None


class Passage(Content):
    """A text to read, or the sidebar or document beside it."""

    id: Slug
    kind: Kind = "text"
    title: Line
    by: str = ""
    source: str = ""
    paragraphs: tuple[Paragraph, ...]

    @cached_property
    def word_count(self) -> int:
        """Words, headings left out."""
        return sum(
            count_words(sentence.text)
            for paragraph in self.paragraphs
            if not paragraph.heading
            for sentence in paragraph.sentences
        )


@dataclass(frozen=True, slots=True)
class Word:
    """A word of a sentence, with its place in it (characters, from 0)."""

    id: str
    text: str
    start: int
    end: int


def number(paragraphs: Iterable[str], first: int) -> tuple[Paragraph, ...]:
    """Split raw paragraphs into sentences, numbered from paragraph ``first``.

    A paragraph that starts with ``## `` is a heading; headings have no number of their own:
    they carry that of the paragraph that they announce.
    """
    numbered: list[Paragraph] = []
    rank = first
    for raw in paragraphs:
        text = " ".join(raw.split())
        if text.startswith("## "):
            heading = Sentence(id=f"h{rank}", text=text[3:])
            numbered.append(Paragraph(number=rank, heading=True, sentences=(heading,)))
            continue
        sentences = tuple(
            Sentence(id=f"p{rank}s{n}", text=sentence)
            for n, sentence in enumerate(split_sentences(text), 1)
        )
        if sentences:
            numbered.append(Paragraph(number=rank, sentences=sentences))
            rank += 1
    return tuple(numbered)


class Reading:
    """The passages of one quiz, read as one text."""

    def __init__(self, passages: Sequence[Passage]) -> None:
        self.passages = tuple(passages)
        self._sentences = {
            sentence.id: (sentence, paragraph)
            for paragraph in self.paragraphs()
            for sentence in paragraph.sentences
        }

    def paragraphs(self) -> Iterator[Paragraph]:
        """Every paragraph that can prove something, in reading order."""
        return (
            paragraph
            for passage in self.passages
            for paragraph in passage.paragraphs
            if not paragraph.heading
        )

    @property
    def sentence_ids(self) -> tuple[str, ...]:
        """Ids of all sentences, in reading order."""
        return tuple(self._sentences)

    def __contains__(self, sentence_id: object) -> bool:
        return sentence_id in self._sentences

    def sentence(self, sentence_id: str) -> Sentence:
        """The sentence of that id. Raises KeyError."""
        return self._sentences[sentence_id][0]

    def paragraph_of(self, sentence_id: str) -> Paragraph:
        """The paragraph that holds the sentence. Raises KeyError."""
        return self._sentences[sentence_id][1]

    def by_paragraph(self, sentence_ids: Iterable[str]) -> list[tuple[int, list[str]]]:
        """The sentences grouped by the number of their paragraph, in the order given."""
        groups: dict[int, list[str]] = {}
        for sentence_id in sentence_ids:
            groups.setdefault(self.paragraph_of(sentence_id).number, []).append(sentence_id)
        return list(groups.items())

    def words(self, sentence_id: str) -> tuple[Word, ...]:
        """The words of a sentence, each with its id and place."""
        text = self.sentence(sentence_id).text
        return tuple(
            Word(f"{sentence_id}w{n}", text[start:end], start, end)
            for n, (start, end) in enumerate(words(text), 1)
        )

    def word(self, word_id: str) -> Word | None:
        """The word of that id, or None."""
        sentence_id, _, _ = word_id.partition("w")
        if sentence_id not in self:
            return None
        return next((word for word in self.words(sentence_id) if word.id == word_id), None)

    def places_of(self, entry: GlossaryEntry) -> tuple[str, ...]:
        """Ids of the sentences that use a word of the glossary; headings are left out."""
        return tuple(
            sentence.id
            for paragraph in self.paragraphs()
            for sentence in paragraph.sentences
            if entry.find(sentence.text)
        )

    def locate(self, quote: str) -> tuple[str, ...]:
        """Ids of the sentences that a verbatim quote touches; empty if it is not in the text.

        Kinds of space and of apostrophe do not count: authors type them as they can. A quote
        stays within one paragraph.
        """
        wanted = _comparable(quote)
        if not wanted:
            return ()
        for paragraph in self.paragraphs():
            start = _comparable(" ".join(s.text for s in paragraph.sentences)).find(wanted)
            if start < 0:
                continue
            end, position, found = start + len(wanted), 0, []
            for sentence in paragraph.sentences:
                after = position + len(_comparable(sentence.text))
                if position < end and start < after:
                    found.append(sentence.id)
                position = after + 1
            return tuple(found)
        return ()

    @cached_property
    def word_count(self) -> int:
        """Words of all passages."""
        return sum(passage.word_count for passage in self.passages)


def _comparable(text: str) -> str:
    return re.sub(r"[’ʼ`]", "'", plain(text)).strip()
