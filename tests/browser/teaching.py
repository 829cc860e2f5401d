"""How the tests speak of a teacher's work: bring a file, publish what came of it."""

import re

from playwright.sync_api import Page, expect

GIFT = """\
::Le marché:: Où sont les artisans ? {=Sur la place#Bien lu. ~À la gare#Relisez. ~Au lycée}

Ils s’installent à l’aube. {T}

Sans clé {~oui ~non}
"""


def bring(page: Page, name: str, text: str) -> str:
    """Send a file from the list of quizzes; the address of the draft that it becomes."""
    page.goto("/teach/")
    file = {"name": name, "mimeType": "text/plain", "buffer": text.encode()}
    page.locator("#files").set_input_files(files=[file])  # type: ignore[list-item]
    page.get_by_role("button", name="Voir ce que cela donne").click()
    expect(page).to_have_url(re.compile("/teach/drafts/"))
    return page.url


def publish(page: Page, draft: str, title: str) -> str:
    """Drop what is wrong, say the title and the level, and publish; the quiz's own page."""
    page.goto(draft)
    wrong = page.get_by_role("button", name="Écarter celles à corriger")
    if wrong.count():
        wrong.click()
    page.get_by_role("link", name="Continuer : titre et publication").first.click()
    page.get_by_label("Titre").fill(title)
    page.get_by_label("Niveau des lecteurs").select_option("B1")
    page.get_by_role("button", name="Publier", exact=True).click()
    expect(page).to_have_url(re.compile("/teach/quizzes/"))
    return page.url
