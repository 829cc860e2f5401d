"""Drafts: from a teacher's file to a quiz, each step kept as it is made.

Everything works by plain forms; the script saves a question as it is written and checks an
answer on the spot, at the same addresses.
"""

import random
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import PurePath
from typing import Any

from flask import Blueprint, flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup
from werkzeug.datastructures import FileStorage

from app.domain.draft import Header, to_passage
from app.domain.item_writing import item_warnings
from app.domain.kinds import blank, change_kind
from app.domain.quiz import Item, Level, Quiz
from app.domain.writing import check_question
from app.errors import N_, MalformedAnswer, Problem, Refused
from app.formats.documents import read_document
from app.formats.images import read_image
from app.questions import QUESTION_TYPES
from app.questions.base import Question
from app.services import drafting, read, run, transfer
from app.services.drafting import EditedItem, Opened
from app.services.transfer import PREVIEW_LASTS, Received, problem_from
from app.text.passage import Passage, Reading
from app.web.access import current_teacher, teacher_required, the_teacher
from app.web.drafting.forms import HeaderForm, PassageForm, PublishForm, seq_of
from app.web.drafting.reading import go_on_reading
from app.web.i18n import say, translate, translate_plural
from app.web.limits import limited
from app.web.navigation import page_asked
from app.web.question_editing import for_a_report
from app.web.question_forms import QUESTION_FORMS, edit_fields, read_edited
from app.web.question_pages import letters, question_page

__all__ = ["bp"]

bp = Blueprint("drafting", __name__, url_prefix="/teach")

bp.add_app_template_filter(for_a_report)

MOST_FILES = 20
LARGEST_UPLOAD = 50 * 1024 * 1024
LARGEST_FORM = 4 * 1024 * 1024
MOST_FIELDS = 5_000
UPLOADS = {"drafting.upload", "drafting.add_files"}
PREVIEW_LEVEL: Level = "B1"
"""Stands in for a level that is not chosen yet, to look a question over."""


def now() -> datetime:
    """The server's clock."""
    return datetime.now(UTC)


@bp.url_value_preprocessor
def _allow_large_bodies(endpoint: str | None, _values: dict[str, Any] | None) -> None:
    """Before anything reads the body, the check of the form's token included.

    Only who is signed in may send a whole course: a visitor's is refused unread.
    """
    uploads = endpoint in UPLOADS and current_teacher() is not None
    request.max_content_length = LARGEST_UPLOAD if uploads else LARGEST_FORM
    request.max_form_parts = MOST_FIELDS
    request.max_form_memory_size = LARGEST_FORM


# Files in.


@bp.post("/files")
@teacher_required
@limited("60/minute;600/hour")
def upload() -> ResponseReturnValue:
    """Files become a draft: a preview of what they would be."""
    received = _received()
    if not received:
        flash(translate("Choisissez d’abord un fichier."))
        return redirect(url_for("teaching.home"), 303)
    draft_id = run(transfer.open_preview, the_teacher().id, received, now())
    go_on_reading(the_teacher().id, draft_id)
    return redirect(url_for("drafting.draft", draft_id=draft_id), 303)


@bp.post("/drafts/<draft_id>/files")
@teacher_required
@limited("60/minute;600/hour")
def add_files(draft_id: str) -> ResponseReturnValue:
    """More files for the same draft."""
    received = _received()
    repeated = run(transfer.add_files, the_teacher().id, draft_id, received, now())
    for name in repeated:
        flash(
            translate("« %(name)s » est déjà dans ce brouillon : rien n’a été ajouté.", name=name)
        )
    if not received:
        flash(translate("Choisissez d’abord un fichier."))
    go_on_reading(the_teacher().id, draft_id)
    return redirect(url_for("drafting.draft", draft_id=draft_id), 303)


def _received() -> list[Received]:
    files = [file for file in request.files.getlist("files") if file.filename]
    if len(files) > MOST_FILES:
        raise Refused(N_("Envoyez %(most)s fichiers au plus à la fois."), most=MOST_FILES)
    return [Received(PurePath(_name(file)).name[:200], file.stream.read()) for file in files]


def _name(file: FileStorage) -> str:
    """The name of a file without the folders that some browsers send, and without oddities."""
    name = (file.filename or "").replace("\\", "/").rpartition("/")[2]
    return "".join(letter for letter in name if letter.isprintable()).strip() or "fichier"


@bp.post("/drafts")
@teacher_required
def new_draft() -> ResponseReturnValue:
    """A quiz from nothing."""
    draft_id = run(drafting.new_draft, the_teacher().id, now(), now() + PREVIEW_LASTS)
    return redirect(url_for("drafting.texts", draft_id=draft_id), 303)


# The draft, a page of its questions at a time.


@bp.get("/drafts/<draft_id>")
@teacher_required
def draft(draft_id: str) -> ResponseReturnValue:
    """What was read, and the questions as learners will see them."""
    if still := go_on_reading(the_teacher().id, draft_id):
        page = render_template("drafting/reading.html", draft_id=draft_id, files=still)
        return page, 200, {"Refresh": "2"}
    return _draft_page(draft_id)


def _draft_page(draft_id: str, answers: Mapping[str, tuple[object, Markup]] | None = None) -> str:
    """The page; ``answers`` holds, by key, an answer that was tried and what is said of it."""
    opened = read(
        drafting.get_draft,
        the_teacher().id,
        draft_id,
        page_asked(),
        show=request.args.get("show", ""),
    )
    return render_template(
        "drafting/draft.html",
        **_context(opened),
        show=request.args.get("show", ""),
        reports=[_report(file.report) for file in opened.files],
        cards=_cards(opened, answers or {}),
        kinds=QUESTION_TYPES,
    )


def _context(opened: Opened) -> dict[str, Any]:
    return {"opened": opened, "draft": opened.draft, "header": opened.draft.body.header}


def _report(report: Mapping[str, Any] | None) -> dict[str, Any]:
    noted = report or {}
    problems = [problem_from(one) for one in noted.get("problems", ())]
    return {
        **noted,
        "errors": [problem for problem in problems if problem.severity == "error"],
        "warnings": [problem for problem in problems if problem.severity != "error"],
        "losses": [problem_from(one) for one in noted.get("losses", ())],
    }


def _cards(opened: Opened, answers: Mapping[str, tuple[object, Markup]]) -> list[dict[str, Any]]:
    body = opened.draft.body
    reading = Reading(body.passages)
    cards = []
    first = (opened.page - 1) * drafting.PAGE + 1
    for number, item in enumerate(opened.items, first):
        question, problems = check_question(item.raw, reading)
        card: dict[str, Any] = {
            "item": item,
            "number": number,
            "question": question,
            "errors": [one for one in problems if one.severity == "error"],
            "warnings": [one for one in problems if one.severity != "error"],
            "notes": [problem_from(one) for one in item.source.get("problems", ())],
            "page": "",
            "key": None,
        }
        if question is not None:
            quiz = _quiz_of(opened.draft.body.header, body, question)
            card["warnings"] = [*card["warnings"], *item_warnings(quiz, Item(1, question))]
            answer, said = answers.get(item.key, (None, Markup("")))
            card["page"] = _question(quiz, question, answer, said)
            card["key"] = question.key(quiz.reading)
            card["quiz"] = quiz
        cards.append(card)
    return cards


def _quiz_of(header: Header, body: Any, question: Question) -> Quiz:
    """The question in a quiz of its own, with all the texts, as if the rest were written."""
    return Quiz.model_construct(
        id="apercu",
        title=header.title or "–",
        level=header.level or PREVIEW_LEVEL,
        family=header.family,
        settings=header.settings,
        passages=tuple(body.passages),
        glossary=tuple(body.glossary),
        questions=(question,),
    )


def _question(quiz: Quiz, question: Question, answer: Any, said: Markup) -> Markup:
    """A question as learners see it, with an answer that was tried."""
    page = question_page(
        "drafting/question.html",
        quiz=quiz,
        q=question,
        name=f"q.{question.id}",
        mode="training",
        shape=QUESTION_FORMS[question.type].shape,
    )
    shown = question.laid_out(answer, question.shown(random.Random(question.id)))  # noqa: S311
    return page.fill(answer, shown, {"after": said, **letters(shown)})


@bp.post("/drafts/<draft_id>/items/<key>/try")
@teacher_required
def try_item(draft_id: str, key: str) -> ResponseReturnValue:
    """Answer a question on the spot; nothing is stored."""
    edited = read(drafting.get_item, the_teacher().id, draft_id, key)
    body = edited.draft.body
    question, _ = check_question(edited.item.raw, Reading(body.passages))
    if question is None:
        return redirect(url_for("drafting.edit_item", draft_id=draft_id, key=key), 303)
    quiz = _quiz_of(body.header, body, question)
    raw = QUESTION_FORMS[question.type].read(request.form, question.id)
    try:
        answer = question.read(raw, quiz.reading)
        grade = question.grade(answer, quiz.reading, "training")
        said = render_template(
            "drafting/tried.html", quiz=quiz, q=question, grade=grade, reading=quiz.reading
        )
    except MalformedAnswer as error:
        answer = None
        said = render_template(
            "drafting/tried.html", q=question, grade=None, error=say(error.message)
        )
    if request.headers.get("X-Fragment"):
        return said
    return _draft_page(draft_id, {key: (answer, Markup(said))})  # noqa: S704 (a template's output)


@bp.post("/drafts/<draft_id>/items/<key>/keep")
@teacher_required
def keep_item(draft_id: str, key: str) -> ResponseReturnValue:
    """Keep or drop one question."""
    kept = request.form.get("kept") == "1"
    run(drafting.keep_item, the_teacher().id, draft_id, key, now(), kept=kept)
    return _back_to(draft_id, key)


@bp.post("/drafts/<draft_id>/items/<key>/move")
@teacher_required
def move_item(draft_id: str, key: str) -> ResponseReturnValue:
    """Move one question."""
    step = -1 if request.form.get("step") == "up" else 1
    run(drafting.move_item, the_teacher().id, draft_id, key, step, now())
    return _back_to(draft_id, key)


@bp.post("/drafts/<draft_id>/keep")
@teacher_required
def keep_many(draft_id: str) -> ResponseReturnValue:
    """Keep all, keep none, or drop what is wrong."""
    what = request.form.get("what", "all")
    changed = run(drafting.keep_many, the_teacher().id, draft_id, what, now())
    flash(translate_plural("%(num)s question a changé.", "%(num)s questions ont changé.", changed))
    return _back_to(draft_id)


def _back_to(draft_id: str, key: str = "") -> ResponseReturnValue:
    place: dict[str, Any] = {
        name: request.args[name] for name in ("page", "show") if name in request.args
    }
    return redirect(
        url_for("drafting.draft", draft_id=draft_id, **place, _anchor=f"i-{key}" if key else None),
        303,
    )


@bp.post("/drafts/<draft_id>/delete")
@teacher_required
def delete_draft(draft_id: str) -> ResponseReturnValue:
    """Give a draft up."""
    slug = run(drafting.delete_draft, the_teacher().id, draft_id)
    flash(translate("Le brouillon est supprimé. Ce qui était publié l’est toujours."))
    if slug:
        return redirect(url_for("teaching.quiz", slug=slug), 303)
    return redirect(url_for("teaching.home"), 303)


# One question.


@bp.post("/drafts/<draft_id>/items")
@teacher_required
def add_item(draft_id: str) -> ResponseReturnValue:
    """A new question, to be written."""
    kind = request.form.get("kind", "")
    if kind not in QUESTION_TYPES:
        return _back_to(draft_id)
    key = run(drafting.add_item, the_teacher().id, draft_id, blank(kind), now())
    return redirect(url_for("drafting.edit_item", draft_id=draft_id, key=key), 303)


@bp.get("/drafts/<draft_id>/items/<key>")
@teacher_required
def edit_item(draft_id: str, key: str) -> ResponseReturnValue:
    """Mend a question."""
    edited = read(drafting.get_item, the_teacher().id, draft_id, key)
    return _edit_page(edited, edited.item.raw)


def _edit_page(
    edited: EditedItem, raw: Mapping[str, Any], refused: str = "", *, as_sent: bool = False
) -> str:
    reading = Reading(edited.draft.body.passages)
    question, problems = check_question({**raw, "id": edited.item.key}, reading)
    fresh = "prompt" not in raw and not as_sent
    kind = str(raw.get("type", "single_choice"))
    return render_template(
        "drafting/item.html",
        draft=edited.draft,
        header=edited.draft.body.header,
        edited=edited,
        item=edited.item,
        kind=kind if kind in QUESTION_TYPES else "single_choice",
        kinds=QUESTION_TYPES,
        question=question,
        problems=[] if fresh else problems,
        fields=edit_fields(
            kind if kind in QUESTION_TYPES else "single_choice",
            raw,
            reading,
            [] if fresh else problems,
        ),
        refused=refused,
    )


@bp.post("/drafts/<draft_id>/items/<key>")
@teacher_required
def save_item(draft_id: str, key: str) -> ResponseReturnValue:
    """Store a question as it is written, right or wrong: a draft may be wrong."""
    edited = read(drafting.get_item, the_teacher().id, draft_id, key)
    before = edited.item.raw
    kind = request.form.get("kind", "")
    known = kind if kind in QUESTION_TYPES else str(before.get("type"))
    raw = read_edited(known, request.form, before)
    wanted = request.form.get("change_kind", "")
    if request.form.get("go") == "kind" and wanted in QUESTION_TYPES and wanted != known:
        raw = change_kind(raw, wanted)
    image = _image(raw)
    try:
        seq = run(
            drafting.put_item,
            the_teacher().id,
            draft_id,
            key,
            raw,
            _seq(request.form.get("seq", "")),
            now(),
        )
    except drafting.Changed as error:
        if request.headers.get("X-Autosave"):
            return jsonify(message=say(error.message)), 409
        return _edit_page(edited, raw, say(error.message), as_sent=True), 409
    if request.headers.get("X-Autosave"):
        question, _ = check_question(raw, Reading(edited.draft.body.passages))
        return jsonify(seq=seq, usable=question is not None)
    return _after_save(edited, raw, image)


def _after_save(edited: EditedItem, raw: Mapping[str, Any], image: str) -> ResponseReturnValue:
    draft_id, key = edited.draft.public_id, edited.item.key
    go = request.form.get("go", "")
    question, problems = check_question({**raw, "id": key}, Reading(edited.draft.body.passages))
    if image:
        flash(image)
    if go in ("kind", "image", "row") or (question is None and go == "save"):
        if question is None and go == "save":
            count = sum(problem.severity == "error" for problem in problems)
            flash(
                translate_plural(
                    "C’est enregistré. Il reste %(num)s point à corriger, signalé ci-dessous.",
                    "C’est enregistré. Il reste %(num)s points à corriger, signalés ci-dessous.",
                    count,
                )
            )
        return redirect(url_for("drafting.edit_item", draft_id=draft_id, key=key), 303)
    if go == "next" and edited.after:
        return redirect(url_for("drafting.edit_item", draft_id=draft_id, key=edited.after), 303)
    page = (edited.number - 1) // drafting.PAGE + 1
    return redirect(
        url_for("drafting.draft", draft_id=draft_id, page=page, _anchor=f"i-{key}"), 303
    )


def _seq(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 12 else -1  # noqa: PLR2004


def _image(raw: dict[str, Any]) -> str:
    """Put an image that came with the form into the prompt; what to say if that failed."""
    file = request.files.get("image")
    if file is None or not file.filename:
        return ""
    media = read_image(file.stream.read())
    if media is None:
        return translate(
            "Cette image n’a pas pu être lue : choisissez un fichier PNG, JPEG, GIF ou WebP de 10 Mo au plus."
        )
    run(transfer.store_pictures, the_teacher().id, [media])
    alt = " ".join(request.form.get("image_alt", "").split())[:200]
    shown = raw.get("prompt_html") or Markup("{}").format(raw.get("prompt", ""))
    raw["prompt_html"] = str(
        Markup('{}<br><img src="{}" alt="{}">').format(Markup(shown), media.name, alt)  # noqa: S704
    )
    return ""


@bp.post("/drafts/<draft_id>/items/<key>/delete")
@teacher_required
def delete_item(draft_id: str, key: str) -> ResponseReturnValue:
    """Delete a question."""
    run(drafting.delete_item, the_teacher().id, draft_id, key, now())
    return _back_to(draft_id)


# The texts.


@bp.get("/drafts/<draft_id>/texts")
@teacher_required
def texts(draft_id: str) -> ResponseReturnValue:
    """The texts to read, and a form for another."""
    opened = read(drafting.get_draft, the_teacher().id, draft_id)
    form = PassageForm(formdata=None, data={"seq": str(opened.draft.seq)})
    return _texts_page(opened, form)


def _texts_page(
    opened: Opened,
    form: PassageForm,
    problems: Sequence[Problem] = (),
    place: int | None = None,
    refused: str = "",
) -> str:
    return render_template(
        "drafting/texts.html",
        **_context(opened),
        form=form,
        problems=problems,
        place=place,
        refused=refused,
    )


@bp.get("/drafts/<draft_id>/texts/<int:place>")
@teacher_required
def edit_text(draft_id: str, place: int) -> ResponseReturnValue:
    """Mend a text."""
    opened = read(drafting.get_draft, the_teacher().id, draft_id)
    passages = opened.draft.body.passages
    if place >= len(passages):
        return redirect(url_for("drafting.texts", draft_id=draft_id), 303)
    return _texts_page(opened, PassageForm.of(passages[place], opened.draft.seq), place=place)


@bp.post("/drafts/<draft_id>/texts")
@teacher_required
def add_text(draft_id: str) -> ResponseReturnValue:
    """Add a text."""
    return _save_text(draft_id, None)


@bp.post("/drafts/<draft_id>/texts/<int:place>")
@teacher_required
def save_text(draft_id: str, place: int) -> ResponseReturnValue:
    """Store a text as it is written now; its evidence is looked for again."""
    return _save_text(draft_id, place)


def _save_text(draft_id: str, place: int | None) -> ResponseReturnValue:
    opened = read(drafting.get_draft, the_teacher().id, draft_id)
    form = PassageForm()
    valid = form.validate_on_submit()
    passage, problems = _passage(form)
    if not valid or passage is None:
        return _texts_page(opened, form, problems, place), 422
    try:
        run(
            drafting.put_passage,
            the_teacher().id,
            draft_id,
            passage,
            seq_of(form.seq),
            now(),
            place,
        )
    except drafting.Changed as error:
        form.seq.data = str(opened.draft.seq)
        return _texts_page(opened, form, (), place, say(error.message)), 409
    flash(translate("Le texte est enregistré."))
    return redirect(url_for("drafting.texts", draft_id=draft_id), 303)


def _passage(form: PassageForm) -> tuple[Passage | None, list[Problem]]:
    text, title = form.text.data or "", " ".join((form.title.data or "").split())
    file = request.files.get("file")
    if file is not None and file.filename:
        text, problems = read_document(file.stream.read(), _name(file))
        if problems:
            return None, problems
        form.text.data = text
    title = title or translate("Texte")
    return to_passage(
        text,
        title=title,
        kind=form.kind.data or "text",
        by=(form.by.data or "").strip(),
        source=(form.source.data or "").strip(),
    )


@bp.post("/drafts/<draft_id>/texts/<int:place>/drop")
@teacher_required
def drop_text(draft_id: str, place: int) -> ResponseReturnValue:
    """Take a text out."""
    run(
        drafting.drop_passage,
        the_teacher().id,
        draft_id,
        place,
        _seq(request.form.get("seq", "")),
        now(),
    )
    flash(translate("Le texte est retiré."))
    return redirect(url_for("drafting.texts", draft_id=draft_id), 303)


@bp.post("/drafts/<draft_id>/texts/<int:place>/up")
@teacher_required
def move_text(draft_id: str, place: int) -> ResponseReturnValue:
    """Move a text before the one above it."""
    run(
        drafting.move_passage,
        the_teacher().id,
        draft_id,
        place,
        _seq(request.form.get("seq", "")),
        now(),
    )
    return redirect(url_for("drafting.texts", draft_id=draft_id), 303)


# Title, settings, publication.


@bp.get("/drafts/<draft_id>/publish")
@teacher_required
def ready(draft_id: str) -> ResponseReturnValue:
    """What the quiz says of itself, what is still wrong or weak, and the button."""
    found = read(drafting.get_ready, the_teacher().id, draft_id)
    return _ready_page(found, HeaderForm.of(found.draft.body.header, found.draft.seq))


def _ready_page(found: drafting.Ready, form: HeaderForm, refused: str = "") -> str:
    return render_template(
        "drafting/publish.html",
        ready=found,
        draft=found.draft,
        header=found.draft.body.header,
        form=form,
        refused=refused,
    )


@bp.post("/drafts/<draft_id>/publish")
@teacher_required
def publish(draft_id: str) -> ResponseReturnValue:
    """Store the header; then, if the button said so, add the quiz and publish it."""
    found = read(drafting.get_ready, the_teacher().id, draft_id)
    form, wish = HeaderForm(), PublishForm()
    if not form.validate_on_submit():
        return _ready_page(found, form), 422
    header = form.header(found.draft.body.header)
    try:
        if header != found.draft.body.header:
            run(
                drafting.put_header,
                the_teacher().id,
                draft_id,
                header,
                seq_of(form.seq),
                now(),
            )
    except drafting.Changed as error:
        form.seq.data = str(found.draft.seq)
        return _ready_page(found, form, say(error.message)), 409
    go = request.form.get("go", "keep")
    if go == "keep":
        flash(translate("C’est enregistré."))
        return redirect(url_for("drafting.ready", draft_id=draft_id), 303)
    try:
        slug = run(drafting.add_draft_to_quizzes, the_teacher().id, draft_id, now())
        if go == "publish":
            slug = run(
                drafting.publish_draft,
                the_teacher().id,
                draft_id,
                now(),
                listed=bool(wish.listed.data),
            )
    except Refused as error:
        again = read(drafting.get_ready, the_teacher().id, draft_id)
        form = HeaderForm.of(again.draft.body.header, again.draft.seq)
        return _ready_page(again, form, say(error.message)), 409
    if go == "publish":
        flash(translate("Le quiz est publié. Les essais en cours gardent la version commencée."))
    else:
        flash(translate("Le quiz est dans vos quiz. Il n’est visible que de vous."))
    return redirect(url_for("teaching.quiz", slug=slug), 303)
