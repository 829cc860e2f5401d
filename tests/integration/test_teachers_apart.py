"""Another teacher's drafts, previews and quizzes answer 404 at every address that names them."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.integration.test_drafting_pages import draft_of, publish

SENT = {"kind": "essay", "right": "edit", "kept": "0", "what": "none", "seq": "1", "text": "x"}
FOR_ALL = {"teaching.copy", "teaching.export", "teaching.download", "teaching.paper"}
"""What anybody may do with a quiz that is offered."""


def paths(app: Flask, argument: str, **values: object) -> list[tuple[str, str, str]]:
    """Endpoint, method and path of every address that names something."""
    return [
        (rule.endpoint, method, (rule.build({n: values[n] for n in rule.arguments}) or ("", ""))[1])
        for rule in app.url_map.iter_rules()
        if argument in rule.arguments and rule.endpoint.startswith(("teaching", "drafting"))
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})
    ]


def shown(client: FlaskClient, path: str) -> str:
    """A page without the tokens of its forms, which say when they were made."""
    return re.sub(r'name="csrf_token" value="[^"]*"', "", client.get(path).text)


def test_another_teachers_draft_is_nowhere(
    sqlite_app: Flask, teacher: FlaskClient, other_teacher: FlaskClient
) -> None:
    draft = draft_of(teacher)
    public_id = draft.rpartition("/")[2]
    before = shown(teacher, draft)
    addresses = paths(sqlite_app, "draft_id", draft_id=public_id, key="q1", place=0)
    assert len(addresses) > 18
    for endpoint, method, path in addresses:
        answer = other_teacher.open(path, method=method, data=SENT if method == "POST" else None)
        assert answer.status_code == 404, (endpoint, method)
    assert shown(teacher, draft) == before


@pytest.mark.parametrize("withdrawn", [True, False])
def test_another_teachers_quiz_is_nowhere_but_in_the_library(
    sqlite_app: Flask, teacher: FlaskClient, other_teacher: FlaskClient, *, withdrawn: bool
) -> None:
    draft = draft_of(teacher)
    teacher.post(f"{draft}/keep", data={"what": "wrong"})
    slug = str(publish(teacher, draft).location).rpartition("/")[2]
    if withdrawn:
        teacher.post(f"/teach/quizzes/{slug}/withdraw")
    for endpoint, method, path in paths(sqlite_app, "slug", slug=slug, name="native"):
        answer = other_teacher.open(path, method=method, data=SENT if method == "POST" else None)
        if withdrawn or endpoint not in FOR_ALL:
            assert answer.status_code == 404, (endpoint, method)
        else:
            assert answer.status_code in (200, 303), (endpoint, method)


def test_what_a_teacher_reads_only_cannot_be_taken_away(
    sqlite_app: Flask, teacher: FlaskClient, other_teacher: FlaskClient
) -> None:
    assert sqlite_app
    draft = draft_of(teacher)
    teacher.post(f"{draft}/keep", data={"what": "wrong"})
    quiz = str(publish(teacher, draft).location)
    teacher.post(f"{quiz}/withdraw")
    page = teacher.post(f"{quiz}/share", data={"right": "read"}).text
    found = re.search(r'href="http://localhost(/teach/shared/[^"]+)"', page)
    assert found
    other_teacher.post(found[1])
    assert other_teacher.get(quiz).status_code == 200
    for path in ("/export", "/export/native", "/paper"):
        assert other_teacher.get(quiz + path).status_code == 404
    assert other_teacher.post(f"{quiz}/edit").status_code == 404
