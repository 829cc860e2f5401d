"""A quiz as a QTI package: a manifest, a test, an item for each question, its texts and images.

QTI 3 has shared texts, which items refer to. In QTI 2.2 every platform shares texts in its own
way, but all show what is in the item: each item carries the texts, and reading them again
finds that they are the same.
"""

from typing import Any

from lxml import etree

from app.domain.quiz import Item as Placed
from app.domain.quiz import Quiz
from app.errors import N_, Problem
from app.formats.archive import write_zip
from app.formats.base import Export, MediaOf, loss
from app.formats.qti.bodies import body_of
from app.formats.qti.dialects import QTI_3, QTI_22, Child, Dialect
from app.formats.qti.page import Page
from app.formats.xml import Element
from app.text.passage import Passage

__all__ = ["write_qti3", "write_qti22"]

STIMULUS = "stimulus"
"""The class of a text to read inside an item; reading knows it again."""

_XSI = "http://www.w3.org/2001/XMLSchema-instance"
_LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"


def write_qti22(quiz: Quiz, media_of: MediaOf) -> Export:
    """The quiz as a package of QTI 2.2."""
    return _write(quiz, media_of, QTI_22)


def write_qti3(quiz: Quiz, media_of: MediaOf) -> Export:
    """The quiz as a package of QTI 3."""
    return _write(quiz, media_of, QTI_3)


def _write(quiz: Quiz, media_of: MediaOf, dialect: Dialect) -> Export:
    losses = list(_losses_of(quiz))
    images: dict[str, str] = {}
    members: dict[str, bytes] = {}
    for placed in quiz.items:
        for name in dict.fromkeys(placed.question.images()):
            media = media_of(name)
            if media is None:
                text = N_("Question %(number)s : son image n’est plus enregistrée.")
                losses.append(loss("lost-image", text, number=placed.number))
            else:
                images[name] = f"../images/{media.file}"
                members[f"images/{media.file}"] = media.data
    documents: dict[str, Element] = {"test.xml": _test(quiz, dialect)}
    if dialect.kebab:
        for passage in quiz.passages:
            documents[f"stimuli/{passage.id}.xml"] = _stimulus(passage, dialect)
    for placed in quiz.items:
        page = Page(dialect, placed, quiz.reading, images)
        documents[_item_file(placed)] = _item(page, quiz)
        losses += page.losses
    manifest = _manifest(quiz, dialect, [*documents], [*members])
    written = {name: _bytes(root) for name, root in documents.items()}
    data = write_zip({"imsmanifest.xml": _bytes(manifest), **written, **members})
    return Export(data=data, suffix=".zip", type="application/zip", losses=losses)


def _losses_of(quiz: Quiz) -> list[Problem]:
    found = [
        loss(
            "about",
            N_("Les compétences, le niveau, les réglages et la présentation n’y seront pas."),
            N_("Gardez aussi le quiz au format de Relire."),
        )
    ]
    if quiz.glossary:
        found.append(loss("glossary", N_("Le glossaire n’y sera pas.")))
    found += [
        loss(
            "text-details",
            N_("« %(title)s » : l’auteur et la source n’y seront pas."),
            title=one.title,
        )
        for one in quiz.passages
        if one.by or one.source or one.kind != "text"
    ]
    return found


def _bytes(root: Element) -> bytes:
    return etree.tostring(root, encoding="utf-8", xml_declaration=True)


def _item_file(placed: Placed) -> str:
    return f"items/q{placed.number:03}.xml"


def _schema(root: Element, dialect: Dialect) -> Element:
    root.set(f"{{{_XSI}}}schemaLocation", f"{dialect.namespace} {dialect.schema}")
    return root


# Items and texts.


def _item(page: Page, quiz: Quiz) -> Element:
    dialect = page.dialect
    q = dialect.q
    body_of(page)
    texts: list[Child] = []
    references: list[Child] = []
    for passage in quiz.passages:
        if dialect.kebab:
            href = f"../stimuli/{passage.id}.xml"
            references.append(q("assessmentStimulusRef", identifier=passage.id, href=href))
        else:
            title = dialect.h("h2", passage.title)
            texts.append(dialect.h("div", title, _paragraphs(passage, dialect), class_=STIMULUS))
    item = q(
        "assessmentItem",
        page.declarations,
        _outcomes(page),
        references,
        q("itemBody", texts, page.body),
        q("responseProcessing", _rules(page)) if page.rules else None,
        [
            q(
                "modalFeedback",
                dialect.content(dialect.h("p", said)),
                outcomeIdentifier="FEEDBACK",
                identifier=name,
                showHide="show",
            )
            for name, said in page.feedback.items()
        ],
        identifier=f"q{page.placed.number:03}",
        title=f"Question {page.placed.number}",
        adaptive=False,
        timeDependent=False,
    )
    item.set(_LANGUAGE, quiz.language)
    return _schema(item, dialect)


def _outcomes(page: Page) -> list[Child]:
    q = page.dialect.q
    made = [
        q(
            "outcomeDeclaration",
            q("defaultValue", q("value", f"{value:.10g}")),
            identifier=name,
            cardinality="single",
            baseType="float",
        )
        for name, value in (("SCORE", 0.0), ("MAXSCORE", page.points))
    ]
    if page.feedback or page.of_choices:
        several = page.of_choices or "single"
        made.append(
            q(
                "outcomeDeclaration",
                identifier="FEEDBACK",
                cardinality=several,
                baseType="identifier",
            )
        )
    return [*made]


def _rules(page: Page) -> list[Child]:
    """The scoring, then which feedback to show."""
    q = page.dialect.q
    rules: list[Child] = [*page.rules]
    if page.of_choices:
        chosen = q("variable", identifier="RESPONSE")
        rules.append(q("setOutcomeValue", chosen, identifier="FEEDBACK"))
    general = [name for name in ("correct", "incorrect") if name in page.feedback]
    if general:
        score, most = (q("variable", identifier=name) for name in ("SCORE", "MAXSCORE"))
        branches = {
            name: q(
                "setOutcomeValue",
                q("baseValue", name, baseType="identifier"),
                identifier="FEEDBACK",
            )
            for name in general
        }
        rules.append(
            q(
                "responseCondition",
                q("responseIf", q("gte", score, most), branches.get("correct")),
                q("responseElse", branches["incorrect"]) if "incorrect" in branches else None,
            )
        )
    return rules


def _paragraphs(passage: Passage, dialect: Dialect) -> list[Child]:
    return [
        dialect.h(
            "h3" if paragraph.heading else "p",
            " ".join(sentence.text for sentence in paragraph.sentences),
        )
        for paragraph in passage.paragraphs
    ]


def _stimulus(passage: Passage, dialect: Dialect) -> Element:
    body = dialect.q("stimulusBody", dialect.h("div", _paragraphs(passage, dialect)))
    root = dialect.q("assessmentStimulus", body, identifier=passage.id, title=passage.title)
    return _schema(root, dialect)


# The test and the manifest.


def _test(quiz: Quiz, dialect: Dialect) -> Element:
    q = dialect.q
    items = [
        q("assessmentItemRef", identifier=f"q{placed.number:03}", href=_item_file(placed))
        for placed in quiz.items
    ]
    section = q("assessmentSection", items, identifier="questions", title="Questions", visible=True)
    part = q(
        "testPart",
        section,
        identifier="partie",
        navigationMode="nonlinear",
        submissionMode="simultaneous",
    )
    total = q("sum", q("testVariables", variableIdentifier="SCORE"))
    root = q(
        "assessmentTest",
        q("outcomeDeclaration", identifier="SCORE", cardinality="single", baseType="float"),
        part,
        q("outcomeProcessing", q("setOutcomeValue", total, identifier="SCORE")),
        identifier=f"test-{quiz.id}",
        title=quiz.title,
    )
    return _schema(root, dialect)


def _manifest(quiz: Quiz, dialect: Dialect, documents: list[str], images: list[str]) -> Element:
    namespace = dialect.package

    def made(name: str, *children: Element | str, **attributes: str) -> Element:
        prefixes: Any = {None: namespace}
        element = etree.Element(f"{{{namespace}}}{name}", attributes, nsmap=prefixes)
        for child in children:
            if isinstance(child, str):
                element.text = child
            else:
                element.append(child)
        return element

    kinds = {"test.xml": dialect.type("test"), "stimuli": dialect.type("stimulus")}
    resources = [
        made(
            "resource",
            made("file", href=name),
            identifier=f"r{n}",
            type=kinds.get(name.partition("/")[0], dialect.type("item"))
            if name.endswith(".xml")
            else "webcontent",
            href=name,
        )
        for n, name in enumerate([*documents, *images], 1)
    ]
    return made(
        "manifest",
        made(
            "metadata",
            made("schema", dialect.package_name),
            made("schemaversion", dialect.package_version),
        ),
        made("organizations"),
        made("resources", *resources),
        identifier=f"manifest-{quiz.id}",
    )
