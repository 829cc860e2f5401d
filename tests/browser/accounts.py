"""How the tests speak of teachers: an invitation, an account, a second step."""

from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any

from playwright.sync_api import Browser, Page, StorageState, expect

from tests.browser.server import Server

PASSWORD = "cheval batterie agrafe"


def invitation(server: Server, name: str, role: str = "teacher") -> str:
    """The path of an invitation for name@ecole.example, as an admin would have made it."""
    token = f"invitation-of-{name}"
    now = datetime.now(UTC).replace(tzinfo=None)
    server.tell(
        "INSERT INTO account_link (token_hash, purpose, email, role, created, expires)"
        " VALUES (?, 'invite', ?, ?, ?, ?)",
        sha256(token.encode()).digest(),
        f"{name}@ecole.example",
        role,
        now.isoformat(sep=" "),
        (now + timedelta(days=1)).isoformat(sep=" "),
    )
    return f"/setup/{token}"


def accept(page: Page, link: str, name: str) -> None:
    """Make the account of an invitation; one is signed in then."""
    page.goto(link)
    page.get_by_label("Votre nom").fill(name)
    page.get_by_label("Mot de passe", exact=True).fill(PASSWORD)
    page.get_by_label("Encore une fois").fill(PASSWORD)
    page.get_by_role("button", name="Créer mon compte").click()
    expect(page.get_by_role("status")).to_contain_text("Bienvenue")


def sign_in(page: Page, name: str) -> None:
    """From the page of signing in; a code may be asked next."""
    page.goto("/account/login")
    page.get_by_label("Adresse e-mail").fill(f"{name}@ecole.example")
    page.get_by_label("Mot de passe", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Se connecter").click()


def teacher_state(
    browser: Browser, server: Server, name: str, role: str = "teacher"
) -> StorageState:
    """The cookies of a new teacher, for a context of the browser."""
    options: dict[str, Any] = {"base_url": server.url, "java_script_enabled": False}
    context = browser.new_context(**options)
    accept(context.new_page(), invitation(server, name, role), name.title())
    state = context.storage_state()
    context.close()
    return state


def require_code(server: Server, name: str) -> None:
    """Ask somebody for a code from now on; which one, nobody knows."""
    server.tell(
        "UPDATE user SET tf_primary_method = 'authenticator', tf_totp_secret = '{}'"
        " WHERE email = ?",
        f"{name}@ecole.example",
    )
