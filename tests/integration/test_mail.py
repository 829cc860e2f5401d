"""E-mails: what is sent, to whom, and that nothing is sent where nobody can."""

import re
import shutil
import socketserver
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email import message_from_string
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from queue import Empty, Queue

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient

from app import create_app
from app.config import ConfigurationError, Settings
from app.extensions import db
from app.services import accounts, read, run
from app.web.mail import deliver
from tests.conftest import PASSWORD, Visitor, add_teacher, sign_in
from tests.integration.test_concurrency import posting, together

NEW_PASSWORD = "tortue violon neuf lampe"


class Post(socketserver.ThreadingTCPServer):
    """A mail server that keeps what it is given; it offers no encryption."""

    daemon_threads = True
    letters: Queue[EmailMessage]

    def next_letter(self) -> EmailMessage:
        return self.letters.get(timeout=10)

    def is_quiet(self) -> bool:
        try:
            self.letters.get(timeout=0.3)
        except Empty:
            return True
        return False


class Conversation(socketserver.StreamRequestHandler):
    """SMTP, as much of it as smtplib says."""

    def handle(self) -> None:
        self.say("220 hello")
        while line := self.rfile.readline().decode().strip():
            word = line[:4].upper()
            if word == "DATA":
                self.say("354 go on")
                lines = []
                while (text := self.rfile.readline().decode()) != ".\r\n":
                    lines.append(text.removeprefix("."))
                letter = message_from_string("".join(lines), policy=default)
                self.server.letters.put(letter)  # type: ignore[attr-defined]
            if word == "QUIT":
                self.say("221 bye")
                return
            self.say("250 ok")

    def say(self, text: str) -> None:
        self.wfile.write(f"{text}\r\n".encode())


@pytest.fixture
def post() -> Iterator[Post]:
    with Post(("127.0.0.1", 0), Conversation) as server:
        server.letters = Queue()
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


@pytest.fixture
def mailing(post: Post, sqlite_template: Path, tmp_path: Path) -> Iterator[Flask]:
    """The application, with a mail server."""
    shutil.copy(sqlite_template, tmp_path / "relire.db")
    settings = Settings.load(
        instance=tmp_path,
        mail_url=f"smtp://127.0.0.1:{post.server_address[1]}",
        mail_from="relire@ecole.example",
        site_url="https://relire.ecole.example/",
    )
    app = create_app(settings)
    app.config.update(TESTING=True, WTF_CSRF_ENABLED=False)
    app.test_client_class = Visitor
    with app.app_context():
        yield app
        db.engine.dispose()


def link_in(letter: EmailMessage) -> str:
    """The path of the link that a letter gives; it always leads to our own address."""
    found = re.search(r"https://relire\.ecole\.example(/\S+)", letter.get_content())
    assert found, letter.get_content()
    return found[1]


def test_a_forgotten_password_is_replaced_through_a_letter_once(mailing: Flask, post: Post) -> None:
    elsewhere = sign_in(mailing.test_client(), add_teacher())
    client = mailing.test_client()
    assert client.get("/account/forgot").location == "/account/recover"
    client.post(
        "/account/recover",
        data={"email": "Ana.Lopes@ecole.example"},
        headers={"Host": "evil.example"},
    )
    letter = post.next_letter()
    assert letter["To"] == "ana.lopes@ecole.example"
    assert letter["From"] == "relire@ecole.example"
    link = link_in(letter)
    assert client.get(link).status_code == 200
    weak = {"password": "court", "password_confirm": "court"}
    assert "au moins 12" in client.post(link, data=weak).text.replace("\u00a0", " ")
    chosen = {"password": NEW_PASSWORD, "password_confirm": NEW_PASSWORD}
    assert client.post(link, data=chosen).location == "/account/login"
    assert "vient d’être changé" in post.next_letter().get_content()
    assert elsewhere.get("/account/").status_code == 303
    assert client.get(link).location == "/account/recover"
    for password, status in ((PASSWORD, 200), (NEW_PASSWORD, 302)):
        data = {"email": "ana.lopes@ecole.example", "password": password}
        assert mailing.test_client().post("/account/login", data=data).status_code == status


def test_an_unknown_address_gets_the_same_answer_and_no_letter(mailing: Flask, post: Post) -> None:
    add_teacher()
    pages = []
    for name in ("ana.lopes", "personne"):
        page = mailing.test_client().post(
            "/account/recover", data={"email": f"{name}@ecole.example"}
        )
        pages.append(re.sub(r'csrf_token" value="[^"]+"|\w+(\.\w+)?@ecole', "", page.text))
        assert "Si cette adresse a un compte" in page.text
    assert pages[0] == pages[1]
    assert post.next_letter()["To"] == "ana.lopes@ecole.example"
    assert post.is_quiet()


def test_letters_to_one_address_are_few(mailing: Flask) -> None:
    asked = {"email": "personne@ecole.example"}
    client = mailing.test_client()
    statuses = [client.post("/account/recover", data=asked).status_code for _ in range(5)]
    assert statuses == [200] * 3 + [429] * 2


def test_an_invitation_is_sent_too(mailing: Flask, post: Post) -> None:
    admin = sign_in(mailing.test_client(), add_teacher("Chloe Martin", "admin"))
    form = {"email": "zoe@ecole.example", "role": "teacher"}
    page = admin.post("/account/people/invite", data=form).text
    letter = post.next_letter()
    assert "Chloe Martin" in letter.get_content()
    assert link_in(letter) in page
    assert mailing.test_client().get(link_in(letter)).status_code == 200


def test_changing_ones_password_is_told_by_a_letter(mailing: Flask, post: Post) -> None:
    teacher = sign_in(mailing.test_client(), add_teacher())
    teacher.post(
        "/account/password",
        data={
            "password": PASSWORD,
            "new_password": NEW_PASSWORD,
            "new_password_confirm": NEW_PASSWORD,
        },
    )
    assert post.next_letter()["Subject"] == "Votre mot de passe a changé"


# A new address of one's own

ASKED = {"email": "Ana@ailleurs.example", "password": PASSWORD}


def ask(client: FlaskClient, post: Post) -> str:
    """Ask for a new address; gives the link of the letter."""
    assert "ana@ailleurs.example" in client.post("/account/address", data=ASKED).text
    letter = post.next_letter()
    assert letter["To"] == "ana@ailleurs.example"
    return link_in(letter)


def test_an_address_changes_once_its_owner_confirms_it(mailing: Flask, post: Post) -> None:
    whose = add_teacher()
    here, elsewhere = (sign_in(mailing.test_client(), whose) for _ in range(2))
    link = ask(here, post)
    for _ in range(2):
        assert "ana@ailleurs.example" in mailing.test_client().get(link).text
    assert "ana.lopes@ecole.example" in here.get("/account/").text, "looking changes nothing"
    assert here.post(link).status_code == 303
    assert "ana@ailleurs.example" in here.get("/account/").text
    assert elsewhere.get("/account/").status_code == 303
    notice = post.next_letter()
    assert notice["To"] == "ana.lopes@ecole.example"
    assert "une autre adresse" in notice.get_content()
    for method in ("GET", "POST"):
        assert here.open(link, method=method).status_code == 404, "it served"
    for address, status in (("ana@ailleurs.example", 302), ("ana.lopes@ecole.example", 200)):
        data = {"email": address, "password": PASSWORD}
        assert mailing.test_client().post("/account/login", data=data).status_code == status


def test_an_address_confirmed_in_another_browser_signs_nobody_in(
    mailing: Flask, post: Post
) -> None:
    here = sign_in(mailing.test_client(), add_teacher())
    other = sign_in(mailing.test_client(), add_teacher("Blaise Kouassi"))
    link = ask(here, post)
    assert other.post(link).status_code == 303
    assert "blaise.kouassi@ecole.example" in other.get("/account/").text
    assert here.get("/account/").status_code == 303


@pytest.mark.parametrize("between", ["password", "expired", "closed", "forged", "library"])
def test_a_link_to_an_address_that_proves_nothing_changes_nothing(
    mailing: Flask, post: Post, between: str
) -> None:
    client = sign_in(mailing.test_client(), add_teacher())
    link, later = ask(client, post), timedelta(0)
    if between == "password":
        chosen = {"new_password": NEW_PASSWORD, "new_password_confirm": NEW_PASSWORD}
        client.post("/account/password", data=chosen | {"password": PASSWORD})
    elif between == "expired":
        later = timedelta(days=1, minutes=1)
    elif between == "closed":
        run(lambda conn: accounts.set_active(conn, 1, 2, active=False))
    elif between == "forged":
        link = link[:-6] + "AAAAAA"
    else:
        link = link.replace(
            "new-address", "address"
        )  # the library's own changes by being looked at
    with time_machine.travel(datetime.now(UTC) + later):
        assert mailing.test_client().get(link).status_code == 404
        assert mailing.test_client().post(link).status_code in (404, 405)
    assert read(accounts.get_person, 1).email == "ana.lopes@ecole.example"


def test_asking_for_an_address_tells_not_whose_it_is(mailing: Flask, post: Post) -> None:
    add_teacher("Blaise Kouassi")
    client = sign_in(mailing.test_client(), add_teacher())
    pages = []
    for name in ("blaise.kouassi", "personne"):
        asked = {"email": f"{name}@ecole.example", "password": PASSWORD}
        page = client.post("/account/address", data=asked)
        assert page.status_code == 200
        pages.append(re.sub(r'csrf_token" value="[^"]+"', "", page.text).replace(name, ""))
        wrong = client.post("/account/address", data=asked | {"password": "pas le bon"}).text
        pages.append(re.sub(r'csrf_token" value="[^"]+"', "", wrong).replace(name, ""))
    assert pages[:2] == pages[2:]
    assert "Un lien vient" in pages[0]
    assert "pas votre mot de passe" in pages[1].replace("\u00a0", " ")
    assert post.next_letter()["To"] == "personne@ecole.example"
    assert post.is_quiet()


def test_ones_own_address_and_none_are_refused_in_words(mailing: Flask, post: Post) -> None:
    client = sign_in(mailing.test_client(), add_teacher())
    for email, reason in (
        ("ANA.LOPES@ecole.example", "déjà votre adresse"),
        ("ana", "arobase"),
        ("", "Écrivez votre adresse"),
    ):
        page = client.post("/account/address", data=ASKED | {"email": email}).text
        assert reason in page.replace("\u00a0", " ").replace("\u202f", " "), page
    assert post.is_quiet()


def test_letters_to_a_new_address_are_few(mailing: Flask, post: Post) -> None:
    client = sign_in(mailing.test_client(), add_teacher())
    statuses = [client.post("/account/address", data=ASKED).status_code for _ in range(5)]
    assert statuses == [200] * 3 + [429] * 2
    assert post.next_letter()


def test_who_takes_an_address_first_keeps_it(mailing: Flask, post: Post) -> None:
    links = [
        ask(sign_in(mailing.test_client(), add_teacher(name)), post)
        for name in ("Ana Lopes", "Blaise Kouassi")
    ]
    answers = together([posting(mailing.test_client(), link) for link in links])
    assert sorted(answers) in ([303, 404], [303, 409])


def test_a_password_is_never_sent_unencrypted_and_the_failure_is_noted(
    post: Post, caplog: pytest.LogCaptureFixture
) -> None:
    letter = EmailMessage()
    letter["To"] = "a@ecole.example"
    deliver(f"smtp://user:secret@127.0.0.1:{post.server_address[1]}", letter)
    assert "could not be sent" in caplog.text
    assert post.is_quiet()


def test_a_server_that_is_gone_is_noted(caplog: pytest.LogCaptureFixture) -> None:
    deliver("smtp://127.0.0.1:1", EmailMessage())
    assert "could not be sent" in caplog.text


@pytest.mark.parametrize(
    ("wrong", "named"),
    [
        ({"mail_url": "smtp://127.0.0.1"}, "RELIRE_MAIL_FROM"),
        ({"mail_url": "http://127.0.0.1", "mail_from": "a@b"}, "RELIRE_MAIL_URL"),
        ({"mail_from": "nobody"}, "RELIRE_MAIL_FROM"),
        ({"site_url": "relire.example"}, "RELIRE_SITE_URL"),
    ],
)
def test_settings_of_mail_that_cannot_work_stop_the_start(
    tmp_path: Path, wrong: dict[str, str], named: str
) -> None:
    with pytest.raises(ConfigurationError, match=named):
        Settings.load(instance=tmp_path, **wrong)
