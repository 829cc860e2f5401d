"""QTI interactions → the keys of our question types.

Each function takes the interaction and its ``Item`` and gives questions as ``Asked``; an
interaction that makes several (a table of which each row is a question) gives several.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from app.errors import N_, Message, Problem
from app.formats.base import Intake, Place, nothing_beside
from app.formats.qti.names import (
    GAP,
    Renderer,
    all_named,
    folded,
    hot_spans,
    is_element,
    kin,
    number_in,
)
from app.formats.qti.scoring import Response, Scoring
from app.formats.xml import Element
from app.text.markup import Marked
from app.text.passage import Reading
from app.text.sentences import split_sentences, words

__all__ = ["ASK", "UNSUPPORTED", "Asked", "Item", "ask_gaps", "ask_one_gap"]


MOST_SEARCHED = 20
"""Texts in which a hot text is looked for, before it is taken as a text of its own."""

ALMOST = 1e-4
"""Weights are written with a few decimals."""


@dataclass
class Item:
    """An item being read: where it stands, how it is marked, and what gives its files."""

    intake: Intake
    at: Place
    responses: dict[str, Response]
    scoring: Scoring
    feedback: dict[str, str] = field(default_factory=dict)
    """Identifier → what is said; identifiers may be those of choices."""
    right: str = ""
    wrong: str = ""
    renderer: Renderer = field(default_factory=Renderer)
    files: Callable[[str], bytes | None] = nothing_beside

    def marked(self, html: str) -> Marked:
        """HTML of the item, read."""
        return self.intake.html(html, self.at, self.files)

    def shown(self, element: Element | None) -> Marked:
        """What an element of the item shows."""
        return self.marked(self.renderer.inner(element))

    def response(self, interaction: Element) -> Response:
        """The declaration of an interaction's response; an empty one if there is none."""
        name = interaction.get("responseidentifier", "")
        found = self.responses.get(name)
        if found is None and len(self.responses) == 1:
            found = next(iter(self.responses.values()))
        response = found or Response(name)
        known = self.scoring.worth.get(response.identifier, {})
        if known and not response.correct and not response.mapping:
            response.mapping = dict(known)
        elif set(known) - set(response.correct) - set(response.mapping):
            self.scoring.custom = True
        return response

    def mapping(self, response: Response) -> dict[str, float]:
        """What each value is worth; empty if the item is marked all or nothing."""
        exact = self.scoring.template.removeprefix("cc2_").startswith("match")
        if response.best <= 0 or (exact and response.correct):
            return {}
        return response.mapping

    def lose(self, code: str, text: str, hint: str = "", **params: object) -> None:
        """Report a loss at the item."""
        self.intake.lose(code, text, hint, at=self.at, **params)

    def warn(self, code: str, text: str, hint: str = "", **params: object) -> None:
        """Report something guessed about the item."""
        self.intake.warn(code, text, hint, at=self.at, excerpt="", **params)


@dataclass(frozen=True)
class Asked:
    """A question to be: its type, the keys of its room, and what the reader found wrong.

    ``more`` is HTML for the prompt beyond the text of the item.
    """

    kind: str
    raw: dict[str, Any]
    problems: tuple[Problem, ...] = ()
    more: str = ""


def _no_key(text: str, hint: str) -> Problem:
    return Problem(code="no-key", message=Message(text), hint=Message(hint))


# Choices.


@dataclass(frozen=True)
class _Option:
    id: str
    text: str
    html: str
    feedback: str
    fixed: bool

    def raw(self, **more: Any) -> dict[str, Any]:
        return {"text": self.text, "html": self.html, "feedback": self.feedback, **more}


def _options(item: Item, elements: Iterable[Element]) -> list[_Option]:
    return [_option(item, element, n) for n, element in enumerate(elements, 1)]


def _option(item: Item, element: Element, n: int) -> _Option:
    marked = item.shown(element)
    identifier = element.get("identifier", "")
    text = marked.text
    pictured = element.find(".//img") is not None or element.find(".//object") is not None
    if pictured and text.startswith("[") and text.endswith("]"):
        text = text[1:-1]  # nothing but an image: its description is the choice
    if not text and pictured:
        text = f"Image {n}"
    said = [item.shown(one).text for one in all_named(element, "feedbackinline")]
    return _Option(
        identifier,
        text or folded(element) or identifier,
        marked.html,
        " ".join(said) or item.feedback.get(identifier, ""),
        element.get("fixed", "") == "true",
    )


def _shuffle(item: Item, interaction: Element, options: list[_Option]) -> bool:
    wanted = interaction.get("shuffle", "false") in ("true", "1")
    fixed = sum(option.fixed for option in options)
    if wanted and 0 < fixed < len(options):
        item.lose(
            "fixed-choices",
            N_("Certains choix ont une place fixe : tous gardent l’ordre du fichier."),
        )
    return wanted and not fixed


def _ask_choice(item: Item, interaction: Element) -> Iterator[Asked]:
    options = _options(item, kin(interaction, "simplechoice"))
    response = item.response(interaction)
    several = response.cardinality in ("multiple", "ordered") or (
        not response.cardinality and interaction.get("maxchoices", "1") != "1"
    )
    shuffle = _shuffle(item, interaction, options)
    yield _chosen(item, options, response, several=several, shuffle=shuffle)


def _chosen(
    item: Item, options: list[_Option], response: Response, *, several: bool, shuffle: bool
) -> Asked:
    ids = {option.id for option in options}
    mapping = {key: worth for key, worth in item.mapping(response).items() if key in ids}
    correct = [value for value in dict.fromkeys(response.correct) if value in ids]
    if not correct and not mapping:  # some tools name the right choice by its text
        texts = {option.text: option.id for option in options}
        correct = [texts[value] for value in response.correct if value in texts]
    if several:
        _lose_general_feedback(item)
        choices = _several(item, options, correct, mapping, response)
    else:
        choices = _one(item, options, correct, mapping)
    kind = "multiple_response" if several else "single_choice"
    return Asked(kind, {"choices": choices, "shuffle": shuffle})


def _lose_general_feedback(item: Item) -> None:
    if item.right or item.wrong:
        item.lose(
            "general-feedback",
            N_("Le commentaire général n’est pas repris : « %(said)s »."),
            N_("Donnez un commentaire à chaque choix, dans l’aperçu."),
            said=(item.right or item.wrong)[:80],
        )


def _one(
    item: Item, options: list[_Option], correct: list[str], mapping: dict[str, float]
) -> list[dict[str, Any]]:
    best = max(mapping.values(), default=0.0)
    keys = correct or [key for key, worth in mapping.items() if worth == best > 0]
    if len(keys) > 1:
        item.warn(
            "several-right",
            N_("Plusieurs choix sont justes, mais un seul peut être donné : chacun compte."),
            N_("Si tous sont à cocher, déclarez une réponse multiple dans votre programme."),
        )
    made = []
    for option in options:
        key = option.id == (keys[0] if keys else None)
        worth = mapping.get(option.id, 0.0) / best if best > 0 else 0.0
        weight = 1.0 if option.id in keys else max(-1.0, min(1.0, round(worth, 5)))
        feedback = option.feedback or (item.right if option.id in keys else item.wrong)
        raw = option.raw(key=key, weight=None if key or not weight else weight)
        made.append({**raw, "feedback": feedback})
    return made


def _several(
    item: Item,
    options: list[_Option],
    correct: list[str],
    mapping: dict[str, float],
    response: Response,
) -> list[dict[str, Any]]:
    paid = [option.id for option in options if mapping.get(option.id, 0) > 0]
    if correct and paid and set(correct) != set(paid):
        item.lose(
            "weights",
            N_("Les points des choix ne vont pas avec les bonnes réponses : ils sont laissés."),
            N_("Vérifiez les bonnes réponses dans l’aperçu."),
        )
        mapping = {}
    total = sum(worth for worth in mapping.values() if worth > 0)
    if response.upper is not None and 0 < response.upper < total:
        item.lose("weights", N_("Le plafond des points est laissé : il faut tous les bons choix."))
    if not mapping:
        if item.scoring.template.removeprefix("cc2_").startswith("match"):
            item.lose(
                "all-or-nothing",
                N_("Notée tout ou rien dans le fichier : ici, chaque bon choix rapporte."),
            )
        return [option.raw(key=option.id in correct) for option in options]
    if _as_usual(options, mapping, paid, total):
        return [option.raw(key=option.id in paid) for option in options]
    return [
        option.raw(
            key=option.id in paid,
            weight=max(-1.0, min(1.0, round(mapping.get(option.id, 0.0) / total, 5))),
        )
        for option in options
    ]


def _as_usual(
    options: list[_Option], mapping: dict[str, float], paid: list[str], total: float
) -> bool:
    """Whether the weights are those that a question without weights has here."""
    others = len(options) - len(paid)
    return all(
        abs(mapping.get(one.id, 0.0) / total - (1 / len(paid) if one.id in paid else -1 / others))
        < ALMOST
        for one in options
    )


# Lists and pairs.


def _ask_order(item: Item, interaction: Element) -> Iterator[Asked]:
    options = {one.id: one for one in _options(item, kin(interaction, "simplechoice"))}
    response = item.response(interaction)
    steps = [options.pop(value) for value in response.correct if value in options]
    problems: list[Problem] = []
    if not steps:
        steps, options = list(options.values()), {}
        problems.append(
            _no_key(
                N_("Le bon ordre n’est pas donné."),
                N_("Rangez les éléments dans l’aperçu, ou donnez l’ordre dans votre programme."),
            )
        )
    if options:
        item.lose(
            "extra-steps",
            N_("Éléments en trop dans une mise en ordre, laissés : %(steps)s."),
            steps=", ".join(option.text for option in options.values()),
        )
    asked = _with_feedback(item, "ordering", {"sequence": [step.text for step in steps]})
    yield replace(asked, problems=tuple(problems))


def _ask_match(item: Item, interaction: Element) -> Iterator[Asked]:
    sets = kin(interaction, "simplematchset")
    sides = [_options(item, kin(one, "simpleassociablechoice")) for one in sets[:2]]
    if len(sides) < 2:  # noqa: PLR2004 (a left and a right side)
        return
    lefts, rights = ({option.id: option for option in side} for side in sides)
    response = item.response(interaction)
    pairs = [
        (first, then) if first in lefts and then in rights else (then, first)
        for first, then in response.pairs
    ]
    pairs = [pair for pair in dict.fromkeys(pairs) if pair[0] in lefts and pair[1] in rights]
    shuffle = interaction.get("shuffle", "false") == "true"
    yield from _paired(item, lefts, rights, pairs, response, shuffle=shuffle)


def _ask_associate(item: Item, interaction: Element) -> Iterator[Asked]:
    options = {one.id: one for one in _options(item, kin(interaction, "simpleassociablechoice"))}
    response = item.response(interaction)
    pairs: dict[str, str] = {}
    for first, then in response.pairs:
        left, right = (then, first) if first in pairs else (first, then)
        if left in options and right in options and left not in pairs:
            pairs[left] = right
    lefts = {key: options[key] for key in pairs}
    rights = {key: one for key, one in options.items() if key not in lefts}
    rights |= {key: options[key] for key in pairs.values()}
    shuffle = interaction.get("shuffle", "false") == "true"
    yield from _paired(item, lefts, rights, list(pairs.items()), response, shuffle=shuffle)


def _paired(
    item: Item,
    lefts: dict[str, _Option],
    rights: dict[str, _Option],
    pairs: list[tuple[str, str]],
    response: Response,
    *,
    shuffle: bool,
) -> Iterator[Asked]:
    """A matching, the sides as they must stand; or one question for each line of a table."""
    if not pairs:
        raw = {
            "pairs": [[left.text, ""] for left in lefts.values()],
            "distractors": [right.text for right in rights.values()],
        }
        hint = N_("Donnez-les dans votre programme, puis exportez de nouveau.")
        yield Asked("matching", raw, (_no_key(N_("Les bonnes paires ne sont pas données."), hint),))
        return
    worth = {item.mapping(response).get(" ".join(pair)) for pair in pairs}
    if len(worth) > 1:
        item.lose("weights", N_("Les paires n’ont pas le même poids : ici, elles sont égales."))
    from_left, from_right = (_targets(pairs, side) for side in (0, 1))
    if any(len(found) > 1 for found in from_left.values()) or len(from_left) < len(lefts):
        if len(from_right) == len(pairs) == len(rights):
            lefts, rights = rights, lefts
            from_left = from_right
        elif any(len(found) > 1 for found in from_left.values()):
            yield from _rows(item, lefts, rights, from_left, shuffle=shuffle)
            return
    for key in lefts.keys() - from_left.keys():
        item.lose(
            "no-partner",
            N_("« %(line)s » n’a pas de correspondance : la ligne est laissée."),
            line=lefts[key].text[:80],
        )
    lefts = {key: left for key, left in lefts.items() if key in from_left}
    if len(lefts) == 1:
        yield from _rows(item, lefts, rights, from_left, shuffle=shuffle)
        return
    used = {found[0] for found in from_left.values()}
    yield Asked(
        "matching",
        {
            "pairs": [[left.text, rights[from_left[key][0]].text] for key, left in lefts.items()],
            "distractors": [right.text for key, right in rights.items() if key not in used],
            "shuffle": shuffle,
            "feedback": {"right": item.right, "wrong": item.wrong},
        },
    )


def _targets(pairs: list[tuple[str, str]], side: int) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for pair in pairs:
        found.setdefault(pair[side], []).append(pair[1 - side])
    return found


def _rows(
    item: Item,
    lefts: dict[str, _Option],
    rights: dict[str, _Option],
    targets: dict[str, list[str]],
    *,
    shuffle: bool,
) -> Iterator[Asked]:
    options = list(rights.values())
    several = any(len(found) > 1 for found in targets.values())
    if len(lefts) > 1:
        item.lose(
            "split-table",
            N_("Un tableau à plusieurs réponses par ligne devient %(count)s questions."),
            count=len(lefts),
        )
    for key, left in lefts.items():
        response = Response("", correct=targets.get(key, []))
        asked = _chosen(item, options, response, several=several, shuffle=shuffle)
        yield replace(asked, more=f"<p>{left.html or left.text}</p>")


# Texts with gaps.


def ask_one_gap(item: Item, gap: Element) -> Asked | None:
    """The question of an item's only gap, if it is typed: a word, or a number."""
    if gap.tag != "textentryinteraction":
        return None
    response = item.response(gap)
    if response.base in ("integer", "float") and (numbers := _numbers(item, response)):
        return _with_feedback(item, "numeric", {"answers": numbers})
    answers, strict = _accepted(item, response)
    raw: dict[str, Any] = {"answers": answers}
    if strict:
        raw["compare"] = {"case": "strict"}
    if answers:
        return _with_feedback(item, "short_answer", raw)
    problem = _no_key(N_("Aucune réponse attendue n’est donnée."), N_("Ajoutez-la dans l’aperçu."))
    return Asked("short_answer", raw, (problem,))


def _with_feedback(item: Item, kind: str, raw: dict[str, Any]) -> Asked:
    return Asked(kind, {**raw, "feedback": {"right": item.right, "wrong": item.wrong}})


def _accepted(item: Item, response: Response) -> tuple[list[dict[str, Any]], bool]:
    """The texts accepted with what they earn, and whether capitals count."""
    mapping = item.mapping(response)
    best = max(mapping.values(), default=1.0)
    worth = {
        key: max(0.0, round(value / best, 5)) for key, value in mapping.items()
    } or dict.fromkeys(response.correct, 1.0)
    spellings: dict[str, set[float]] = {}
    for text, fraction in worth.items():
        spellings.setdefault(text.casefold(), set()).add(fraction)
    strict = response.sensitive or any(len(found) > 1 for found in spellings.values())
    feedback = {text: item.feedback.get(text, "") for text in worth}
    made = [
        {"text": text, "fraction": fraction, "feedback": feedback[text]}
        for text, fraction in worth.items()
    ]
    return made, strict


def _numbers(item: Item, response: Response) -> list[dict[str, Any]]:
    mode, far = item.scoring.tolerance.get(response.identifier, ("absolute", 0.0))
    mapping = {key: worth for key, worth in item.mapping(response).items() if worth > 0}
    best = max(mapping.values(), default=1.0)
    worth = mapping or dict.fromkeys(response.correct, best)
    found = []
    for text, value in worth.items():
        number = number_in(text)
        if number is not None:
            tolerance = far if mode == "absolute" else round(abs(number) * far / 100, 9)
            fraction = round(value / best, 5)
            found.append({"value": number, "tolerance": tolerance, "fraction": fraction})
    return found


def ask_gaps(item: Item, text: str, gaps: Iterable[tuple[str, Element]]) -> Asked:
    """A text with several gaps, each by the name by which the text marks it."""
    raw: dict[str, Any] = {"body": _body(item, text), "gaps": {}}
    for name, gap in gaps:
        response = item.response(gap)
        if gap.tag == "inlinechoiceinteraction":
            options = _options(item, kin(gap, "inlinechoice"))
            asked = _chosen(item, options, response, several=False, shuffle=True)
            raw["gaps"][name] = {
                "list": [{**choice, "weight": None} for choice in asked.raw["choices"]]
            }
            continue
        typed, strict = _accepted(item, response)
        raw["gaps"][name] = {"typed": typed}
        if strict:
            raw["compare"] = {"case": "strict"}
        if response.identifier in item.scoring.tolerance:
            item.lose(
                "gap-tolerance",
                N_("La tolérance d’un nombre dans un texte à trous est laissée."),
                N_("Ajoutez dans l’aperçu les valeurs acceptées."),
            )
    return _with_feedback(item, "cloze", raw)


def _body(item: Item, html: str) -> str:
    """The text as a body with ``{{n}}``; braces of its own are kept apart."""
    text = item.marked(html).text.replace("{{", "{ {")
    return GAP.sub(r"{{\1}}", text)


def _ask_gap_match(item: Item, interaction: Element) -> Iterator[Asked]:
    response = item.response(interaction)
    options = _options(item, kin(interaction, "gaptext", "gapimg"))
    bank = {option.id: option.text for option in options}
    renderer = Renderer()
    inside = [
        one
        for one in interaction
        if is_element(one) and one.tag not in ("prompt", "gaptext", "gapimg")
    ]
    html = "".join(renderer.outer(one) for one in inside)
    names = {gap.get("identifier", ""): str(n) for n, gap in enumerate(renderer.gaps, 1)}
    filled: dict[str, list[str]] = {}
    for first, then in response.pairs:
        word, gap = (first, then) if first in bank else (then, first)
        if word in bank and gap in names:
            filled.setdefault(names[gap], []).append(bank[word])
    if any(len(found) > 1 for found in filled.values()):
        item.lose(
            "several-words",
            N_("Un trou accepte plusieurs étiquettes : seule la première est gardée."),
        )
    gaps = {name: {"bank": filled[name][0]} if name in filled else {} for name in names.values()}
    raw = {"body": _body(item, html), "gaps": gaps, "bank": list(dict.fromkeys(bank.values()))}
    yield _with_feedback(item, "cloze", raw)


# Texts to write, and to point at.


def _ask_essay(item: Item, interaction: Element) -> Iterator[Asked]:
    response = item.response(interaction)
    _lose_general_feedback(item)
    if response.correct:
        item.lose(
            "model-answer",
            N_("La réponse modèle d’une rédaction n’est pas reprise : %(answer)s"),
            answer=" / ".join(response.correct)[:200],
        )
    yield Asked("essay", {})


def _ask_hot_text(item: Item, interaction: Element) -> Iterator[Asked]:
    """Choices in a text of its own, where they are sentences or words; else a list of them."""
    response = item.response(interaction)
    inside = [one for one in interaction if is_element(one) and one.tag != "prompt"]
    options = _options(item, all_named(interaction, "hottext"))
    ids = {option.id for option in options}
    keys = [value for value in response.correct if value in ids] or [
        key for key, worth in item.mapping(response).items() if worth > 0 and key in ids
    ]
    if keys and (select := _select(item, inside, [option.id in keys for option in options])):
        yield Asked(
            "hot_text", {"select": select, "feedback": {"right": item.right, "wrong": item.wrong}}
        )
        return
    several = response.cardinality == "multiple" or len(keys) > 1
    html = "".join(item.renderer.outer(one) for one in inside)
    asked = _chosen(item, options, response, several=several, shuffle=False)
    item.lose(
        "hot-text-list",
        N_("Les passages à choisir dans le texte sont proposés en liste."),
        N_("Relire sait montrer du doigt des phrases entières, ou des mots seuls."),
    )
    yield replace(asked, more=html)


def _select(item: Item, inside: list[Element], keys: list[bool]) -> dict[str, Any] | None:
    """What is chosen in the text; None if it cannot be said. A text not met yet is added."""
    renderer = Renderer(hot=True)
    text = item.marked("".join(renderer.outer(one) for one in inside)).text
    lines = [hot_spans(line) for line in text.split("\n")]
    places = [place for line, spans in lines for place in _places(line, spans)]
    if len(places) != len(keys):
        return None
    select = _selected(places, keys)
    if select is not None:
        known = item.intake.result
        searched = len(known.passages) <= MOST_SEARCHED
        reading = known.reading if searched else Reading(())
        if not all(reading.locate(one) for line, _ in lines for one in split_sentences(line)):
            item.intake.passage("Document", [line for line, _ in lines], kind="document")
    return select


@dataclass(frozen=True)
class _Place:
    """Something to choose in a sentence: its text, and the words of the sentence in it."""

    sentence: str
    text: str
    words: list[tuple[int, int]]


def _places(line: str, spans: list[tuple[int, int]]) -> Iterator[_Place]:
    start = 0
    for sentence in split_sentences(line):
        end = start + len(sentence)
        for first, last in spans:
            if start <= first < end:
                inside = [
                    word
                    for word in words(sentence)
                    if first <= start + word[0] and start + word[1] <= last
                ]
                yield _Place(sentence, line[first:last], inside)
        start = end + 1


def _selected(places: list[_Place], keys: list[bool]) -> dict[str, Any] | None:
    """Single words, or whole sentences; None for anything between."""
    wanted = [place for place, key in zip(places, keys, strict=True) if key]
    sentences = list(dict.fromkeys(place.sentence for place in places))
    whole = all(len(place.words) == len(words(place.sentence)) for place in places)
    if whole and len(sentences) == len(places):
        return {"keys": [place.text for place in wanted], "within": sentences}
    if all(len(place.words) == 1 for place in wanted):
        ranked = [_ranked(place, sentences) for place in wanted]
        return {"unit": "word", "keys": ranked, "within": sentences}
    return None


def _ranked(place: _Place, sentences: list[str]) -> str:
    """The word; if it stands several times in these sentences, which: « pain (2) »."""
    start, end = place.words[0]
    word = place.sentence[start:end]
    before = sentences[: sentences.index(place.sentence)]
    earlier = [sentence[first:last] for sentence in before for first, last in words(sentence)]
    earlier += [place.sentence[first:last] for first, last in words(place.sentence[:start])]
    rank = 1 + sum(one.casefold() == word.casefold() for one in earlier)
    return word if rank == 1 else f"{word} ({rank})"


Ask = Callable[[Item, Element], Iterator[Asked]]

ASK: dict[str, Ask] = {
    "associateinteraction": _ask_associate,
    "choiceinteraction": _ask_choice,
    "extendedtextinteraction": _ask_essay,
    "gapmatchinteraction": _ask_gap_match,
    "hottextinteraction": _ask_hot_text,
    "matchinteraction": _ask_match,
    "orderinteraction": _ask_order,
}
"""What makes questions of each interaction that stands on its own."""

UNSUPPORTED: dict[str, str] = {
    "custominteraction": N_("un exercice programmé à part"),
    "drawinginteraction": N_("un dessin à faire"),
    "graphicassociateinteraction": N_("des zones d’une image à relier"),
    "graphicgapmatchinteraction": N_("des étiquettes à poser sur une image"),
    "graphicorderinteraction": N_("des zones d’une image à ranger"),
    "hotspotinteraction": N_("une zone d’une image à choisir"),
    "mediainteraction": N_("un son ou une vidéo à suivre"),
    "portablecustominteraction": N_("un exercice programmé à part"),
    "positionobjectinteraction": N_("un objet à placer sur une image"),
    "selectpointinteraction": N_("un point d’une image à montrer"),
    "sliderinteraction": N_("un curseur à régler"),
    "uploadinteraction": N_("un fichier à envoyer"),
}
"""Interactions that no question type of ours can carry, in words."""
