"""A teacher's pages, as a browser without scripts uses them: from a file to a published quiz."""

import io
import re
import zipfile
from html import unescape

import pytest
from flask.testing import FlaskClient
from PIL import Image
from werkzeug.test import TestResponse

from app.domain.draft import MOST_QUESTIONS
from tests.integration.authors import GIFT
from tests.integration.pages import form_of, sent_by

READY = {
    "title": "Au marché",
    "level": "B1",
    "family": "autre",
    "mode": "training",
    "glossary": "training",
}


def upload(client: FlaskClient, *files: tuple[str, bytes], to: str = "/teach/files") -> str:
    """Send files; the address of the draft."""
    answer = client.post(
        to,
        data={"files": [(io.BytesIO(data), name) for name, data in files]},
        content_type="multipart/form-data",
    )
    assert answer.status_code == 303, answer.text
    return str(answer.location)


def draft_of(client: FlaskClient, text: str = GIFT, name: str = "marché.gift") -> str:
    return upload(client, (name, text.encode()))


def seq(page: str) -> str:
    found = re.search(r'name="seq" value="(\d+)"', page)
    assert found
    return found[1]


def publish(client: FlaskClient, draft: str, go: str = "publish", **more: str) -> TestResponse:
    """Fill in what is missing, and press the button."""
    number = seq(client.get(f"{draft}/publish").text)
    return client.post(
        f"{draft}/publish", data={**READY, "seq": number, "go": go, "listed": "1", **more}
    )


def test_a_file_is_shown_as_what_it_will_become(teacher: FlaskClient) -> None:
    page = unescape(teacher.get(draft_of(teacher)).text)
    assert "Format reconnu" in page
    assert "2 questions prêtes" in page
    assert "marché.gift, ligne 5" in page
    assert "Aucune bonne réponse n’est marquée." in page
    assert page.count('type="radio"') >= 5


def test_an_answer_is_tried_on_the_spot_and_stored_nowhere(teacher: FlaskClient) -> None:
    draft = draft_of(teacher)
    page = teacher.get(draft).text
    found = re.search(r'value="([0-9a-f]{8})"[^>]*><span>Sur la place', page)
    assert found
    answer = teacher.post(f"{draft}/items/q1/try", data={"q.q1": found[1]})
    assert "Bien lu." in answer.text
    assert "Bien lu." in answer.text.split('role="status"')[1]
    assert "said right" not in teacher.get(draft).text


def test_a_made_up_answer_is_told_and_does_no_harm(teacher: FlaskClient) -> None:
    draft = draft_of(teacher)
    answer = teacher.post(f"{draft}/items/q1/try", data={"q.q1": "zzz"})
    assert answer.status_code == 200
    assert "pas parmi les choix" in answer.text


def test_from_a_file_to_a_quiz_that_learners_take(
    teacher: FlaskClient, client: FlaskClient
) -> None:
    draft = draft_of(teacher)
    assert publish(teacher, draft).status_code == 409  # one question has no key
    teacher.post(f"{draft}/keep", data={"what": "wrong"})
    published = publish(teacher, draft)
    assert published.status_code == 303
    slug = str(published.location).rpartition("/")[2]
    assert "Au marché" in client.get("/").text
    started = client.post(f"/quizzes/{slug}/attempts", data={"mode": "exam"})
    page = client.get(str(started.location)).text
    assert "Où sont les artisans" in page
    assert 'id="texte"' not in page  # there is none to read


def test_what_was_typed_is_shown_again_when_it_cannot_be_published(teacher: FlaskClient) -> None:
    draft = draft_of(teacher)
    answer = publish(teacher, draft, title="Mon titre à moi", minutes="mille")
    assert answer.status_code == 422
    assert "Mon titre à moi" in answer.text
    assert "mille" in answer.text


def test_nothing_is_in_my_quizzes_before_the_button_is_pressed(teacher: FlaskClient) -> None:
    draft = draft_of(teacher)
    teacher.get(f"{draft}/publish")
    assert "Aperçus en attente" in teacher.get("/teach/").text
    assert "brouillon" not in teacher.get("/teach/").text
    publish(teacher, draft, go="add")
    assert "brouillon" in teacher.get("/teach/").text
    assert "Aperçus en attente" not in teacher.get("/teach/").text


def mend(client: FlaskClient, draft: str, key: str, **changes: object) -> TestResponse:
    """Send a question's form with some fields changed."""
    address = f"{draft}/items/{key}"
    sent: dict[str, object] = {**sent_by(form_of(client.get(address).text, address)), "go": "save"}
    return client.post(address, data={**sent, **changes}, content_type="multipart/form-data")


def test_a_wrong_question_is_mended_by_its_form(teacher: FlaskClient) -> None:
    draft = draft_of(teacher)
    page = teacher.get(f"{draft}/items/q3").text
    assert "Aucune bonne réponse" in page
    (first, *_) = [
        field
        for field in form_of(page, f"{draft}/items/q3").xpath(".//input")
        if field.get("type") in ("radio", "checkbox") and "key" in field.get("name", "")
    ]
    answer = mend(teacher, draft, "q3", **{first.get("name"): first.get("value")})
    assert answer.status_code == 303
    assert "Question à corriger" not in teacher.get(f"{draft}/publish").text


def test_an_old_page_does_not_overwrite_a_newer_question(teacher: FlaskClient) -> None:
    draft = draft_of(teacher)
    assert mend(teacher, draft, "q1", prompt="Le premier").status_code == 303
    late = mend(teacher, draft, "q1", prompt="Le second", seq="0")
    assert late.status_code == 409
    assert "Le second" in late.text
    assert "Le premier" in teacher.get(f"{draft}/items/q1").text


def test_a_question_saves_itself_even_while_it_is_wrong(teacher: FlaskClient) -> None:
    draft = draft_of(teacher)
    sent = {"kind": "essay", "seq": "0", "prompt": ""}
    answer = teacher.post(f"{draft}/items/q1", data=sent, headers={"X-Autosave": "1"})
    assert answer.get_json() == {"seq": 1, "usable": False}
    again = teacher.post(f"{draft}/items/q1", data=sent, headers={"X-Autosave": "1"})
    assert again.status_code == 409


def test_a_text_is_joined_and_its_sentences_prove(teacher: FlaskClient) -> None:
    draft = draft_of(teacher)
    number = seq(teacher.get(f"{draft}/texts").text)
    text = {"title": "Le marché", "text": "Sur la place, tout est prêt.\n\nIl fait froid."}
    answer = teacher.post(f"{draft}/texts", data={**text, "seq": number})
    assert answer.status_code == 303
    assert "Sur la place, tout est prêt." in teacher.get(f"{draft}/items/q1").text
    late = teacher.post(f"{draft}/texts", data={**text, "text": "Autre.", "seq": number})
    assert late.status_code == 409
    assert "Autre." in late.text


def test_a_text_comes_out_of_a_word_file(teacher: FlaskClient) -> None:
    draft = draft_of(teacher)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr(
            "word/document.xml",
            '<w:document xmlns:w="w"><w:body><w:p><w:r><w:t>Il fait </w:t></w:r><w:r><w:t>froid.'
            "</w:t></w:r></w:p><w:p><w:r><w:t>Il neige.</w:t></w:r></w:p></w:body></w:document>",
        )
    answer = teacher.post(
        f"{draft}/texts",
        data={
            "title": "Hiver",
            "seq": seq(teacher.get(f"{draft}/texts").text),
            "file": (io.BytesIO(out.getvalue()), "hiver.docx"),
        },
        content_type="multipart/form-data",
    )
    assert answer.status_code == 303
    page = teacher.get(f"{draft}/texts").text
    assert "Il fait froid." in page
    assert "§2" in page


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("vide.gift", b"", "vide"),
        ("photo.png", b"\x89PNG\r\n\x1a\n0000", "une image"),
        ("cours.pdf", b"%PDF-1.7 ...", "un PDF"),
        ("page.html", b"<!DOCTYPE html><html><body>x</body></html>", "une page web"),
        ("casse.zip", b"PK\x03\x04 pas un zip", "abîmée"),
        ("prose.txt", "Il était une fois un roi.".encode(), "aucun des formats"),
        ("dessin.svg", b"<svg xmlns='x'><script>1</script></svg>", "SVG"),
    ],
)
def test_a_file_without_questions_is_answered_in_words(
    teacher: FlaskClient, name: str, data: bytes, said: str
) -> None:
    page = teacher.get(upload(teacher, (name, data)))
    assert page.status_code == 200
    assert said in unescape(page.text)


def test_a_name_that_means_harm_is_only_a_name(teacher: FlaskClient) -> None:
    draft = upload(teacher, ('../../etc/<script>alert(1)</script>".gift', GIFT.encode()))
    page = teacher.get(draft).text
    assert "<script>alert" not in page
    assert "etc/" not in page


def test_a_large_body_is_read_from_a_teacher_alone(
    teacher: FlaskClient, client: FlaskClient
) -> None:
    head = b'--x\r\nContent-Disposition: form-data; name="files"; filename="gros.gift"\r\n\r\n'
    body = head + GIFT.encode() + b"\n// " + b"x" * 6_000_000 + b"\r\n--x--\r\n"
    whole = "multipart/form-data; boundary=x"
    accepted = teacher.post("/teach/files", data=body, content_type=whole)
    assert "/teach/drafts/" in str(accepted.location)
    refused = client.post("/teach/files", data=body, content_type=whole)
    assert "/account/login" in str(refused.location)
    client.application.config["WTF_CSRF_ENABLED"] = True  # what reads the body before any view
    assert client.post("/teach/files", data=body, content_type=whole).status_code == 413


def test_no_file_at_all_is_said(teacher: FlaskClient) -> None:
    answer = teacher.post("/teach/files", data={}, follow_redirects=True)
    assert "Choisissez d’abord un fichier" in answer.text


def test_more_questions_than_a_quiz_has_are_kept_in_the_draft(teacher: FlaskClient) -> None:
    many = "\n\n".join(f"Question {n} ? {{=oui ~non}}" for n in range(MOST_QUESTIONS + 10))
    draft = draft_of(teacher, many)
    page = teacher.get(f"{draft}?page=3").text
    assert "Page 3 sur 11" in unescape(page)
    answer = publish(teacher, draft)
    assert answer.status_code == 409
    assert f"{MOST_QUESTIONS} au plus" in unescape(answer.text)


def png() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (4, 3), "teal").save(out, "PNG")
    return out.getvalue()


def test_an_image_is_seen_by_its_teacher_then_by_everybody_once_it_is_published(
    teacher: FlaskClient, other_teacher: FlaskClient, client: FlaskClient
) -> None:
    draft = draft_of(teacher)
    image = (io.BytesIO(png()), "place.png")
    answer = mend(teacher, draft, "q1", go="image", image=image, image_alt="La place")
    assert answer.status_code == 303
    found = re.search(r'src="(/media/[0-9a-f]{32})"', teacher.get(draft).text)
    assert found
    shown = teacher.get(found[1])
    assert shown.mimetype == "image/png"
    assert shown.headers["X-Content-Type-Options"] == "nosniff"
    assert "immutable" in shown.headers["Cache-Control"]
    assert other_teacher.get(found[1]).status_code == 404
    assert client.get(found[1]).status_code == 404
    teacher.post(f"{draft}/keep", data={"what": "wrong"})
    assert publish(teacher, draft).status_code == 303
    assert client.get(found[1]).status_code == 200


def test_a_file_that_is_no_image_is_said(teacher: FlaskClient) -> None:
    draft = draft_of(teacher)
    mend(teacher, draft, "q1", go="image", image=(io.BytesIO(b"<svg/>"), "a.svg"))
    answer = teacher.get(f"{draft}/items/q1")
    assert "n’a pas pu être lue" in answer.text


def test_a_quiz_is_taken_away_in_every_format(teacher: FlaskClient) -> None:
    draft = draft_of(teacher)
    teacher.post(f"{draft}/keep", data={"what": "wrong"})
    quiz = str(publish(teacher, draft).location)
    page = teacher.get(f"{quiz}/export").text
    links = re.findall(r'href="(/teach/quizzes/[^"]+/export/[a-z0-9]+)"', page)
    assert len(links) >= 6
    for link in links:
        answer = teacher.get(link)
        assert answer.status_code == 200
        assert answer.headers["Content-Disposition"].startswith("attachment")
        assert answer.data


def test_a_quiz_is_printed_with_its_key_apart(teacher: FlaskClient) -> None:
    draft = draft_of(teacher)
    teacher.post(f"{draft}/keep", data={"what": "wrong"})
    quiz = str(publish(teacher, draft).location)
    page = teacher.get(f"{quiz}/paper").text
    questions, key = page.split("Corrigé")
    assert "Où sont les artisans" in questions
    assert "Sur la place" in key


def test_a_shared_quiz_arrives_on_a_colleagues_list(
    teacher: FlaskClient, other_teacher: FlaskClient
) -> None:
    draft = draft_of(teacher)
    teacher.post(f"{draft}/keep", data={"what": "wrong"})
    quiz = str(publish(teacher, draft).location)
    page = teacher.post(f"{quiz}/share", data={"right": "edit"}).text
    found = re.search(r'href="http://localhost(/teach/shared/[^"]+)"', page)
    assert found
    assert other_teacher.get(quiz).status_code == 404
    assert "Au marché" in other_teacher.get(found[1]).text
    assert other_teacher.post(found[1]).status_code == 303
    assert "partagé avec vous" in other_teacher.get("/teach/").text
    assert other_teacher.get(quiz).status_code == 200


def test_the_list_is_searched_without_minding_accents(teacher: FlaskClient) -> None:
    publish(teacher, draft_of(teacher), go="add")
    assert "Au marché" in teacher.get("/teach/?q=MARCHE").text
    assert "Aucun quiz" in teacher.get("/teach/?q=zèbre").text


def test_a_library_quiz_is_copied_and_the_copy_is_ones_own(teacher: FlaskClient) -> None:
    answer = teacher.post("/teach/quizzes/marche-de-noel-b1/copy", follow_redirects=True)
    assert "(copie)" in answer.text
