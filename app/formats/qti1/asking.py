"""From an item of QTI 1.2 to the question of ours that asks and marks the same."""

from app.errors import N_
from app.formats.qti1.asked import Asked, Desk
from app.formats.qti1.blanks import is_blanks, read_blanks, read_typed
from app.formats.qti1.choices import read_choice
from app.formats.qti1.items import Item
from app.formats.qti1.pairs import read_categories, read_matching, read_ordering
from app.formats.qti1.scoring import number
from app.text.sentences import count_words

__all__ = ["LEAST_PASSAGE", "ask"]

LEAST_PASSAGE = 25
"""Words from which a text is something to read, not an instruction."""
MOST_OPTIONS = 60
MOST_RESPONSES = 100
MOST_TESTS = 1_000
"""Beyond these no program meant it: trying each choice on each condition would take too long."""
MOST_HINTS = 3
LONGEST_LINE = 1_000

_UNREADABLE = (
    ("calculated", N_("question calculée")),
    ("formula", N_("question calculée")),
    ("arithmetic", N_("question calculée")),
    ("file_upload", N_("dépôt de fichier")),
    ("file upload", N_("dépôt de fichier")),
    ("hot", N_("zone à cliquer dans une image")),
    ("likert", N_("échelle d’opinion")),
    ("opinion", N_("échelle d’opinion")),
    ("jumbled", N_("phrase en désordre")),
    ("quiz bowl", N_("question à deviner")),
)


def ask(desk: Desk, item: Item, category: str = "") -> None:
    """Add the question, or the text to read, that an item is."""
    kind = next(
        (
            item.meta[name].lower()
            for name in (
                "question_type",
                "cc_profile",
                "bbmd_questiontype",
                "qmd_questiontype",
                "questiontype",
                "qmd_itemtype",
            )
            if item.meta.get(name)
        ),
        "",
    )
    asked = Asked(desk, item, desk.at(item), kind, category)
    if told := next((name for sign, name in _UNREADABLE if sign in kind), None):
        _unreadable(asked, told)
    elif not item.responses and "essay" not in kind and "short response" not in kind:
        _text_only(asked)
    else:
        _question(asked)


def _unreadable(asked: Asked, told: str) -> None:
    title = asked.line(asked.item.prompt) or asked.item.title
    asked.lose(
        "unreadable-question",
        N_(
            "Une question d’un type que Relire n’a pas (%(kind)s) n’a pas été reprise : « %(said)s »."
        ),
        N_("Refaites-la comme question à choix, réponse courte ou nombre."),
        kind=told,
        said=title[:80],
    )


def _text_only(asked: Asked) -> None:
    """A text between questions is a passage, if it is long enough or a question refers to it."""
    desk, item = asked.desk, asked.item
    text = desk.intake.html(item.prompt, asked.at, desk.files).text
    if text and (count_words(text) >= LEAST_PASSAGE or item.ident in desk.stimuli):
        plain = item.title.lower() in ("question", "text", "texte", "text question")
        title = asked.category if plain else item.title
        desk.intake.passage(title, text.split("\n"))
    elif text:
        asked.lose(
            "short-text",
            N_("Un court texte n’a pas été repris : « %(said)s »."),
            N_("Ajoutez-le à la consigne de la question qui le suit, s’il y sert."),
            said=" ".join(text.split())[:80],
        )


def _question(asked: Asked) -> None:
    desk, item, kind = asked.desk, asked.item, asked.kind
    if _is_too_large(item):
        desk.intake.error(
            "too-many-choices",
            N_("Cette question a plus de %(most)s choix ou réponses : elle ne peut pas être lue."),
            N_("Partagez-la en plusieurs questions."),
            at=asked.at,
            excerpt=item.title,
            most=MOST_OPTIONS,
        )
        return
    inside = item.responses[0].label if len(item.responses) == 1 and "match" not in kind else ""
    if f"[{inside}]" in item.prompt:  # the name of a gap, not a question
        inside = ""
    prompt = "<br>".join(html for html in (item.prompt, inside) if html)
    marked = desk.intake.html(prompt, asked.at, desk.files)
    asked.raw = {
        "prompt": marked.text or item.title,
        "prompt_html": marked.html,
        "points": _points(asked),
        "hints": _hints(asked),
    }
    chosen = [response for response in item.responses if response.chosen]
    if any(
        response.kind == "response_xy" or response.render == "render_hotspot"
        for response in item.responses
    ):
        _unreadable(asked, N_("zone à cliquer dans une image"))
    elif is_blanks(asked):
        read_blanks(asked)
    elif not chosen:
        read_typed(asked)
    elif "categorization" in kind:
        read_categories(asked, chosen)
    elif any("ordered" in response.cardinality for response in chosen) or "ordering" in kind:
        read_ordering(asked, chosen[0])
    elif len(chosen) > 1 or "matching" in kind or chosen[0].kind == "response_grp":
        read_matching(asked, chosen)
    else:
        read_choice(asked, chosen[0])


def _is_too_large(item: Item) -> bool:
    return (
        len(item.responses) > MOST_RESPONSES
        or any(len(response.options) > MOST_OPTIONS for response in item.responses)
        or sum(1 for one in item.conditions for _ in one.test.leaves()) > MOST_TESTS
    )


def _points(asked: Asked) -> float | None:
    """What the question counts for, if the file says it."""
    meta = asked.item.meta
    for name in (
        "points_possible",
        "cc_weighting",
        "qmd_absolutescore_max",
        "max_score",
        "qmd_weighting",
    ):
        found = number(meta.get(name, ""))
        if found is None or (found == 0 and name == "qmd_weighting"):
            continue
        if found <= 0:
            asked.lose(
                "no-points",
                N_("Cette question ne compte pas dans le fichier ; ici, elle vaut un point."),
            )
            return None
        return min(100.0, float(found))
    best = asked.item.maximum
    return best if 0 < best < 100 else None  # noqa: PLR2004 (a hundred is a percentage)


def _hints(asked: Asked) -> list[str]:
    told = [hint for html in asked.item.hints if (hint := asked.line(html)[:LONGEST_LINE])]
    if len(told) > MOST_HINTS:
        asked.lose(
            "lost-tips",
            N_("Trois indices au plus sont repris ; il y en a %(count)s."),
            count=len(told),
        )
    return told[:MOST_HINTS]
