"""What an item says beside its question: feedback, hints, and what it does that is left out."""

from app.errors import N_
from app.formats.qti.asked import Item
from app.formats.qti.names import all_named
from app.formats.xml import Element

__all__ = ["hints_of", "read_feedback", "tell_losses"]

MOST_HINTS, LONGEST_HINT = 3, 1_000


def hints_of(body: Element, item: Item) -> list[str]:
    """What a learner may ask to see before answering."""
    told = [" ".join(item.shown(one).text.split()) for one in all_named(body, "infocontrol")]
    if len(told) > MOST_HINTS:
        item.lose(
            "lost-tips",
            N_("Trois indices au plus sont repris ; il y en a %(count)s."),
            count=len(told),
        )
    return [one[:LONGEST_HINT] for one in told if one][:MOST_HINTS]


def read_feedback(root: Element, item: Item) -> None:
    for one in all_named(root, "modalfeedback", "feedbackblock"):
        if any(str(inner.tag).endswith("interaction") for inner in one.iter()):
            continue  # a step of an adaptive item, which is asked
        name, said = one.get("identifier", ""), item.shown(one).text
        role = item.scoring.roles.get(name, _role(name))
        if name == "true":
            role = item.scoring.shown.get(one.get("outcomeidentifier", ""), role)
        if one.get("showhide", "show") == "hide":  # shown unless that is the case
            opposite = {"right": "wrong", "wrong": "right"}
            role = "wrong" if role in _typed(item) else opposite.get(role, name)
        if not said or "solution" in one.get("outcomeidentifier", "").lower():
            continue
        if role in ("right", "wrong"):
            setattr(item, role, " ".join(filter(None, (getattr(item, role), said))))
        else:
            item.feedback[role] = said
    for one in all_named(root, "rationale"):
        item.feedback.setdefault(one.get("identifier", ""), item.shown(one).text)
    choices = {one.get("identifier") for one in all_named(root, "simplechoice", "hottext")}
    single = [one for one in item.responses.values() if not one.base.endswith("pair")]
    values = {value for one in single for value in [*one.mapping, *one.correct]}
    if lost := item.feedback.keys() - choices - values:
        item.lose(
            "feedback",
            N_("Commentaires dont la condition n’est pas reprise : %(count)s."),
            count=len(lost),
        )


def _typed(item: Item) -> set[str]:
    return {value for response in item.responses.values() for value in response.correct}


def _role(name: str) -> str:
    """What the name of a feedback says of it, where nothing else does; else the name itself."""
    low = name.lower()
    if any(word in low for word in ("incorrect", "wrong", "faux", "notok")):
        return "wrong"
    return "right" if any(word in low for word in ("correct", "right", "juste")) else name


def tell_losses(root: Element, item: Item) -> None:
    if any(
        one.tag == "teacherinstructions" or "candidate" not in one.get("view", "candidate")
        for one in all_named(root, "rubricblock", "teacherinstructions")
    ):
        item.lose("rubric", N_("Les consignes pour le correcteur ne sont pas reprises."))
    if next(all_named(root, "endattemptinteraction"), None) is not None:
        item.lose("hint", N_("Un bouton d’aide ou de fin n’est pas repris."))
    if root.get("adaptive", "") == "true":
        item.lose("adaptive", N_("L’exercice s’adaptait aux essais : il est posé une fois."))
