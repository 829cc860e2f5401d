"""Correcting together, question by question: how the class answered, the key, the proof.

Made to be projected: without names, in large letters, moved on by the keyboard. Each step has
an address of its own, so it works without scripts, and the back button goes one step back.
"""

from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.services import projecting, read
from app.services.projecting import Asked, Together
from app.web.access import teacher_required, the_teacher
from app.web.closing import read_results

__all__ = ["bp"]

bp = Blueprint("projecting", __name__, url_prefix="/teach")

LONGEST_NUMBER = 5
LONGEST_RANK = 5
STEPS = ("question", "answers", "key", "proof")


@bp.get("/quizzes/<slug>/together")
@teacher_required
def quiz(slug: str) -> ResponseReturnValue:
    """All attempts, on all versions that ask the same."""
    found = read(projecting.get_quiz_answers, the_teacher().id, slug)
    back = url_for("reporting.questions", slug=slug)
    return _page(found, "projecting.quiz", back, slug=slug)


@bp.get("/assignments/<assignment_id>/together")
@teacher_required
def assignment(assignment_id: str) -> ResponseReturnValue:
    """What one class answered."""
    found = read_results(projecting.get_class_answers, the_teacher().id, assignment_id).found
    back = url_for("marking.results", assignment_id=assignment_id)
    return _page(found, "projecting.assignment", back, assignment_id=assignment_id)


def _page(found: Together | None, endpoint: str, back: str, **place: str) -> ResponseReturnValue:
    if found is None or not any(one.n for one in found.asked):
        return redirect(back, 303)
    rank = _number(request.args.get("q", "1"), len(found.asked))
    step = request.args.get("step", STEPS[0])
    step = step if step in STEPS else STEPS[0]
    one = found.asked[rank - 1]

    def to(rank: int, step: str) -> str:
        return url_for(endpoint, **place, q=rank, step=step)  # type: ignore[arg-type]

    at = STEPS.index(step)
    last = rank == len(found.asked)
    before = to(rank, STEPS[at - 1]) if at else to(rank - 1, STEPS[-1]) if rank > 1 else None
    after = (
        to(rank, STEPS[at + 1]) if at + 1 < len(STEPS) else None if last else to(rank + 1, STEPS[0])
    )
    return render_template(
        "projecting/together.html",
        found=found,
        one=one,
        item=one.item,
        q=one.item.question,
        reading=found.quiz.reading,
        rank=rank,
        step=step,
        shown=at,
        steps=STEPS,
        to=to,
        before=before,
        after=after,
        back=back,
        lure=_lure(one),
        **_shares(one),
    )


def _number(text: str, most: int) -> int:
    """A question's rank; the first or the last for what is none."""
    known = text.isascii() and text.isdigit() and len(text) < LONGEST_RANK
    return min(max(1, int(text)), most) if known else 1


def _shares(one: Asked) -> dict[str, Any]:
    """How many gave each answer, and the commonest, by which bars are measured."""
    rows = [row for row in one.answers if row.n or row.given.id != "blank"]
    return {"rows": rows, "most": max((row.n for row in rows), default=0) or 1}


def _lure(one: Asked) -> str:
    """The feedback of the distractor that most chose; empty if it has none."""
    feedback = {choice.id: choice.feedback for choice in one.item.question.authored_choices()}
    chosen = [row for row in one.answers if row.n and not row.given.right]
    best = max(chosen, key=lambda row: row.n, default=None)
    return feedback.get(best.given.id, "") if best else ""
