"""Drafts become quizzes: nothing is lost, nothing is half stored, nobody else sees anything."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask

from app.domain.draft import Header, to_passage
from app.errors import NotFound, Refused
from app.services import authoring, drafting, library, read, run, taking, transfer
from app.services.transfer import Received
from app.text.passage import Passage
from tests.integration.authors import GIFT, make_teacher, preview, read_all

NOW = datetime.now(UTC)
TEXT = "Sur la place du village, tout est prêt.\n\nLes artisans s’installent à l’aube."


def passage(text: str = TEXT, title: str = "Le marché") -> Passage:
    made, problems = to_passage(text, title=title)
    assert made is not None, problems
    return made


def finish(teacher: int, draft_id: str, **header: Any) -> None:
    """Give a draft what it needs to be published: a header, and no wrong question."""
    opened = read(drafting.get_draft, teacher, draft_id)
    whole = Header.model_validate({"title": "Le marché", "level": "B1", **header})
    run(drafting.put_header, teacher, draft_id, whole, opened.draft.seq, NOW)
    run(drafting.keep_many, teacher, draft_id, "wrong", NOW)


def published(teacher: int, **header: Any) -> str:
    draft_id = preview(teacher)
    finish(teacher, draft_id, **header)
    run(drafting.add_draft_to_quizzes, teacher, draft_id, NOW)
    return run(drafting.publish_draft, teacher, draft_id, NOW, listed=True)


def test_a_file_becomes_a_preview_with_its_report(app: Flask) -> None:
    assert app
    teacher = make_teacher()
    opened = read(drafting.get_draft, teacher, preview(teacher))
    assert opened.draft.body.header.title == "marché"
    assert (opened.counts.all, opened.counts.kept, opened.counts.wrong) == (3, 3, 1)
    (file,) = opened.files
    assert file.report is not None
    assert file.report["format"] == "gift"
    problems = [transfer.problem_from(one) for one in file.report["problems"]]
    assert [(one.code, one.line) for one in problems if one.severity == "error"] == [("no-key", 5)]


def test_the_file_itself_is_forgotten_once_it_is_read(app: Flask) -> None:
    assert app
    teacher = make_teacher()
    draft_id = preview(teacher)
    assert read(transfer.list_waiting, teacher, draft_id) == []


def test_a_reading_belongs_to_one_and_is_taken_up_when_it_died(app: Flask) -> None:
    assert app
    teacher = make_teacher()
    draft_id = run(transfer.open_preview, teacher, [Received("a.gift", GIFT.encode())], NOW)
    (file,) = read(transfer.list_waiting, teacher, draft_id)
    soon, later = NOW + timedelta(seconds=1), NOW + timedelta(minutes=5)
    assert run(transfer.claim, file.id, soon) == GIFT.encode()
    assert run(transfer.claim, file.id, soon) is None
    assert run(transfer.claim, file.id, later) == GIFT.encode()


def test_the_same_file_twice_is_not_added_twice(app: Flask) -> None:
    assert app
    teacher = make_teacher()
    draft_id = preview(teacher)
    again = [Received("autre-nom.gift", GIFT.encode())]
    assert run(transfer.add_files, teacher, draft_id, again, NOW) == ["autre-nom.gift"]
    other = preview(teacher)
    opened = read(drafting.get_draft, teacher, other)
    assert [draft for draft, _ in opened.same_file.values()] == [draft_id]


def test_questions_of_a_second_file_get_keys_of_their_own(app: Flask) -> None:
    assert app
    teacher = make_teacher()
    draft_id = preview(teacher)
    more = [Received("suite.gift", b"Deux et deux font {=quatre}\n")]
    run(transfer.add_files, teacher, draft_id, more, NOW)
    read_all(teacher, draft_id)
    keys = [item.key for item in read(drafting.get_draft, teacher, draft_id).items]
    assert len(keys) == len(set(keys)) == 4


def test_a_preview_is_forgotten_after_a_day(app: Flask) -> None:
    assert app
    teacher = make_teacher()
    draft_id = preview(teacher)
    assert run(transfer.forget_previews, NOW + timedelta(hours=20)) == 0
    assert run(transfer.forget_previews, NOW + timedelta(days=2)) == 1
    with pytest.raises(NotFound):
        read(drafting.get_draft, teacher, draft_id)


def test_a_question_is_mended_in_place(app: Flask) -> None:
    assert app
    teacher = make_teacher()
    draft_id = preview(teacher)
    wrong = next(i for i in read(drafting.get_draft, teacher, draft_id).items if not i.usable)
    raw = {**wrong.raw, "choices": [{"text": "a", "key": True}, {"text": "b"}]}
    assert run(drafting.put_item, teacher, draft_id, wrong.key, raw, wrong.seq, NOW) == 1
    assert read(drafting.get_draft, teacher, draft_id).counts.wrong == 0


def test_two_tabs_that_mend_one_question_do_not_overwrite_each_other(app: Flask) -> None:
    assert app
    teacher = make_teacher()
    draft_id = preview(teacher)
    item = read(drafting.get_draft, teacher, draft_id).items[0]
    run(drafting.put_item, teacher, draft_id, item.key, {**item.raw, "points": 2}, item.seq, NOW)
    with pytest.raises(drafting.Changed):
        run(drafting.put_item, teacher, draft_id, item.key, item.raw, item.seq, NOW)
    stored = read(drafting.get_item, teacher, draft_id, item.key).item
    assert stored.raw["points"] == 2


def test_a_text_that_changes_is_compared_with_the_evidence_again(app: Flask) -> None:
    assert app
    teacher = make_teacher()
    draft_id = preview(teacher)
    run(drafting.put_passage, teacher, draft_id, passage(), 1, NOW)
    item = read(drafting.get_draft, teacher, draft_id).items[1]
    raw = {**item.raw, "evidence": ["Les artisans s’installent à l’aube."]}
    run(drafting.put_item, teacher, draft_id, item.key, raw, item.seq, NOW)
    assert read(drafting.get_draft, teacher, draft_id).counts.wrong == 1
    seq = read(drafting.get_draft, teacher, draft_id).draft.seq
    run(drafting.put_passage, teacher, draft_id, passage("Il pleut."), seq, NOW, 0)
    assert read(drafting.get_draft, teacher, draft_id).counts.wrong == 2
    with pytest.raises(drafting.Changed):
        run(drafting.drop_passage, teacher, draft_id, 0, seq, NOW)


def test_a_draft_with_an_error_is_not_published(app: Flask) -> None:
    assert app
    teacher = make_teacher()
    draft_id = preview(teacher)
    run(drafting.add_draft_to_quizzes, teacher, draft_id, NOW)
    ready = read(drafting.get_ready, teacher, draft_id)
    assert {problem.code for problem in ready.checked.problems} == {"no-level"}
    assert len(ready.checked.wrong) == 1
    with pytest.raises(Refused):
        run(drafting.publish_draft, teacher, draft_id, NOW, listed=True)


def test_adding_twice_adds_once(app: Flask) -> None:
    assert app
    teacher = make_teacher()
    draft_id = preview(teacher)
    first = run(drafting.add_draft_to_quizzes, teacher, draft_id, NOW)
    assert run(drafting.add_draft_to_quizzes, teacher, draft_id, NOW) == first
    assert len(read(authoring.get_desk, teacher, NOW).quizzes) == 1


def test_a_published_quiz_is_taken_like_any_other(app: Flask) -> None:
    assert app
    slug = published(make_teacher())
    assert slug in [one.slug for shelf in read(library.list_shelves) for one in shelf.quizzes]
    started = run(taking.start_attempt, None, slug, "exam", "normal", NOW)
    sitting = read(taking.get_sitting, started.token, started.attempt_id)
    assert [item.question.type for item in sitting.attempt.quiz.items] == [
        "single_choice",
        "true_false",
    ]


def test_a_quiz_by_link_is_not_on_the_shelf_but_opens(app: Flask) -> None:
    assert app
    teacher = make_teacher()
    slug = published(teacher)
    run(authoring.offer_quiz, teacher, slug, listed=False)
    assert slug not in [one.slug for shelf in read(library.list_shelves) for one in shelf.quizzes]
    assert read(library.get_quiz, slug).slug == slug


def test_a_new_version_leaves_a_running_attempt_alone(app: Flask) -> None:
    assert app
    teacher = make_teacher()
    slug = published(teacher)
    started = run(taking.start_attempt, None, slug, "exam", "normal", NOW)
    draft_id = run(drafting.open_draft, teacher, slug, NOW)
    item = read(drafting.get_draft, teacher, draft_id).items[0]
    raw = {**item.raw, "prompt": "Où vont les artisans ?"}
    run(drafting.put_item, teacher, draft_id, item.key, raw, item.seq, NOW)
    changes = read(drafting.get_ready, teacher, draft_id).changes or []
    assert [(one.kind, one.number, one.fields) for one in changes] == [("changed", 1, ("prompt",))]
    run(drafting.publish_draft, teacher, draft_id, NOW, listed=True)
    sitting = read(taking.get_sitting, started.token, started.attempt_id)
    assert sitting.attempt.quiz.questions[0].prompt == "Où sont les artisans ?"
    folder = read(authoring.get_folder, teacher, slug)
    assert [version.number for version, _ in folder.versions] == [2, 1]


def test_a_withdrawn_quiz_is_no_more_offered_and_can_be_again(app: Flask) -> None:
    assert app
    teacher = make_teacher()
    slug = published(teacher)
    run(authoring.withdraw_quiz, teacher, slug)
    with pytest.raises(NotFound):
        read(library.get_quiz, slug)
    run(authoring.offer_quiz, teacher, slug, listed=True)
    assert read(library.get_quiz, slug).slug == slug


def test_a_sync_of_the_library_does_not_touch_a_teachers_quiz(app: Flask) -> None:
    assert app
    slug = published(make_teacher())
    run(library.sync_library, [], [], NOW)
    assert read(library.get_quiz, slug).slug == slug


def test_giving_up_a_draft_keeps_what_is_published(app: Flask) -> None:
    assert app
    teacher = make_teacher()
    slug = published(teacher)
    draft_id = run(drafting.open_draft, teacher, slug, NOW)
    assert run(drafting.delete_draft, teacher, draft_id) == slug
    assert read(library.get_quiz, slug).slug == slug


def test_a_copy_is_ones_own(app: Flask) -> None:
    assert app
    slug, other = published(make_teacher()), make_teacher("Béa")
    draft_id = run(drafting.copy_quiz, other, slug, NOW, "%(title)s (copie)")
    opened = read(drafting.get_draft, other, draft_id)
    assert opened.draft.body.header.title == "Le marché (copie)"
    assert opened.draft.owner_id == other


EVERYTHING_ON_A_DRAFT = [
    lambda who, draft: read(drafting.get_draft, who, draft),
    lambda who, draft: read(drafting.get_item, who, draft, "q1"),
    lambda who, draft: read(drafting.get_ready, who, draft),
    lambda who, draft: read(transfer.list_waiting, who, draft),
    lambda who, draft: run(drafting.put_header, who, draft, Header(), 1, NOW),
    lambda who, draft: run(drafting.put_passage, who, draft, passage(), 1, NOW),
    lambda who, draft: run(drafting.drop_passage, who, draft, 0, 1, NOW),
    lambda who, draft: run(drafting.move_passage, who, draft, 1, 1, NOW),
    lambda who, draft: run(drafting.put_item, who, draft, "q1", {}, 0, NOW),
    lambda who, draft: run(drafting.add_item, who, draft, {}, NOW),
    lambda who, draft: run(drafting.keep_item, who, draft, "q1", NOW, kept=False),
    lambda who, draft: run(drafting.keep_many, who, draft, "none", NOW),
    lambda who, draft: run(drafting.move_item, who, draft, "q1", 1, NOW),
    lambda who, draft: run(drafting.delete_item, who, draft, "q1", NOW),
    lambda who, draft: run(drafting.delete_draft, who, draft),
    lambda who, draft: run(drafting.add_draft_to_quizzes, who, draft, NOW),
    lambda who, draft: run(drafting.publish_draft, who, draft, NOW, listed=True),
    lambda who, draft: run(transfer.add_files, who, draft, [], NOW),
]


@pytest.mark.parametrize("deed", EVERYTHING_ON_A_DRAFT)
def test_another_teachers_draft_does_not_exist(app: Flask, deed: Any) -> None:
    assert app
    owner, other = make_teacher(), make_teacher("Béa")
    draft_id = preview(owner)
    with pytest.raises(NotFound):
        deed(other, draft_id)
    assert read(drafting.get_draft, owner, draft_id).counts.kept == 3


EVERYTHING_ON_A_QUIZ = [
    lambda who, slug: read(authoring.get_folder, who, slug),
    lambda who, slug: run(drafting.open_draft, who, slug, NOW),
    lambda who, slug: run(authoring.withdraw_quiz, who, slug),
    lambda who, slug: run(authoring.offer_quiz, who, slug, listed=True),
    lambda who, slug: run(authoring.share_quiz, who, slug, "read", NOW),
    lambda who, slug: run(authoring.end_share, who, slug, None),
    lambda who, slug: run(drafting.copy_quiz, who, slug, NOW, "%(title)s"),
    lambda who, slug: read(authoring.get_takeaway, who, slug),
]


@pytest.mark.parametrize("deed", EVERYTHING_ON_A_QUIZ)
def test_another_teachers_quiz_does_not_exist_until_it_is_offered(app: Flask, deed: Any) -> None:
    assert app
    owner, other = make_teacher(), make_teacher("Béa")
    slug = published(owner)
    run(authoring.withdraw_quiz, owner, slug)
    with pytest.raises(NotFound):
        deed(other, slug)


@pytest.mark.parametrize(
    ("right", "may"),
    [("read", (False, False)), ("copy", (True, False)), ("edit", (True, True))],
)
def test_a_shared_quiz_gives_the_right_that_was_given(
    app: Flask, right: Any, may: tuple[bool, bool]
) -> None:
    assert app
    owner, other = make_teacher(), make_teacher("Béa")
    slug = published(owner)
    run(authoring.withdraw_quiz, owner, slug)
    token = run(authoring.share_quiz, owner, slug, right, NOW)
    assert run(authoring.accept_share, other, token, NOW) == slug
    access = read(authoring.get_folder, other, slug).access
    assert (access.copies, access.edits) == may
    assert [one.name for one in read(authoring.get_folder, owner, slug).shares] == ["Béa"]
    if not access.edits:
        with pytest.raises(NotFound):
            run(drafting.open_draft, other, slug, NOW)
    run(authoring.end_share, owner, slug, other)
    with pytest.raises(NotFound):
        read(authoring.get_folder, other, slug)


def test_a_link_dies_with_its_month_or_when_it_is_closed(app: Flask) -> None:
    assert app
    owner, other = make_teacher(), make_teacher("Béa")
    slug = published(owner)
    token = run(authoring.share_quiz, owner, slug, "edit", NOW)
    with pytest.raises(NotFound):
        run(authoring.accept_share, other, token, NOW + timedelta(days=31))
    run(authoring.end_share, owner, slug, None)
    with pytest.raises(NotFound):
        run(authoring.accept_share, other, token, NOW)


def test_a_colleague_who_may_edit_shares_one_draft_with_the_owner(app: Flask) -> None:
    assert app
    owner, other = make_teacher(), make_teacher("Béa")
    slug = published(owner)
    run(authoring.accept_share, other, run(authoring.share_quiz, owner, slug, "edit", NOW), NOW)
    draft_id = run(drafting.open_draft, other, slug, NOW)
    assert run(drafting.open_draft, owner, slug, NOW) == draft_id
    run(drafting.keep_item, other, draft_id, "q1", NOW, kept=False)
    assert read(drafting.get_draft, owner, draft_id).counts.kept == 1


def test_moving_a_question_passes_over_those_that_are_dropped(app: Flask) -> None:
    assert app
    teacher = make_teacher()
    draft_id = preview(teacher)
    run(drafting.keep_item, teacher, draft_id, "q2", NOW, kept=False)
    run(drafting.move_item, teacher, draft_id, "q3", -1, NOW)
    kept = [item.key for item in read(drafting.get_draft, teacher, draft_id, show="kept").items]
    assert kept == ["q3", "q1"]
