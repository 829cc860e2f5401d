"""Where a French sentence ends, and where its words are.

Sentences are split once, when a text is authored, and stored with their ids; a rule changed
here never moves the evidence of a text that is already published.

When in doubt we do not split: two sentences kept together still prove an answer, half a
sentence does not.
"""

import re

__all__ = ["ELIDED", "count_words", "split_sentences", "words"]

# A full stop after one of these never ends a sentence: something always follows.
_ALWAYS_FOLLOWED = frozenset(
    "M MM Mr Mme Mmes Mlle Mlles Me Dr Drs Pr Prof Mgr St Ste"
    " cf Cf ex vs av apr Av bd Bd boul chap".split()
)
# These announce a number: « art. 12 », « vol. II », « 3 janv. 1945 ».
_BEFORE_NUMBER = frozenset(
    "p pp art vol fig t n no nos num éd tabl tél env min max janv févr avr juil oct nov déc".split()
)
# After initials, these show that a new sentence starts: « Le plan B. Il échoue. » Articles are
# left out, because names have them: « J. Le Goff », « C. de Gaulle ».
_OPENERS = frozenset(
    "il elle ils elles on nous vous je tu ce cet cette ces cela ceci mais et or donc puis ainsi"
    " alors enfin ensuite pourtant cependant aussi en dans pour sur selon après avant avec sans"
    " les".split()
)

# A final mark, with what closes after it. French writes a space before » and between marks;
# straight quotes close only when they touch, or they would swallow an opening one.
_MARK = re.compile(r"""[.!?…]+(?:\s?[!?…»”]|[.)\]"'’]|\[\d{1,3}\])*""")
# What may stand between a final mark and the first letter of the next sentence. Bounded, so
# that a long line of punctuation stays cheap.
_OPENING = re.compile(r"[\W_]{0,20}")
_PARENTHESIS = re.compile(r"\([^()]*\)")
_LETTER = re.compile(r"[^\W_]")
_INITIALS = re.compile(r"[^\W\d_](?:\.-?[^\W\d_])*")
_RANK = re.compile(r"\d{1,2}|[IVX]+|[^\W\d_]")
_NUMBER = re.compile(r"\d|[IVXLCDM]+\b")
_FIRST_WORD = re.compile(r"[^\W\d_]+")
_ERA = re.compile(r"(?:av\.|avant|apr\.|après) $")


def split_sentences(paragraph: str) -> list[str]:
    """Split a paragraph into sentences.

    Joined with single spaces, they give back the paragraph with its white space collapsed.
    """
    text = " ".join(paragraph.split())
    sentences: list[str] = []
    start = kept_until = 0
    first_letter = _letter_from(text, start)
    parentheses = _PARENTHESIS.finditer(text)
    parenthesis = next(parentheses, None)
    for mark in _MARK.finditer(text):
        end = mark.end()
        if text[end : end + 1] != " ":
            continue  # « 3.5 », « relire.fr », or the end of the paragraph
        while parenthesis and parenthesis.start() < end:
            kept_until = parenthesis.end()
            parenthesis = next(parentheses, None)
        if end < kept_until:
            continue  # a parenthesis stays in one piece
        if end <= first_letter:
            continue  # « […] » alone is no sentence
        if _starts_anew(text, end + 1) and not _is_abbreviation(text, start, mark):
            sentences.append(text[start:end])
            start = end + 1
            first_letter = _letter_from(text, start)
    if start < len(text):
        sentences.append(text[start:])
    return sentences


def _letter_from(text: str, position: int) -> int:
    """The place of the first letter or digit from a position on."""
    found = _LETTER.search(text, position)
    return found.start() if found else len(text)


def _starts_anew(text: str, position: int) -> bool:
    """Whether a sentence can start here: a capital or a digit, whatever opens before it.

    Lower case continues the sentence: « Tu viens ? » demande-t-il.
    """
    if text[position] in ",;:%»”)]":
        return False
    opening = _OPENING.match(text, position)
    first = text[opening.end() : opening.end() + 1] if opening else ""
    return first.isalnum() and not first.islower()


def _is_abbreviation(text: str, start: int, mark: re.Match[str]) -> bool:
    """Whether the mark is the full stop of an abbreviation, of initials, or of « 1. »."""
    if mark.group() != ".":
        return False
    stop = mark.start()
    word_start = max(text.rfind(" ", start, stop) + 1, start)
    word = re.split("['’]", text[word_start:stop].lstrip('([«“"—–-'))[-1]
    follows = text[stop + 2 : stop + 42]
    if word in _ALWAYS_FOLLOWED:
        return True
    if word.lower() in _BEFORE_NUMBER and _NUMBER.match(follows):
        return True
    if word_start == start and _RANK.fullmatch(word):
        return True  # « 1. Lire », « IV. Le retour », « A. Le climat »
    if not word[:1].isupper() or not _INITIALS.fullmatch(word):
        return False
    if _ERA.search(text, max(start, word_start - 7), word_start):
        return False  # « en 52 av. J.-C. Rome attend. »: the era ends there, a name does not
    follower = _FIRST_WORD.match(follows)
    return follower is not None and follower.group().lower() not in _OPENERS


# The words that lose their last vowel are a list rather than a rule, so that « aujourd’hui »,
# « presqu’île » and « O’Brien » stay whole.
ELIDED = r"(?:(?!c['’]est[-‐‑][àa][-‐‑]dire)(?:[cdjlmnst]|qu|jusqu|lorsqu|puisqu|quoiqu)['’])"
_RUN = r"(?:[^\W_][\u0300-\u036f]*)+"  # an accent may be a character of its own
_WORD = re.compile(
    rf"""
    {ELIDED} (?=\s?[«“"(]?\s?[^\W_])
    | {_RUN} (?: (?: ['’‐‑-] | (?<=\d)[.,](?=\d) ) {_RUN} )*
    """,
    re.VERBOSE | re.IGNORECASE,
)


def words(sentence: str) -> list[tuple[int, int]]:
    """Return the place (start, end) of each word.

    « l’ami » is two words, « l’ » and « ami »; « aujourd’hui », « c’est-à-dire »,
    « savoir-faire », « va-t-il » and « 3,5 » are one each.
    """
    return [match.span() for match in _WORD.finditer(sentence)]


def count_words(text: str) -> int:
    """Count words as for an essay at the DELF: a word is what stands between two spaces.

    « c’est-à-dire » is one word, « l’ami » too, « Je ne l’ai pas vu depuis avant-hier » is seven.
    What has neither letter nor digit (« ? », –) does not count, although French sets it between
    spaces.
    """
    return sum(_LETTER.search(piece) is not None for piece in text.split())
