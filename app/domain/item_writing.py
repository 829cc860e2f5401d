"""What makes a question weak, as warnings: each says why it matters and how to mend it.

The rules are those of item-writing guides (Haladyna, Downing and Rodriguez, 2002, "A review of
multiple-choice item-writing guidelines", Applied Measurement in Education 15), and of reading
tests in particular: an answer must come from the text, not from the options. They warn, they
never refuse: a teacher may have a reason.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import lru_cache

from app.domain.quiz import Item, Quiz
from app.domain.scoring import UNITS
from app.errors import N_, Message, Path, Problem
from app.questions.base import Choice, Question
from app.questions.true_false.question import TrueFalse
from app.text.compare import normalise
from app.text.sentences import words

__all__ = ["EXAM_POINTS", "LONGEST_FEEDBACK", "item_warnings", "warnings"]

LONGEST_FEEDBACK = 25
"""Words: what a learner reads before going on."""
EXAM_POINTS = 25
"""Points of a DELF or DALF reading paper."""
KEY_LONGEST_SHARE = 0.4
KEY_PLACE_SHARE = 0.6
MUCH_LONGER = 1.6
ENOUGH_ITEMS = 4

ALL_OR_NONE = re.compile(
    r"\b(toutes? (les|ces) (réponses|propositions)|aucune (des|de ces) (réponses|propositions)"
    r"|les deux réponses|autre réponse)\b",
    re.IGNORECASE,
)
ABSOLUTES = re.compile(
    r"\b(toujours|jamais|forcément|absolument|uniquement|systématiquement|aucune?|tou(s|tes))\b",
    re.IGNORECASE,
)
NEGATIVE = re.compile(r"\bn(e |’|')[^?.!;:]{1,60}\bpas\b|\b(sauf|excepté|hormis)\b", re.IGNORECASE)
EMPHASIS = re.compile(r"\b(PAS|SAUF|NE|EXCEPTÉ)\b")
QUOTED = re.compile(r"«[^»]*»")

COMMON = frozenset(
    "alors aussi autre autres avant avec beaucoup bien cela cette ceux chaque comme comment contre "
    "dans depuis deux dont elle elles encore entre être avoir était étaient faire faut ils leur "
    "leurs mais même moins notre nous parce pendant peut peuvent plus plusieurs pour pourquoi "
    "quand quel quelle quels quelles sans selon sera sont sous très texte tout toute trop votre "
    "vous vers".split()
)
SHORTEST_WORD, STEM = 5, 6


def warnings(quiz: Quiz) -> Iterator[Problem]:
    """Everything that a careful author would look at again; paths start in the quiz."""
    for item in quiz.items:
        yield from item_warnings(quiz, item)
    yield from _of_quiz(quiz)


def _warning(code: str, path: Path, text: str, hint: str, /, **params: object) -> Problem:
    return Problem(
        code=code,
        severity="warning",
        message=Message(text, params),
        hint=Message(hint, params),
        path=path,
    )


# Words, as far as a machine can compare them.


@lru_cache(maxsize=4_096)
def _stems(text: str) -> frozenset[str]:
    """The words of a text that carry meaning, cut so that inflected forms meet."""
    found = (normalise(text[start:end]) for start, end in words(text))
    return frozenset(
        word[:STEM] for word in found if len(word) >= SHORTEST_WORD and word not in COMMON
    )


def _split(question: Question) -> tuple[list[Choice], list[Choice]]:
    choices = question.authored_choices()
    return [one for one in choices if one.key], [one for one in choices if not one.key]


# One question.


def item_warnings(quiz: Quiz, item: Item) -> Iterator[Problem]:
    """What is weak in one question by itself, in its quiz."""
    question, path = item.question, ("questions", item.number - 1)
    yield from _stem(question, path)
    yield from _options(question, path)
    yield from _feedback(question, path)
    if quiz.family in ("comprehension", "politique"):
        yield from _echo(quiz, question, path)
    yield from _given_away(quiz, question, path)
    if quiz.passages and not question.evidence.quotes and not question.marked_by_person:
        yield _warning(
            "no-evidence",
            (*path, "id"),
            N_("La question n’a pas de preuve dans le texte."),
            N_("Citez dans « evidence » la phrase qui donne la réponse : le corrigé y ramène."),
        )


def _stem(question: Question, path: Path) -> Iterator[Problem]:
    prompt = QUOTED.sub("", question.prompt)
    if question.authored_choices() and NEGATIVE.search(prompt) and not EMPHASIS.search(prompt):
        yield _warning(
            "negative-stem",
            (*path, "prompt"),
            N_("La question est négative : on la lit de travers sans avoir mal compris le texte."),
            N_("Tournez-la au positif, ou écrivez la négation en capitales (PAS, SAUF)."),
        )


def _options(question: Question, path: Path) -> Iterator[Problem]:
    choices = question.authored_choices()
    keys, distractors = _split(question)
    for n, choice in enumerate(choices):
        if ALL_OR_NONE.search(choice.text):
            yield _warning(
                "all-or-none",
                (*path, "choices", n),
                N_("« %(text)s » se devine sans lire dès qu’on connaît deux autres réponses."),
                N_("Remplacez ce choix par une lecture fausse mais tentante du texte."),
                text=choice.text,
            )
        for other in choices:
            if other is not choice and _within(choice.text, other.text):
                yield _warning(
                    "overlapping-options",
                    (*path, "choices", n),
                    N_(
                        "« %(one)s » est contenu dans « %(other)s » : les deux peuvent être justes."
                    ),
                    N_("Rendez les choix exclusifs l’un de l’autre."),
                    one=choice.text,
                    other=other.text,
                )
    if keys and distractors:
        yield from _absolutes(keys, distractors, path)
        longest = max(len(choice.text) for choice in distractors)
        if len(keys) == 1 and len(keys[0].text) > max(MUCH_LONGER * longest, longest + 12):
            yield _warning(
                "key-much-longer",
                (*path, "choices", choices.index(keys[0])),
                N_("La bonne réponse est bien plus longue que les autres : on la choisit à l’œil."),
                N_("Raccourcissez-la, ou étoffez les autres."),
            )


def _within(one: str, other: str) -> bool:
    inner, outer = f" {normalise(one)} ", f" {normalise(other)} "
    return len(inner) > SHORTEST_WORD and inner in outer


def _absolutes(keys: list[Choice], distractors: list[Choice], path: Path) -> Iterator[Problem]:
    in_keys = any(ABSOLUTES.search(QUOTED.sub("", choice.text)) for choice in keys)
    found = [
        match for choice in distractors if (match := ABSOLUTES.search(QUOTED.sub("", choice.text)))
    ]
    if found and not in_keys:
        yield _warning(
            "absolute",
            (*path, "choices"),
            N_("« %(word)s » n’est que dans des choix faux : un mot absolu se repère sans lire."),
            N_("Nuancez le choix faux, ou donnez la même force à la bonne réponse."),
            word=found[0].group(0),
        )


def _feedback(question: Question, path: Path) -> Iterator[Problem]:
    for place, text in question.comments():
        if not text:
            yield _warning(
                "no-feedback",
                (*path, *place),
                N_("Il manque un commentaire : l’apprenant saurait le score, pas pourquoi."),
                N_("Dites en une phrase ce que le texte dit, ou ce qui a pu tromper."),
            )
        elif len(text.split()) > LONGEST_FEEDBACK + text.count("«") * 2:
            yield _warning(
                "long-feedback",
                (*path, *place),
                N_("Ce commentaire a plus de %(most)s mots : on ne le lit pas."),
                N_("Gardez les mots décisifs du texte et le nom du malentendu."),
                most=LONGEST_FEEDBACK,
            )


def _echo(quiz: Quiz, question: Question, path: Path) -> Iterator[Problem]:
    keys, distractors = _split(question)
    if len(keys) != 1 or not distractors:
        return
    sentences = (quiz.reading.sentence(s).text for s in question.evidence.sentences)
    heard = frozenset[str]().union(*map(_stems, sentences))
    own = _stems(keys[0].text) & heard
    most = max(len(_stems(choice.text) & heard) for choice in distractors)
    shared = frozenset[str]().union(*(_stems(choice.text) for choice in distractors))
    if own - shared and len(own) > most:
        yield _warning(
            "echo",
            (*path, "choices", question.authored_choices().index(keys[0])),
            N_(
                "Seule la bonne réponse reprend des mots de la preuve : on la trouve sans comprendre."
            ),
            N_("Reformulez-la, ou reprenez autant de mots du texte dans les choix faux."),
        )


def _given_away(quiz: Quiz, question: Question, path: Path) -> Iterator[Problem]:
    definitions = {normalise(entry.definition) for entry in quiz.glossary}
    definitions |= {
        normalise(form) for entry in quiz.glossary for form in (entry.term, *entry.forms)
    }
    for text in question.key_texts():
        if normalise(text) in definitions and quiz.settings.glossary != "never":
            yield _warning(
                "glossary-key",
                (*path, "prompt"),
                N_("Le lexique donne la réponse : « %(text)s »."),
                N_("Formulez la réponse autrement, ou retirez ce mot du lexique."),
                text=text,
            )
    title = _stems(" ".join([quiz.title, *(passage.title for passage in quiz.passages)]))
    keys, distractors = _split(question)
    if len(keys) == 1 and distractors and quiz.family in ("comprehension", "politique"):
        shared = frozenset[str]().union(*(_stems(choice.text) for choice in distractors))
        told = (_stems(keys[0].text) - shared) & title
        if len(told) > 1:
            yield _warning(
                "title-key",
                (*path, "choices", question.authored_choices().index(keys[0])),
                N_("Un titre souffle la réponse : « %(text)s »."),
                N_("Formulez la réponse sans les mots du titre."),
                text=keys[0].text,
            )


# The quiz as a whole.


def _of_quiz(quiz: Quiz) -> Iterator[Problem]:
    if not quiz.passages:
        yield _warning(
            "no-passage",
            ("passages",),
            N_(
                "Le quiz n’a pas de texte : aucune réponse ne peut ramener à la phrase qui la prouve."
            ),
            N_("Ajoutez le texte dont parlent les questions."),
        )
    yield from _key_lengths(quiz)
    yield from _key_places(quiz)
    yield from _shared_sentences(quiz)
    yield from _cross_talk(quiz)
    yield from _types(quiz)
    offers = {
        "unknown" in item.question.verdicts
        for item in quiz.items
        if isinstance(item.question, TrueFalse)
    }
    if len(offers) > 1:
        yield _warning(
            "unknown-betrayed",
            ("questions",),
            N_(
                "« Le texte ne le dit pas » n’est proposé qu’à certains vrai ou faux : cela le trahit."
            ),
            N_("Ajoutez « unknown: true » à tous les vrai ou faux du quiz."),
        )
    points = sum(item.max_units for item in quiz.items) / UNITS
    if quiz.family == "comprehension" and quiz.settings.mode == "exam" and points != EXAM_POINTS:
        yield _warning(
            "exam-points",
            ("questions",),
            N_("Ce quiz a la forme d’un examen et fait %(points)s points, pas %(exam)s."),
            N_("Répartissez les points : une épreuve du DELF ou du DALF en a %(exam)s."),
            points=f"{points:g}",
            exam=EXAM_POINTS,
        )


def _single(quiz: Quiz) -> list[Item]:
    return [item for item in quiz.items if item.question.type == "single_choice"]


def _key_lengths(quiz: Quiz) -> Iterator[Problem]:
    items, longest = _single(quiz), []
    for item in items:
        keys, distractors = _split(item.question)
        if keys and all(len(keys[0].text) > len(choice.text) for choice in distractors):
            longest.append(item.number)
    if len(items) >= ENOUGH_ITEMS and len(longest) > KEY_LONGEST_SHARE * len(items):
        yield _warning(
            "key-longest",
            ("questions",),
            N_(
                "La bonne réponse est la plus longue aux questions %(items)s : on finit par le voir."
            ),
            N_("Allongez des choix faux : pas plus de quatre questions sur dix."),
            items=", ".join(map(str, longest)),
        )


def _key_places(quiz: Quiz) -> Iterator[Problem]:
    places = Counter(
        next(n for n, choice in enumerate(item.question.authored_choices(), 1) if choice.key)
        for item in _single(quiz)
    )
    total = places.total()
    if total >= ENOUGH_ITEMS:
        place, times = places.most_common(1)[0]
        if times > KEY_PLACE_SHARE * total:
            yield _warning(
                "key-place",
                ("questions",),
                N_("La bonne réponse est %(times)s fois sur %(total)s le choix numéro %(place)s."),
                N_("Changez sa place dans le fichier : la version imprimée garde votre ordre."),
                times=times,
                total=total,
                place=place,
            )


def _shared_sentences(quiz: Quiz) -> Iterator[Problem]:
    for sentence, items in quiz.proves().items():
        skills = [(item.question.skill, item.question.subskill) for item in items]
        repeated = len(set(skills)) < len(skills)
        if len(items) > 2 or (repeated and not _global(items)):  # noqa: PLR2004
            yield _warning(
                "shared-evidence",
                ("questions", items[-1].number - 1, "evidence"),
                N_("La phrase « %(text)s » prouve les questions %(items)s : l’une aide l’autre."),
                N_("Interrogez une autre phrase, ou une autre compétence."),
                text=quiz.reading.sentence(sentence).text[:60],
                items=", ".join(str(item.number) for item in items),
            )


def _global(items: Iterable[Item]) -> bool:
    """Whether a question on the whole text is among them: it may share a sentence."""
    return any(len(item.question.evidence.sentences) > 2 for item in items)  # noqa: PLR2004


def _cross_talk(quiz: Quiz) -> Iterator[Problem]:
    for item in quiz.items:
        for key in item.question.typed_keys():
            wanted = f" {normalise(key)} "
            if len(wanted) < SHORTEST_WORD + 2:
                continue
            for other in quiz.items:
                spaced = " ".join(
                    re.sub(r"[^\w’'-]+", " ", normalise(text))
                    for text in other.question.shown_texts()
                )
                if other is not item and wanted in f" {spaced} ":
                    yield _warning(
                        "gives-away",
                        ("questions", other.number - 1, "prompt"),
                        N_("Cette question montre « %(key)s », réponse de la question %(item)s."),
                        N_("Changez ce mot ici, ou demandez-en un autre là-bas."),
                        key=key,
                        item=item.number,
                    )


def _types(quiz: Quiz) -> Iterator[Problem]:
    types = Counter(item.question.type for item in quiz.items)
    kind, times = types.most_common(1)[0]
    if quiz.settings.mode == "training" and times > len(quiz.items) / 2 >= ENOUGH_ITEMS / 2:
        yield _warning(
            "one-type",
            ("questions",),
            N_("%(times)s questions sur %(total)s sont du type %(type)s : l’entraînement lasse."),
            N_("Variez : pas plus de la moitié d’un même type."),
            times=times,
            total=len(quiz.items),
            type=kind,
        )
