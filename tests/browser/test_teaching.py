"""A teacher's work in a real browser: with scripts, without them, on a network that drops."""

import re
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, StorageState, expect

from tests.browser.accounts import teacher_state
from tests.browser.conftest import MakeContext
from tests.browser.server import Server
from tests.browser.teaching import GIFT, bring, publish


@pytest.fixture(scope="module")
def state(browser: Browser, server: Server) -> StorageState:
    """The cookies of a teacher."""
    return teacher_state(browser, server, "odile")


@pytest.fixture
def desk(context: MakeContext, state: StorageState) -> BrowserContext:
    """A teacher's browser that runs scripts."""
    return context(storage_state=state)


@pytest.mark.parametrize("scripts", [True, False])
def test_from_a_file_to_a_quiz_that_a_learner_answers(
    context: MakeContext, state: StorageState, *, scripts: bool
) -> None:
    page = context(storage_state=state, java_script_enabled=scripts).new_page()
    draft = bring(page, "marché.gift", GIFT)
    expect(page.get_by_text("2 questions prêtes")).to_be_visible()
    card = page.locator("#i-q1")
    card.get_by_role("radio", name="À la gare").check()
    card.get_by_role("button", name="Vérifier").click()
    expect(page.locator("#i-q1 .said")).to_contain_text("Relisez.")
    publish(page, draft, "Au marché")
    address = page.locator(".give a").first.inner_text()
    learner = context(java_script_enabled=scripts).new_page()
    learner.goto(address)
    learner.get_by_role("button", name="Commencer l’entraînement").click()
    expect(learner.get_by_text("Où sont les artisans")).to_be_visible()


def test_a_wrong_question_saves_itself_as_it_is_mended(desk: BrowserContext) -> None:
    page = desk.new_page()
    draft = bring(page, "marché.gift", GIFT)
    page.goto(f"{draft}/items/q3")
    expect(page.get_by_text("Aucune bonne réponse")).to_be_visible()
    page.locator("[name*='key']:is([type=radio],[type=checkbox])").first.check()
    expect(page.locator("[data-draft-item] [data-message]")).to_have_text("Enregistré")
    page.goto(draft)
    expect(page.get_by_text("à corriger", exact=True)).to_have_count(0)


def test_what_was_typed_survives_a_network_that_drops(
    desk: BrowserContext, forgiven: list[str]
) -> None:
    forgiven.append("ERR_INTERNET_DISCONNECTED")
    page = desk.new_page()
    draft = bring(page, "marché.gift", GIFT)
    page.goto(f"{draft}/items/q1")
    desk.set_offline(True)
    page.locator("[name=prompt]").fill("Où vont les artisans ?")
    said = page.locator("[data-draft-item] [data-message]")
    expect(said).to_contain_text("Pas encore enregistré")
    desk.set_offline(False)
    expect(said).to_have_text("Enregistré")
    page.goto(draft)
    expect(page.get_by_text("Où vont les artisans")).to_be_visible()


def test_a_second_tab_is_told_and_loses_nothing(desk: BrowserContext, forgiven: list[str]) -> None:
    forgiven.append("status of 409")
    first, second = desk.new_page(), desk.new_page()
    draft = bring(first, "marché.gift", GIFT)
    for page in (first, second):
        page.goto(f"{draft}/items/q1")
    first.locator("[name=prompt]").fill("La première")
    expect(first.locator("[data-draft-item] [data-message]")).to_have_text("Enregistré")
    second.locator("[name=prompt]").fill("La seconde")
    expect(second.locator("[data-draft-item] [data-message]")).to_contain_text("ailleurs")
    second.get_by_role("button", name="Enregistrer", exact=True).last.click()
    expect(second.get_by_role("alert")).to_be_visible()
    expect(second.locator("[name=prompt]")).to_have_value("La seconde")


def test_the_back_button_and_a_closed_tab_lose_nothing(desk: BrowserContext) -> None:
    page = desk.new_page()
    draft = bring(page, "marché.gift", GIFT)
    page.goto(f"{draft}/publish")
    page.get_by_label("Titre").fill("Un titre gardé")
    page.get_by_role("button", name="Enregistrer", exact=True).click()
    expect(page.get_by_text("C’est enregistré.")).to_be_visible()
    page.go_back()
    page.close()
    again = desk.new_page()
    again.goto("/teach/")
    expect(again.get_by_text("Un titre gardé").first).to_be_visible()


def test_a_text_that_was_not_saved_comes_back_after_a_closed_tab(desk: BrowserContext) -> None:
    page = desk.new_page()
    draft = bring(page, "marché.gift", GIFT)
    page.goto(f"{draft}/texts")
    page.get_by_label("Le texte ;").fill("Il fait froid, et personne ne se plaint.")
    page.close()
    again = desk.new_page()
    again.goto(f"{draft}/texts")
    expect(again.get_by_label("Le texte ;")).to_have_value(
        "Il fait froid, et personne ne se plaint."
    )
    expect(again.get_by_text("est revenu")).to_be_visible()
    again.get_by_role("button", name="Enregistrer le texte").click()
    expect(again.get_by_text("Le texte est enregistré.")).to_be_visible()
    expect(again.get_by_text("est revenu")).to_be_hidden()


def test_a_dropped_file_is_a_chosen_file(desk: BrowserContext) -> None:
    page = desk.new_page()
    page.goto("/teach/")
    drop: Any = """async (text) => {
        const carried = new DataTransfer();
        carried.items.add(new File([text], 'déposé.gift', { type: 'text/plain' }));
        const form = document.querySelector('[data-drop]');
        form.dispatchEvent(new DragEvent('drop', { dataTransfer: carried, bubbles: true, cancelable: true }));
    }"""
    page.evaluate(drop, GIFT)
    expect(page).to_have_url(re.compile("/teach/drafts/"))
    expect(page.get_by_role("heading", name="déposé.gift")).to_be_visible()


def test_evidence_is_a_click_on_its_sentence(desk: BrowserContext) -> None:
    page = desk.new_page()
    draft = bring(page, "marché.gift", GIFT)
    page.goto(f"{draft}/texts")
    page.get_by_label("Titre").fill("Le marché")
    page.get_by_label("Le texte ;").fill("Les artisans sont sur la place. Il fait froid.")
    page.get_by_role("button", name="Enregistrer le texte").click()
    page.goto(f"{draft}/items/q1")
    page.get_by_text("Les artisans sont sur la place.").click()
    expect(page.locator("[data-draft-item] [data-message]")).to_have_text("Enregistré")
    page.goto(draft)
    page.locator("#i-q1").get_by_text("Clé, commentaires et preuve").click()
    expect(page.locator("#i-q1 .proof")).to_contain_text("Les artisans sont sur la place.")


def test_a_large_file_says_how_far_it_is(desk: BrowserContext) -> None:
    page = desk.new_page()
    many = "\n\n".join(
        f"Question {n} : {'que dit le texte ' * 12}? {{=oui ~non}}" for n in range(1_800)
    )
    bring(page, "banque.gift", many)
    expect(page.get_by_role("heading", name="1800 questions")).to_be_visible(timeout=60_000)
