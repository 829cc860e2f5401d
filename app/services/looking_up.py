"""Words of the glossary that learners look up are counted, and tied to nobody."""

from datetime import datetime

from sqlalchemy import Connection

from app.domain import attempt as rules
from app.errors import NotFound
from app.models.attempt import find_attempt
from app.models.lookups import add_lookups

__all__ = ["count_lookup"]


def count_lookup(
    conn: Connection, token: str | None, attempt_id: str, entry: int, sentence: str, now: datetime
) -> None:
    """Count that a word of the glossary was looked up, by its place there, in a sentence.

    Without a sentence it counts in each where the word stands. Raises NotFound for a word that
    the attempt does not show there; AlreadySubmitted or TimeIsUp
    once it takes no more answers.
    """
    attempt = find_attempt(conn, token, attempt_id, lock=True) if token else None
    if attempt is None:
        raise NotFound
    rules.check_open(attempt.state, now)
    quiz = attempt.quiz
    if not quiz.settings.shows_glossary(attempt.state.mode) or not 0 <= entry < len(quiz.glossary):
        raise NotFound
    places = quiz.reading.places_of(quiz.glossary[entry])
    if not places or (sentence and sentence not in places):
        raise NotFound
    add_lookups(conn, attempt, entry, (sentence,) if sentence else places)
