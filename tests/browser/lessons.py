"""How the tests speak of classes: make one, join it, give it a quiz."""

import re

from playwright.sync_api import Page, expect

from tests.browser.pages import EXAMPLE


def make_class(page: Page, name: str = "3e B") -> str:
    """A class of the teacher who is signed in; the address of its page."""
    page.goto("/teach/classes")
    page.get_by_label("Nom de la classe").fill(name)
    page.get_by_role("button", name="Créer la classe").click()
    expect(page).to_have_url(re.compile("/teach/classes/.+"))
    return page.url


def code_of(page: Page, room: str) -> str:
    """The code that lets in."""
    page.goto(room)
    return page.locator(".join-code").inner_text()


def join(page: Page, code: str, pseudonym: str) -> None:
    """Enter a class; a new learner sees their code to come back."""
    page.goto(f"/join/{code}")
    page.get_by_label("Votre pseudonyme").fill(pseudonym)
    page.get_by_role("button", name="Entrer dans la classe").click()
    expect(page.get_by_label("Votre pseudonyme")).to_have_count(0)


def give(page: Page, room: str, feedback: str = "after") -> str:
    """Give the example to a class as an exam of half an hour; the address of its settings."""
    page.goto(f"{room}/assignments/new?quiz={EXAMPLE}")
    page.get_by_label("Examen").check()
    page.get_by_label("Temps, en minutes").fill("30")
    page.get_by_label("Le corrigé et le score se voient").select_option(feedback)
    page.get_by_role("button", name="Donner à la classe").click()
    expect(page).to_have_url(re.compile("/teach/assignments/.+"))
    return page.url


def task_of(assignment: str) -> str:
    """Where learners find what was given, from the address of its settings."""
    return "/assignments/" + assignment.rpartition("/")[2]
