"""Files that hold no questions for us: each is named for what it is, with what to do instead."""

import pytest

from app.formats import read_upload
from app.formats.base import Upload


@pytest.mark.parametrize(
    "source",
    [
        "<?xml version='1.0'?><moodle_backup><information/></moodle_backup>",
        "<MOODLE_BACKUP><INFO/></MOODLE_BACKUP>",
        "<question_categories><question_category id='1'/></question_categories>",
    ],
)
def test_a_backup_of_a_moodle_course_is_named_and_the_right_export_told(source: str) -> None:
    result = read_upload(Upload(source.encode(), "sauvegarde.xml"))
    (problem,) = result.problems
    assert str(problem.message) == "C’est une sauvegarde de cours Moodle."
    assert "banque de questions en XML" in str(problem.hint)
