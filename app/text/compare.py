"""A typed French answer beside those that the author accepts.

Two questions, kept apart: ``compare`` names what happened, ``credit`` says what it is worth.
Naming is the same everywhere, so that a learner reads the same words for the same slip;
worth depends on what the question is about.

A text is normalised for comparing only, never for storing.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from functools import lru_cache
from itertools import combinations
from typing import Literal

from pydantic import BaseModel
from rapidfuzz.distance import OSA

from app.text.sentences import ELIDED

__all__ = [
    "LIMIT",
    "Compare",
    "Comparison",
    "Domain",
    "Verdict",
    "bare",
    "compare",
    "credit",
    "normalise",
]

Domain = Literal["comprehension", "vocabulary", "grammar"]
"""What a question asks for, hence what a slip costs."""

LIMIT = 500
"""Longer texts are wrong unread: no short answer has so many characters."""


class Verdict(StrEnum):
    """What happened, from the best to the worst."""

    EXACT = "exact"
    ACCENT = "accent"
    TYPO = "typo"
    OTHER_WORD = "other_word"
    WRONG = "wrong"
    EMPTY = "empty"


class Compare(BaseModel, frozen=True, extra="forbid"):
    """How strictly one question compares.

    ``accents``: *ignore* makes a missing accent exact; *warn* and *strict* both name it, and
    *strict* gives nothing for it. ``typos``: *none* looks for no near miss. ``articles``:
    *ignore* drops one leading article on both sides.
    """

    case: Literal["ignore", "strict"] = "ignore"
    accents: Literal["strict", "warn", "ignore"] = "warn"
    typos: Literal["auto", "none"] = "auto"
    articles: Literal["ignore", "strict"] = "strict"


DEFAULT = Compare()


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """What happened, and where.

    ``accepted`` is the author's text that the typed one is nearest to; the two words are those
    that differ there, as each wrote them. All are None where there is nothing to point at.
    """

    verdict: Verdict
    accepted: str | None = None
    expected_word: str | None = None
    typed_word: str | None = None


def compare(typed: str, accepted: Sequence[str], options: Compare = DEFAULT) -> Comparison:
    """Compare a typed text with those accepted; the best verdict wins, then the nearest text.

    Never raises, whatever is typed.
    """
    if len(typed) > LIMIT:
        return Comparison(verdict=Verdict.WRONG)
    given = _read(typed, options)
    if not given.key:
        return Comparison(verdict=Verdict.EMPTY)
    best, nearest = _WRONG, None
    for text in accepted:
        match = _match(given, _read_accepted(text, options), options)
        if match.rank < best.rank:
            best, nearest = match, text
    return Comparison(
        verdict=best.verdict,
        accepted=nearest,
        expected_word=best.expected,
        typed_word=best.typed,
    )


# What a slip earns; strict accents earn nothing anywhere.
_WORTH: dict[Domain, dict[Verdict, Fraction]] = {
    "comprehension": {Verdict.ACCENT: Fraction(1), Verdict.TYPO: Fraction(1)},
    "vocabulary": {Verdict.ACCENT: Fraction(1), Verdict.TYPO: Fraction(1, 2)},
    "grammar": {},
}


def credit(verdict: Verdict, options: Compare, *, domain: Domain) -> Fraction:
    """Return the fraction of the mark that a verdict earns.

    In comprehension an accent or a typo keeps the mark, in vocabulary a typo halves it, in
    grammar both lose it. Another French word earns nothing.
    """
    if verdict is Verdict.EXACT:
        return Fraction(1)
    if verdict is Verdict.ACCENT and options.accents == "strict":
        return Fraction(0)
    return _WORTH[domain].get(verdict, Fraction(0))


# Reading a text

_APOSTROPHES = "’‘ʼʹ′´`‛＇"
_HYPHENS = "‐‑‒–—―−－﹣"
_SAME = str.maketrans(
    dict.fromkeys(_APOSTROPHES, "'") | dict.fromkeys(_HYPHENS, "-") | {"“": '"', "”": '"'}
)
_LIGATURES = str.maketrans({"œ": "oe", "Œ": "Oe", "æ": "ae", "Æ": "Ae"})
# Soft hyphens, zero-width spaces and joiners, marks of direction and of variant.
_INVISIBLE = re.compile(
    r"[\u00ad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff]"
)
_AROUND_JOINTS = re.compile(r" *(['-]) *")
_OUTER = " \"'()[]{}«»‹›„.,;:!?¡¿-"
# A sign or a decimal point belongs to its number: « -5 » is not « 5 ».
_BEFORE = re.compile(r"(?:[ \"'()\[\]{}«»‹›„;:!?¡¿]|[-.,](?!\d))+")
_ARTICLE = re.compile(r"(?:de la |de l'|du |des |d'|les |le |la |l'|une |un )(?=.)", re.IGNORECASE)


def normalise(text: str) -> str:
    """Return the form in which two texts are the same answer.

    Case, kinds of apostrophe, hyphen and space, ligatures, invisible characters and outer
    punctuation do not count. A text made of punctuation alone keeps it: it may be the answer.
    """
    return _fold(_tidy(text))


def bare(text: str) -> str:
    """The text as it is compared, without its accents: for searching, and for addresses."""
    return _without_accents(normalise(text))


def _tidy(text: str) -> str:
    """Normalise all but case and ligatures, so that words can still be shown."""
    text = _INVISIBLE.sub("", text).translate(_SAME)
    # NFKC makes new apostrophes, hyphens and spaces out of rarer characters.
    text = unicodedata.normalize("NFKC", text).translate(_SAME)
    text = _AROUND_JOINTS.sub(r"\1", " ".join(text.split()))
    before = _BEFORE.match(text)
    return text[before.end() if before else 0 :].rstrip(_OUTER) or text


def _fold(text: str, *, keep_case: bool = False) -> str:
    text = text.translate(_LIGATURES)
    return text if keep_case else unicodedata.normalize("NFKC", text.casefold())


def _without_accents(text: str) -> str:
    if text.isascii():
        return text
    letters = unicodedata.normalize("NFD", text)
    return "".join(letter for letter in letters if not unicodedata.combining(letter))


@dataclass(frozen=True, slots=True)
class _Word:
    bare: str  # as compared, without accents
    key: str  # as compared
    start: int  # where it stands in the text as shown
    end: int


@dataclass(frozen=True, slots=True)
class _Text:
    shown: str  # tidy, with its capitals and ligatures
    key: str
    bare: str
    words: tuple[_Word, ...]


# Split as a learner spells: « l' » and « ami » are judged apart, « aujourd'hui » in one piece.
_WORD = re.compile(rf"{ELIDED}(?=[^ ])|[^ ]+", re.IGNORECASE)


def _read(text: str, options: Compare) -> _Text:
    keep_case = options.case == "strict"
    shown = _tidy(text)
    if options.articles == "ignore":
        shown = _ARTICLE.sub("", shown, count=1) if _ARTICLE.match(shown) else shown
    key = _fold(shown, keep_case=keep_case)
    words = []
    for found in _WORD.finditer(shown):
        word = _fold(found.group(), keep_case=keep_case)
        words.append(_Word(_without_accents(word), word, *found.span()))
    return _Text(shown, key, _without_accents(key), tuple(words))


# Authors' texts come back with every answer.
_read_accepted = lru_cache(maxsize=4096)(_read)


# Matching one text with another

_RANK = {verdict: rank for rank, verdict in enumerate(Verdict)}


@dataclass(frozen=True, slots=True)
class _Match:
    verdict: Verdict
    distance: int = 0
    expected: str | None = None
    typed: str | None = None

    @property
    def rank(self) -> tuple[int, int]:
        return _RANK[self.verdict], self.distance


_EXACT = _Match(Verdict.EXACT)
_WRONG = _Match(Verdict.WRONG)
# Up to so many letters a text may hold no slip, then one; beyond, two.
_SHORT, _MEDIUM = 3, 9
_JOINTS = re.compile("[ '-]+")
_ROMAN = re.compile(r"m*(?:c[md]|d?c*)(?:x[cl]|l?x*)(?:i[xv]|v?i*)(?:e|er|eme)?", re.IGNORECASE)


def _match(given: _Text, wanted: _Text, options: Compare) -> _Match:
    if given.key == wanted.key:
        return _EXACT
    if given.bare == wanted.bare:
        return _EXACT if options.accents == "ignore" else _accent(given, wanted)
    if options.typos == "none" or _has_digit(wanted.bare) or _has_digit(given.bare):
        return _WRONG
    if len(given.words) == len(wanted.words):
        return _word_by_word(given, wanted)
    return _run_by_run(given, wanted)


def _accent(given: _Text, wanted: _Text) -> _Match:
    for ours, theirs in zip(wanted.words, given.words, strict=False):
        if ours.key != theirs.key:
            return _Match(Verdict.ACCENT, 0, _shown(wanted, ours), _shown(given, theirs))
    return _Match(Verdict.ACCENT)


def _word_by_word(given: _Text, wanted: _Text) -> _Match:
    """Each word within its own tolerance, and all of them within that of the whole."""
    worst, total = _EXACT, 0
    for ours, theirs in zip(wanted.words, given.words, strict=True):
        if ours.bare == theirs.bare:
            continue
        slips = _slips(theirs.bare, ours.bare)
        if slips is None:
            return _WRONG
        total += slips
        verdict = Verdict.OTHER_WORD if _is_french(theirs.key) else Verdict.TYPO
        if _RANK[verdict] > _RANK[worst.verdict]:
            worst = _Match(verdict, 0, _shown(wanted, ours), _shown(given, theirs))
    if total > _tolerance(wanted.bare):
        return _WRONG
    return _Match(worst.verdict, total, worst.expected, worst.typed)


def _run_by_run(given: _Text, wanted: _Text) -> _Match:
    """Compare what differs between the words that both texts start and end with.

    A word too many or too few is no typo: « il exporte » is not « il n'exporte ».
    """
    theirs, ours = list(given.words), list(wanted.words)
    while theirs and ours and theirs[0].bare == ours[0].bare:
        del theirs[0], ours[0]
    while theirs and ours and theirs[-1].bare == ours[-1].bare:
        del theirs[-1], ours[-1]
    if not theirs or not ours:
        return _WRONG
    expected, typed = _shown(wanted, *ours), _shown(given, *theirs)
    if _JOINTS.sub("", given.bare) == _JOINTS.sub("", wanted.bare) and _tolerance(wanted.bare):
        return _Match(Verdict.TYPO, 1, expected, typed)  # « parceque », « peut être »
    slips = _slips(given.bare, wanted.bare)
    if slips is None:
        return _WRONG
    # « semi condukteur » for « semi-conducteur »: only what is new can be another word.
    known = {piece for word in ours for piece in _JOINTS.split(word.bare)}
    pieces = (piece for word in theirs for piece in _JOINTS.split(word.bare))
    new = [piece for piece in pieces if piece not in known]
    if not new:
        return _WRONG
    verdict = Verdict.OTHER_WORD if any(map(_is_french, new)) else Verdict.TYPO
    return _Match(verdict, slips, expected, typed)


def _shown(text: _Text, *words: _Word) -> str:
    return text.shown[words[0].start : words[-1].end]


def _has_digit(text: str) -> bool:
    return any(map(str.isdigit, text))


def _tolerance(expected: str) -> int:
    """How many slips a text of that length may hold."""
    letters = sum(map(str.isalnum, expected))
    return 0 if letters <= _SHORT else 1 if letters <= _MEDIUM else 2


def _slips(typed: str, expected: str) -> int | None:
    """How many slips of the fingers part two texts; None if more than tolerated.

    A capital is never a slip (they only differ here where case is strict), nor a Roman numeral.
    """
    tolerance = _tolerance(expected)
    slips = OSA.distance(typed, expected, score_cutoff=tolerance)
    if slips > tolerance:
        return None
    if slips > OSA.distance(typed.casefold(), expected.casefold()):
        return None
    if _ROMAN.fullmatch(typed) and _ROMAN.fullmatch(expected):
        return None
    return slips


# Knowing French

# simplemma lists words that have several forms; most of those that have one are missing, and
# among them some of the commonest, a letter away from one another.
_INVARIABLE = """
    abcès abus accès ailleurs amas anchois assez auquel autobus autrefois autrement auxquels
    aussitôt avis beaucoup bonus brebis bras cabas cactus cadenas campus canevas carquois cas
    certes choix colis combien comment compas consensus contresens contretemps corps croix cyprès
    davantage debout dehors dessus devis dont dorénavant dos duquel desquels décès déjà encens
    engrais époux excès fatras flux fœtus foi fracas gars gaz gris grès guère harnais héros hiatus
    hormis houx humus index internet jadis jais jamais jus lapsus larynx lilas logis loin longtemps
    lynx mars matelas mieux mœurs naguère néanmoins nez noix non obus opus os où oui ours paix
    palais paradis parfois partout pas patois pays perdrix peu pis plusieurs plutôt poids pois
    pourquoi pourtant précis près printemps processus progrès propos prospectus puits putois quasi
    quatorze quelquefois quiconque radis ras rebours refus relais repas repos revers riz silex
    sitôt soi soixante souvent sphinx succès suspens surplus talus tant tard tas taux temps
    terminus thorax tôt toujours toux travers treize trépas très trop univers us utérus velours
    ver verglas via virus vite voix volontiers voire
"""
_INVARIABLE_BARE = frozenset(_without_accents(_fold(_INVARIABLE)).split())
_ACCENTED = {"a": "â", "c": "ç", "e": "éèê", "i": "îï", "o": "ô", "u": "û"}
_NOT_LETTERS = str.maketrans("", "", "'-")
_LONGEST_WORD = 26


@lru_cache(maxsize=4096)
def _is_french(word: str) -> bool:
    """Whether a word is in the dictionary, as typed or with the accents that it may lack.

    *desert* counts as *désert*: who types it for *dessert* has typed another word.
    """
    from simplemma import is_known  # noqa: PLC0415 (slow to load, for a server that starts)

    if not word.translate(_NOT_LETTERS).isalpha():
        return False  # nor can simplemma look up every character
    parts = word.split("-")
    if len(parts) > 1 and all(parts) and all(map(_is_french, parts)):
        return True
    if len(word) > _LONGEST_WORD:
        return False
    return (
        _without_accents(word) in _INVARIABLE_BARE
        or is_known(word, lang="fr")
        or any(is_known(accented, lang="fr") for accented in _accented(_without_accents(word)))
    )


def _accented(bare: str) -> Iterator[str]:
    """Spell a word with one accent more, then two."""
    places = [(n, accent) for n, letter in enumerate(bare) for accent in _ACCENTED.get(letter, "")]
    for n, accent in places:
        yield bare[:n] + accent + bare[n + 1 :]
    for (n, first), (m, second) in combinations(places, 2):
        if n < m:
            yield bare[:n] + first + bare[n + 1 : m] + second + bare[m + 1 :]
