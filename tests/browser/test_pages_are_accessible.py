"""Every page, for every reader: axe, zoom, text spacing, targets, focus, names and descriptions.

With RELIRE_SHOTS=1 each page is also photographed into shots/, narrow and wide, light and dark.
"""

import json
import os
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import product
from typing import Any, Literal, cast

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, StorageState, expect

from app.extensions import db
from tests.browser.accounts import invitation, require_code, sign_in, teacher_state
from tests.browser.conftest import PATIENCE, MakeContext
from tests.browser.lessons import code_of, give, join, make_class, task_of
from tests.browser.marked import Marked, marked_class
from tests.browser.pages import (
    EXAMPLE,
    field,
    finish,
    hint_button,
    question,
    start,
    try_button,
)
from tests.browser.server import ROOT, Server
from tests.browser.teaching import GIFT, bring, publish
from tests.conftest import make_app
from tests.factories import example_questions
from tests.sittings import look_up, own_quiz, publish_as, sit

RULES = {
    "runOnly": {
        "type": "tag",
        "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    },
    "rules": {"target-size": {"enabled": True}},
    "resultTypes": ["violations"],
}
RUN_AXE = "async (rules) => (await axe.run(rules)).violations"
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
WIDTHS = (360, 1280)
# Each width and each scheme once: colours do not depend on the width. Pictures show all four.
LOOKS = tuple(zip(WIDTHS, SCHEMES, strict=True))

# What WCAG 1.4.12 lets a reader set; a constructed sheet passes the content security policy.
TEXT_SPACING = """() => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(`* { line-height: 1.5 !important; letter-spacing: .12em !important;
        word-spacing: .16em !important } p { margin-bottom: 2em !important }`);
    document.adoptedStyleSheets = [sheet];
}"""

# Targets under 24 pixels; what stands within a sentence may be as high as its line.
SMALL_TARGETS = """[...document.querySelectorAll('a, button, select, summary, textarea, input')]
    .filter(target => target.checkVisibility({ visibilityProperty: true }) && !target.matches('.skip, .vh'))
    .map(target => target.matches('input') && target.closest('label') || target)
    .filter(target => getComputedStyle(target).display !== 'inline')
    .map(target => [target.outerHTML.slice(0, 90), target.getBoundingClientRect()])
    .filter(([, box]) => box.width < 24 || box.height < 24)
    .map(([html, box]) => `${html}: ${box.width} × ${box.height}`)"""

# Where the focus is, and whether one sees it: an outline, and nothing in front.
FOCUS = """() => {
    const at = document.activeElement;
    if (!at || at === document.body) return null;
    const around = [at, at.closest('label'), at.nextElementSibling].filter(Boolean);
    const box = (at.closest('label.hot') || at).getBoundingClientRect();
    const middle = (from, to, most) => Math.min(Math.max((Math.max(from, 0) + Math.min(to, most)) / 2, 1), most - 1);
    const front = document.elementFromPoint(
        middle(box.left, box.right, innerWidth), middle(box.top, box.bottom, innerHeight));
    return {
        element: at.outerHTML.slice(0, 120),
        outlined: around.some(one => getComputedStyle(one).outlineStyle !== 'none'),
        hidden: !around.some(one => one.contains(front) || front?.contains(one)),
    };
}"""


@dataclass(frozen=True, slots=True)
class Learner:
    """Somebody who is in the middle of everything, and the addresses of what is theirs."""

    state: StorageState
    exam: str
    training: str
    done: str
    admin: StorageState
    invitation: str
    marked: Marked


def analysed(server: Server, owner: str) -> None:
    """A quiz of this teacher that a class has taken, and one learner for training."""
    quiz = own_quiz("hiver-classe")
    with make_app(server.instance).app_context():
        ((owner_id,),) = server.ask("SELECT id FROM user WHERE email = ?", f"{owner}@ecole.example")
        publish_as(owner_id, quiz)
        for n in range(30):
            sit(quiz, n % 10)
        sit(quiz, 4, "training")
        look_up(quiz, {1: 12})
        db.engine.dispose()


@pytest.fixture(scope="module")
def learner(browser: Browser, server: Server) -> Iterator[Learner]:
    context = browser.new_context(base_url=server.url, java_script_enabled=False)
    context.set_default_timeout(PATIENCE)
    page = context.new_page()
    start(page)
    finish(page)
    done = start(page)
    question(page, "sujet").get_by_role("radio").nth(1).check()
    question(page, "zoe").get_by_role("checkbox").first.check()
    question(page, "arrivee").get_by_role("radio", name="Faux").check()
    field(page, "mot").fill("ruches")
    field(page, "avis").fill("Oui, parce que j’aime le miel.")
    finish(page)
    exam = start(page)
    field(page, "nombre").fill("trois")
    page.get_by_role("button", name="Garder pour plus tard").click()
    training = start(page, "training")
    hint_button(question(page, "sujet")).click()
    question(page, "sujet").get_by_role("radio", name="Paris").check()
    try_button(question(page, "sujet")).click()
    field(page, "mot").fill("ruche")
    try_button(question(page, "mot")).click()
    admin = teacher_state(browser, server, "chloe", "admin")
    teacher_state(browser, server, "ana")
    require_code(server, "ana")
    analysed(server, "chloe")
    invited = invitation(server, "zoe")
    marked = marked_class(server, "chloe")
    yield Learner(context.storage_state(), exam, training, done, admin, invited, marked)
    context.close()


Arrive = Callable[[Page, Learner], object]


def at(path: str) -> Arrive:
    """Simply the page at this address, which may name an attempt."""
    return lambda page, learner: page.goto(
        path.format(exam=learner.exam, training=learner.training, done=learner.done)
    )


def nobody(page: Page, _learner: Learner) -> None:
    page.context.clear_cookies()
    page.goto("/me")


def recovery_code(page: Page, _learner: Learner) -> None:
    page.goto("/me")
    page.get_by_role("button", name="Créer mon code").click()
    expect(page.locator("#code")).to_be_visible()


def wrong_recovery_code(page: Page, _learner: Learner) -> None:
    page.goto("/me/recover")
    page.locator("#code").fill("PAS-UN-CODE")
    page.get_by_role("button", name="Retrouver").click()
    expect(page.get_by_role("alert")).to_be_visible()


SEND = "document.getElementById('answers').submit()"


def refused(page: Page, learner: Learner) -> None:
    """Too long an answer, sent by the form itself."""
    page.goto(f"/attempts/{learner.exam}")
    field(page, "mot").evaluate("field => { field.value = 'x'.repeat(501); }")
    page.evaluate(SEND)
    expect(page.locator("#errors")).to_be_focused()


def overtaken(page: Page, learner: Learner) -> None:
    """An answer that another page has changed since."""
    page.goto(f"/attempts/{learner.exam}")
    question(page, "nombre").locator("[data-seq]").evaluate("seq => { seq.value = '0'; }")
    field(page, "nombre").evaluate("field => { field.value = '7'; }")
    page.evaluate(SEND)
    expect(page.locator("#errors")).to_be_focused()


def with_everything_open(page: Page, learner: Learner) -> None:
    """The bar of accents, and the menu of reading comfort."""
    page.goto(f"/attempts/{learner.exam}")
    field(page, "avis").focus()
    page.get_by_role("button", name="Confort de lecture").click()


def with_a_word_explained(page: Page, learner: Learner) -> None:
    page.goto(f"/attempts/{learner.training}")
    page.get_by_role("button", name="aube").click()


def as_admin(path: str, button: str = "") -> Arrive:
    """A page of somebody who is signed in, or what a button of it leads to."""

    def arrive(page: Page, learner: Learner) -> None:
        cookies = learner.admin.get("cookies", [])
        page.context.add_cookies(cast("Any", cookies))
        page.goto(path)
        if button:
            page.get_by_role("button", name=button).click()
            expect(page.get_by_role("button", name=button)).to_have_count(0)

    return arrive


def refused_at_the_door(page: Page, _learner: Learner) -> None:
    sign_in(page, "personne")
    expect(page.get_by_role("alert")).to_be_visible()


def with_other_sessions(page: Page, _learner: Learner) -> None:
    sign_in(page, "chloe")
    page.goto("/account/")
    expect(page.get_by_role("button", name="Fermer toutes les autres")).to_be_visible()


def asked_for_a_code(page: Page, _learner: Learner) -> None:
    sign_in(page, "ana")
    expect(page.get_by_label("Le code à six chiffres")).to_be_visible()


def without_a_telephone(page: Page, learner: Learner) -> None:
    asked_for_a_code(page, learner)
    page.get_by_role("link", name="Je n’ai pas mon téléphone").click()
    expect(page.get_by_label("Un de vos codes de secours")).to_be_visible()


def invited(page: Page, learner: Learner) -> None:
    page.goto(learner.invitation)


def invited_with_a_weak_password(page: Page, learner: Learner) -> None:
    page.goto(learner.invitation)
    page.get_by_label("Mot de passe", exact=True).fill("motdepasse1234")
    page.get_by_role("button", name="Créer mon compte").click()
    expect(page.locator("#password-e1")).to_be_visible()


def inviting(page: Page, learner: Learner) -> None:
    as_admin("/account/people")(page, learner)
    page.get_by_label("Adresse e-mail").fill("nouvelle@ecole.example")
    page.get_by_role("button", name="Créer l’invitation").click()
    expect(page.locator("#link")).to_be_visible()


def drafting(path: str = "", after: Callable[[Page], object] = lambda _page: None) -> Arrive:
    """A page of a draft that was just made of a file, with a wrong question among others."""

    def arrive(page: Page, learner: Learner) -> None:
        as_admin("/teach/")(page, learner)
        draft = bring(page, "marché.gift", GIFT)
        if path:
            page.goto(draft + path)
        after(page)

    return arrive


def published(path: str = "") -> Arrive:
    """A page of a quiz that was just published."""

    def arrive(page: Page, learner: Learner) -> None:
        as_admin("/teach/")(page, learner)
        quiz = publish(page, bring(page, "marché.gift", GIFT), "Au marché")
        if path:
            page.goto(quiz + path)

    return arrive


def tried(page: Page) -> None:
    """An answer that was checked on the spot."""
    card = page.locator("#i-q1")
    card.get_by_role("radio").first.check()
    card.get_by_role("button", name="Vérifier").click()
    expect(card.locator(".said")).to_be_visible()


def refused_by_the_publisher(page: Page) -> None:
    page.get_by_role("button", name="Publier", exact=True).click()
    expect(page.get_by_role("alert")).to_be_visible()


def analysis_unfolded(page: Page, learner: Learner) -> None:
    """Who chose what, and the figures for those who know them."""
    as_admin("/teach/quizzes/hiver-classe/analysis")(page, learner)
    page.locator("main details").evaluate_all("all => all.forEach(one => { one.open = true; })")


def teaching_a_class(path: str = "", button: str = "") -> Arrive:
    """A page of a class with two learners, or what a button of it leads to."""

    def arrive(page: Page, learner: Learner) -> None:
        as_admin("/teach/classes")(page, learner)
        room = make_class(page)
        page.goto(room)
        page.get_by_text("Ajouter des élèves par leur carte").click()
        page.get_by_label("Un pseudonyme par ligne").fill("Zoé la vive\nAli")
        page.get_by_role("button", name="Ajouter et faire les cartes").click()
        page.goto(room + path)
        if button:
            page.get_by_role("button", name=button).click()

    return arrive


def minding_a_member(page: Page, learner: Learner) -> None:
    teaching_a_class()(page, learner)
    page.get_by_role("link", name="Gérer").first.click()
    expect(page.get_by_role("button", name="Fusionner")).to_be_visible()


def writing_real_names(page: Page, learner: Learner) -> None:
    teaching_a_class()(page, learner)
    page.get_by_text("Vrais noms : dans votre navigateur").click()
    page.get_by_role("button", name="Écrire les noms").click()
    page.get_by_label("Vrai nom de Zoé").fill("Zoé Dupont")


def giving(path: str = "", after: Callable[[Page], object] = lambda _page: None) -> Arrive:
    """A page of what a class of two was given; the learner of this browser is one of them."""

    def arrive(page: Page, learner: Learner) -> None:
        as_admin("/teach/classes")(page, learner)
        room = make_class(page)
        join(page, code_of(page, room), "Zoé la vive")
        assignment = give(page, room)
        page.goto(task_of(assignment) if path == "task" else assignment + path)
        after(page)

    return arrive


def begun(page: Page) -> None:
    page.get_by_role("button", name="Commencer l’examen").click()
    expect(page).to_have_url(re.compile("/attempts/"))


def handed_in(page: Page) -> None:
    begun(page)
    page.get_by_role("button", name="Relire mes réponses").click()
    page.get_by_role("button", name="Terminer et rendre").click()
    expect(page.get_by_role("heading", name="C’est rendu.")).to_be_visible()


def watched(page: Page) -> None:
    """Somebody is at work, and their teacher looks on."""
    settings = page.url
    page.goto(task_of(settings))
    begun(page)
    page.goto(settings + "/live")
    expect(page.get_by_text("compose", exact=True)).to_be_visible()


def refused_terms(page: Page) -> None:
    page.get_by_label("Temps, en minutes").evaluate("field => { field.value = '9999'; }")
    page.locator("form.mending").evaluate("form => form.submit()")
    expect(page.locator("#errors")).to_be_focused()


def before_a_class(path: str) -> Arrive:
    """A visitor who has the code of a class."""

    def arrive(page: Page, learner: Learner) -> None:
        as_admin("/teach/classes")(page, learner)
        code = code_of(page, make_class(page))
        page.context.clear_cookies()
        page.goto(f"/join/{code}")
        if path == "joined":
            join(page, code, "Zoé la vive")
            expect(page.locator("#code")).to_be_visible()

    return arrive


def a_wrong_class_code(page: Page, _learner: Learner) -> None:
    page.goto("/join")
    page.get_by_label("Le code de la classe").fill("AAAA-BBBB")
    page.get_by_role("button", name="Continuer").click()
    expect(page.get_by_role("alert")).to_be_visible()


def results(path: str, after: Callable[[Page], object] = lambda _page: None) -> Arrive:
    """A page about what a class has handed in; its address may name what was made."""

    def arrive(page: Page, learner: Learner) -> None:
        as_admin(path.format(marked=learner.marked))(page, learner)
        after(page)

    return arrive


def accepting(page: Page) -> None:
    """Who would be marked otherwise if this text were accepted."""
    row = page.get_by_role("row").filter(has_text="nid d’abeilles")
    row.get_by_role("button", name="Accepter").click()
    expect(page.get_by_role("button", name="Appliquer")).to_be_visible()


def accepting_too_late(page: Page) -> None:
    """What was seen has changed meanwhile."""
    accepting(page)
    page.locator("[name=seal]").evaluate("seal => { seal.value = 'old'; }")
    page.get_by_role("button", name="Appliquer").click()
    expect(page.get_by_role("alert")).to_be_visible()


def too_many_points(page: Page) -> None:
    for points in page.locator("[name=points]").all():
        points.fill("9")
    page.get_by_role("button", name="Noter et rester").click()
    expect(page.get_by_role("alert")).to_be_visible()


def unfolded(page: Page) -> None:
    """Every answer's names, every form for a mark."""
    page.locator("main details").evaluate_all("all => all.forEach(one => { one.open = true; })")


PAGES: dict[str, Arrive] = {
    "home": at("/"),
    "dossier": at("/dossiers/ia-chine-sans-nvidia"),
    "quiz": at(f"/quizzes/{EXAMPLE}"),
    "exam": at("/attempts/{exam}"),
    "exam-open-menu": with_everything_open,
    "exam-refused": refused,
    "exam-overtaken": overtaken,
    "training": at("/attempts/{training}"),
    "training-word": with_a_word_explained,
    "check": at("/attempts/{exam}/check"),
    "results": at("/attempts/{done}/results"),
    "me-nobody": nobody,
    "me": at("/me"),
    "code": recovery_code,
    "recover": at("/me/recover"),
    "recover-wrong": wrong_recovery_code,
    "leave": at("/me/leave"),
    "erase": at("/me/erase"),
    "help": at("/help"),
    "privacy": at("/privacy"),
    "paper": at(f"/quizzes/{EXAMPLE}/paper"),
    "not-found": at("/nowhere"),
    "login": at("/account/login"),
    "login-refused": refused_at_the_door,
    "login-code": asked_for_a_code,
    "login-recovery-code": without_a_telephone,
    "login-forgot": at("/account/forgot"),
    "invited": invited,
    "invited-weak": invited_with_a_weak_password,
    "link-void": at("/setup/void"),
    "account": as_admin("/account/"),
    "account-sessions": with_other_sessions,
    "account-address": as_admin("/account/people/1/address"),
    "account-password": as_admin("/account/password"),
    "account-verify": as_admin("/account/verify"),
    "account-second-step": as_admin("/account/second-step"),
    "account-second-step-code": as_admin("/account/second-step", "Commencer"),
    "account-recovery-codes": as_admin("/account/recovery-codes", "Créer des codes"),
    "people": as_admin("/account/people"),
    "people-link": inviting,
    "teach": as_admin("/teach/"),
    "teach-formats": as_admin("/teach/formats"),
    "teach-library": as_admin("/teach/library"),
    "draft": drafting(),
    "draft-tried": drafting(after=tried),
    "draft-question": drafting("/items/q1"),
    "draft-wrong-question": drafting("/items/q3"),
    "draft-texts": drafting("/texts"),
    "draft-publish": drafting("/publish"),
    "draft-refused": drafting("/publish", refused_by_the_publisher),
    "analysis": as_admin("/teach/quizzes/hiver-classe/analysis"),
    "analysis-open": analysis_unfolded,
    "analysis-text": as_admin("/teach/quizzes/hiver-classe/analysis/text"),
    "analysis-text-words": as_admin("/teach/quizzes/hiver-classe/analysis/text?mode=training"),
    "analysis-few": as_admin("/teach/quizzes/hiver-classe/analysis?mode=training"),
    "teach-quiz": published(),
    "teach-export": published("/export"),
    "teach-paper": published("/paper"),
    "join": at("/join"),
    "join-wrong": a_wrong_class_code,
    "join-door": before_a_class("door"),
    "joined": before_a_class("joined"),
    "classes": as_admin("/teach/classes"),
    "class": teaching_a_class(),
    "class-board": teaching_a_class("/board"),
    "class-cards": teaching_a_class(button="Refaire toutes les cartes"),
    "class-link": teaching_a_class(button="Faire un lien pour un collègue"),
    "class-purge": teaching_a_class("/purge"),
    "class-choose": teaching_a_class("/assignments/new"),
    "class-give": teaching_a_class(f"/assignments/new?quiz={EXAMPLE}"),
    "class-member": minding_a_member,
    "class-names": writing_real_names,
    "assignment": giving(),
    "assignment-refused": giving(after=refused_terms),
    "assignment-live": giving(after=watched),
    "task": giving("task"),
    "task-begun": giving("task", begun),
    "task-handed-in": giving("task", handed_in),
    "marks": results("{marked.assignment}/results"),
    "marks-by-total": results("{marked.assignment}/results?sort=total"),
    "marks-none": results("{marked.untouched}/results"),
    "marks-empty": results("{marked.empty}/results"),
    "marks-learner": results("{marked.assignment}/results/learners/{marked.first}"),
    "marks-corrected": results("{marked.assignment}/results/learners/{marked.first}", unfolded),
    "marks-learner-idle": results("{marked.assignment}/results/learners/{marked.idle}"),
    "marks-choice": results("{marked.assignment}/results/questions/sujet"),
    "marks-typed": results("{marked.assignment}/results/questions/mot"),
    "marks-typed-open": results("{marked.assignment}/results/questions/mot", unfolded),
    "marks-gaps": results("{marked.assignment}/results/questions/resume"),
    "marks-essay": results("{marked.assignment}/results/questions/avis"),
    "marks-question-none": results("{marked.untouched}/results/questions/sujet"),
    "marks-accept": results("{marked.assignment}/results/questions/mot", accepting),
    "marks-accept-late": results("{marked.assignment}/results/questions/mot", accepting_too_late),
    "essays": results("{marked.assignment}/essays/avis"),
    "essays-refused": results("{marked.assignment}/essays/avis", too_many_points),
    "essays-none": results("{marked.untouched}/essays/avis"),
    "together": results("{marked.assignment}/together"),
    "together-answers": results("{marked.assignment}/together?q=4&step=answers"),
    "together-key": results("{marked.assignment}/together?q=1&step=key"),
    "together-proof": results("{marked.assignment}/together?q=1&step=proof"),
    "together-typed": results("{marked.assignment}/together?q=4&step=key"),
    "class-analysis": results("{marked.assignment}/analysis", unfolded),
    "class-analysis-none": results("{marked.untouched}/analysis"),
    "class-text": results("{marked.assignment}/text"),
    "together-moved": results("{marked.assignment}/together?q=5&step=key"),
    "teach-quiz-given": results("/teach/quizzes/{marked.slug}"),
    "assignment-begun": results("{marked.assignment}"),
    "analysis-own": results("/teach/quizzes/{marked.slug}/analysis"),
}

every_page = pytest.mark.parametrize("name", PAGES)


@pytest.fixture
def visitor(context: MakeContext, learner: Learner, forgiven: list[str]) -> Page:
    """The learner's page in a browser with scripts, about to arrive somewhere."""
    forgiven.append("status of (404|409|422)")
    return context(storage_state=learner.state).new_page()


@every_page
def test_every_reader_can_use_it(visitor: Page, learner: Learner, name: str) -> None:
    PAGES[name](visitor, learner)
    assert_axe_finds_nothing(visitor, name)
    assert_nothing_is_cut_off(visitor)


def assert_axe_finds_nothing(page: Page, name: str) -> None:
    """Narrow and wide, light and dark; photographed so too, where asked."""
    page.evaluate(Axe().axe_script)
    found = {}
    shots = os.environ.get("RELIRE_SHOTS")
    for width, scheme in LOOKS if not shots else product(WIDTHS, SCHEMES):
        page.set_viewport_size({"width": width, "height": 800})
        page.emulate_media(color_scheme=scheme)
        if shots:
            shot = ROOT / "shots" / f"{name}-{width}-{scheme}.png"
            page.screenshot(path=shot, full_page=True)
        for violation in page.evaluate(RUN_AXE, RULES):
            found[f"{violation['id']}, {width}, {scheme}"] = [
                [node["html"][:160], node["failureSummary"][:300]]
                for node in violation["nodes"][:4]
            ]
    assert not found, json.dumps(found, ensure_ascii=False, indent=1)


def assert_nothing_is_cut_off(page: Page) -> None:
    """Zoomed, or with the spacing of the reader's choice; and what is pressed is large enough."""
    width_of_content = "document.documentElement.scrollWidth"
    # 1280 pixels at 200 % are 640, at 400 % are 320.
    for width in (640, 360, 320):
        page.set_viewport_size({"width": width, "height": 700})
        assert page.evaluate(width_of_content) <= width
    assert page.evaluate(SMALL_TARGETS) == []
    page.evaluate(TEXT_SPACING)
    assert page.evaluate(width_of_content) <= 320


@pytest.mark.parametrize("name", ["home", "quiz", "exam", "training", "check", "results", "me"])
def test_the_focus_is_always_seen(visitor: Page, learner: Learner, name: str) -> None:
    visitor.set_viewport_size({"width": 360, "height": 640})
    PAGES[name](visitor, learner)
    seen: list[str] = []
    while len(seen) < 300:
        visitor.keyboard.press("Tab")
        focus = visitor.evaluate(FOCUS)
        if focus is None:
            break
        assert focus["outlined"], focus
        assert not focus["hidden"], focus
        seen.append(focus["element"])
    assert 8 < len(seen) < 300


# What assistive technology is told.

Node = dict[str, Any]


def accessibility_tree(page: Page) -> list[Node]:
    """What Chromium tells a screen reader: role, name and description of each node."""
    tree = page.context.new_cdp_session(page).send("Accessibility.getFullAXTree")
    return [
        {
            part: plain(node.get(part, {}).get("value", ""))
            for part in ("role", "name", "description")
        }
        for node in tree["nodes"]
        if not node["ignored"]
    ]


def plain(text: str) -> str:
    """Without regard for which kind of space."""
    return re.sub(r"\s+", " ", text).strip()


def told_of(tree: list[Node], name: str) -> Node:
    """What is told of a question: the one node that bears its prompt and can be described."""
    prompt = plain(example_questions()[TYPE_OF[name]].prompt)
    named = [
        node for node in tree if node["name"] == prompt and node["role"] in ("group", "textbox")
    ]
    assert len(named) == 1, (name, named)
    return named[0]


TYPE_OF = {question.id: type_ for type_, question in example_questions().items()}

every_type = pytest.mark.parametrize("name", TYPE_OF, ids=TYPE_OF.values())


@pytest.fixture(scope="module")
def plain_page(browser: Browser, server: Server, learner: Learner) -> Iterator[Page]:
    """The learner's exam without scripts, for all questions in turn."""
    context = browser.new_context(
        base_url=server.url, storage_state=learner.state, java_script_enabled=False
    )
    context.set_default_timeout(PATIENCE)
    yield context.new_page()
    context.close()


@pytest.fixture(scope="module")
def told(plain_page: Page, learner: Learner) -> tuple[list[Node], dict[str, str]]:
    """What is told of the exam, and the hint of each question."""
    plain_page.goto(f"/attempts/{learner.exam}")
    hints = {name: plain(plain_page.locator(f"#h-{name}").inner_text()) for name in TYPE_OF}
    return accessibility_tree(plain_page), hints


@every_type
def test_a_question_is_named_by_its_prompt_and_described_by_its_hint(
    told: tuple[list[Node], dict[str, str]], name: str
) -> None:
    tree, hints = told
    assert hints[name]
    assert told_of(tree, name)["description"].startswith(hints[name])


@pytest.mark.parametrize("path", ["exam", "training"])
def test_everything_that_can_be_operated_has_a_name(
    visitor: Page, learner: Learner, path: str
) -> None:
    PAGES[path](visitor, learner)
    operable = ("button", "link", "textbox", "radio", "checkbox", "combobox", "group")
    tree = accessibility_tree(visitor)
    assert [node for node in tree if node["role"] in operable and not node["name"]] == []


# No page of ours sends these, and whatever is sent is answered in words, beside its question.
FORGE = """(section) => {
    for (const field of section.querySelectorAll('[name^="q."]')) {
        if (field.localName === 'select') field.options[1].value = 'forged', field.selectedIndex = 1;
        else if (['radio', 'checkbox'].includes(field.type)) field.value = 'forged', field.checked = true;
        else field.value = 'x'.repeat(20001);
    }
}"""


@every_type
def test_a_refused_answer_is_told_with_its_question(
    plain_page: Page, learner: Learner, name: str
) -> None:
    page = plain_page
    page.goto(f"/attempts/{learner.exam}")
    question(page, name).evaluate(FORGE)
    with page.expect_response(lambda answer: answer.request.method == "POST") as answered:
        page.get_by_role("button", name="Garder pour plus tard").click()
    assert answered.value.status == 422
    assert page.title().startswith("Erreur")
    assert page.locator("#errors a").get_attribute("href") == f"#q-{name}"
    expect(page.locator(f"#q-{name} .field-error")).to_have_count(1)
    error = plain(page.locator(f"#e-{name}").inner_text())
    assert error in told_of(accessibility_tree(page), name)["description"]
