"""`make attack`: scanners let loose on a server of their own, on this machine alone.

A temporary instance is filled: the library, a teacher who is signed in and administers it, a quiz
of theirs that is published, a draft, a learner in the middle of an attempt. wapiti walks through all pages that the
two may see and attacks every field; sqlmap tries the places where an address, a field, a body or
a cookie names something. Any finding above informational is a failure, and so is a scanner that
could not do its work.

The server believes that it stands behind TLS, as in a school, so that its cookies and headers are
those of a school; the scanners speak to it in plain HTTP on the loopback.
"""

import json
import os
import re
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from flask.testing import FlaskClient

from app import create_app
from app.config import ROOT, Settings
from app.extensions import db
from tests.conftest import PASSWORD, add_teacher, fill
from tests.integration.pages import start
from tests.integration.test_drafting_pages import draft_of, publish

SCANNERS = ROOT / ".venv" / "attack" / "bin"
SITE = "https://localhost"
MODULES = (
    "cookieflags,crlf,csp,csrf,exec,file,http_headers,log4shell,methods,permanentxss,redirect,"
    "shellshock,sql,ssl,timesql,upload,xss"
)
"""Of wapiti; not those that need a server elsewhere, nor those that know one product."""
LEFT_ALONE = (
    "/account/logout",
    "/account/sessions/*",
    "/account/people/1/*",
    "/me/leave",
    "/me/erase",
    "/static/*",
)
"""What would end the session that is attacked, and files that nothing computes."""
CLEAN = re.compile(r"all tested parameters do not appear to be injectable|does not seem to be inj")
INJECTED = re.compile(r"identified the following injection point|is vulnerable", re.IGNORECASE)
ON_PURPOSE = {("Cross Site Request Forgery", "/preferences")}
"""Told in docs/security.md, 3.5.1."""
COOKIES = ("__Host-relire_session", "__Host-relire_learner")


@dataclass(frozen=True, slots=True)
class Prey:
    """What there is to attack."""

    learner: str
    """Cookies of a learner, as a header says them."""
    teacher: str
    token: str
    """What the teacher's forms carry."""
    learner_token: str
    attempt: str
    quiz: str
    draft: str


def prepare(instance: Path) -> Prey:
    """Fill an instance, and sign in."""
    app = create_app(Settings.load(instance=instance, https=True))
    fill(app)
    app.config["WTF_CSRF_ENABLED"] = False
    with app.app_context():
        add_teacher(role="admin")  # who sees what a teacher sees, and more
        add_teacher("Blaise Kouassi")
        db.engine.dispose()
    teacher, learner = app.test_client(), app.test_client()
    form = {"email": "ana.lopes@ecole.example", "password": PASSWORD}
    assert teacher.post(f"{SITE}/account/login", data=form).status_code == 302
    draft = draft_of(teacher)
    teacher.post(f"{draft}/keep", data={"what": "wrong"})
    slug = str(publish(teacher, draft).location).rpartition("/")[2]
    kept = draft_of(teacher)
    attempt = start(learner)
    app.config["WTF_CSRF_ENABLED"] = True
    token, learner_token = _token(teacher, f"/teach/quizzes/{slug}"), _token(learner, attempt)
    with app.app_context():
        db.engine.dispose()
    return Prey(
        _cookies(learner),
        _cookies(teacher),
        token,
        learner_token,
        attempt,
        slug,
        kept,
    )


def _token(client: FlaskClient, page: str) -> str:
    found = re.search(r'csrf[_-]token"[^>]*(?:value|content)="([^"]+)"', client.get(page).text)
    assert found, page
    return found[1]


def _cookies(client: FlaskClient) -> str:
    cookies = [client.get_cookie(name) for name in COOKIES]
    return "; ".join(f"{one.key}={one.value}" for one in cookies if one)


@contextmanager
def serve(instance: Path, log: Path) -> Iterator[str]:
    """gunicorn on a free port of the loopback; its address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    ours = {name: value for name, value in os.environ.items() if not name.startswith("RELIRE")}
    env = ours | {"PORT": str(port), "RELIRE_INSTANCE": str(instance), "RELIRE_HTTPS": "1"}
    with log.open("wb") as out:
        server = subprocess.Popen(
            [sys.executable, "-m", "gunicorn", "--config", "gunicorn.conf.py"],
            cwd=ROOT,
            env=env,
            stdout=out,
            stderr=out,
        )
    try:
        url = f"http://127.0.0.1:{port}"
        _wait_for(f"{url}/readyz")
        yield url
    finally:
        server.terminate()
        server.wait(60)


def _wait_for(url: str) -> None:
    for _ in range(300):
        try:
            with urllib.request.urlopen(url, timeout=5):  # noqa: S310 (ours)
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
    raise SystemExit("The server did not start.")


def say(text: str) -> None:
    """Tell whoever runs this."""
    print(text, flush=True)  # noqa: T201


def walk(url: str, who: str, cookies: str, starts: list[str], folder: Path) -> list[str]:
    """Let wapiti attack all that somebody may see; what it found."""
    report = folder / f"wapiti-{who}.json"
    wapiti = str(SCANNERS / "wapiti")
    command = [
        *("--url", f"{url}/", "--scope", "folder", "--module", MODULES, "--color"),
        *("--cookie-value", cookies, "--depth", "6", "--max-links-per-page", "60"),
        *("--max-files-per-dir", "12", "--max-scan-time", "60", "--max-attack-time", "8"),
        *("--level", "2", "--timeout", "10", "--no-bugreport", "--flush-session"),
        *("--store-session", str(folder / who), "--store-config", str(folder / "config")),
        *("--format", "json", "--output", str(report)),
    ]
    for page in starts:
        command += ["--start", url + page]
    for page in LEFT_ALONE:
        command += ["--exclude", url + page]
    # Its tasks sometimes lock each other out of the file where it keeps what it saw.
    for tasks in ("4", "1"):
        alone = [wapiti, *command, "--tasks", tasks]
        done = subprocess.run(alone, capture_output=True, text=True, check=False, timeout=900)
        if report.exists():
            break
    else:
        return [f"wapiti ({who}) could not work:\n{(done.stdout + done.stderr)[-2000:]}"]
    found = json.loads(report.read_text())
    pages = found["infos"].get("crawled_pages_nbr", 0)
    say(f"  wapiti {found['infos']['version']}, as a {who}: {pages} pages and forms")
    for kind, ones in found["additionals"].items():
        if ones:
            say(f"    informational: {kind} ({len(ones)})")
    findings = [
        f"{kind}: {one['method']} {one['path']} ({one.get('parameter', '')}) {one['info']}"
        for group in ("vulnerabilities", "anomalies")
        for kind, ones in found[group].items()
        for one in ones
        if (kind, one["path"]) not in ON_PURPOSE
    ]
    if pages < len(starts):
        findings.append(f"wapiti ({who}) saw {pages} pages only")
    return findings


def targets(url: str, prey: Prey) -> dict[str, list[str]]:
    """What sqlmap tries: an asterisk stands where it writes."""
    learner, teacher = f"--cookie={prey.learner}", f"--cookie={prey.teacher}"
    sent = f"--headers=X-CSRFToken: {prey.learner_token}\nContent-Type: application/json"
    answer = json.dumps({"answer": "ruche*", "seq": 1})
    return {
        "a quiz's address": [f"--url={url}/quizzes/{prey.quiz}*"],
        "an attempt's address": [f"--url={url}{prey.attempt}*", learner],
        "the cookie of a learner": [
            f"--url={url}/me",
            "--cookie=__Host-relire_learner=*",
            "--param-filter=COOKIE",
        ],
        "an answer": [
            f"--url={url}{prey.attempt}/responses/mot",
            *("--method=PUT", f"--data={answer}", learner, sent),
        ],
        "an image's address": [f"--url={url}/media/x*"],
        "a class's code": [f"--url={url}/join/x*"],
        "a one-time link": [f"--url={url}/setup/x*"],
        "what a teacher looks for": [f"--url={url}/teach/?q=march%C3%A9", teacher],
        "a draft's address": [f"--url={url}{prey.draft}*", teacher],
        "a teacher's name": [
            f"--url={url}/account/name",
            f"--data=name=Ana&csrf_token={prey.token}",
            *("-p", "name", teacher),
        ],
    }


def inject(name: str, target: list[str], folder: Path) -> list[str]:
    """Let sqlmap try one place; what it found."""
    command = [
        str(SCANNERS / "sqlmap"),
        *target,
        *("--batch", "--level=2", "--risk=1", "--technique=BEU", "--threads=2", "--timeout=10"),
        *("--ignore-code=400,404,409,422,429", "--disable-coloring", "--flush-session"),
        *("--skip-waf", "--ignore-redirects", "--answers=quit=N,redirect=N,CSRF=N"),
        f"--output-dir={folder}",
    ]
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=240)
    except subprocess.TimeoutExpired:
        return [f"sqlmap, {name}: not finished in four minutes"]
    if INJECTED.search(done.stdout):
        return [f"sqlmap, {name}: {done.stdout[-2000:]}"]
    if not CLEAN.search(done.stdout):
        return [f"sqlmap, {name}, could not work: {(done.stdout + done.stderr)[-2000:]}"]
    say(f"  sqlmap: {name}: nothing")
    return []


def main() -> int:
    """Attack; 1 if anything was found."""
    findings: list[str] = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        instance = folder / "instance"
        prey = prepare(instance)
        log = folder / "server.log"
        with serve(instance, log) as url:
            pages = ["/", "/help", "/me", "/join", "/account/login", f"/quizzes/{prey.quiz}"]
            findings += walk(url, "learner", prey.learner, [*pages, prey.attempt], folder)
            pages = ["/teach/", prey.draft, f"/teach/quizzes/{prey.quiz}", "/account/"]
            pages += ["/account/people", "/account/people/2/address"]
            findings += walk(url, "teacher", prey.teacher, pages, folder)
            for what, target in targets(url, prey).items():
                findings += inject(what, target, folder)
        _, *broken = log.read_text().split("Traceback")
        if broken:
            told = "\n".join(one[:4000] for one in broken[:5])
            findings.append(f"the server broke {len(broken)} times:\n{told}")
    for finding in findings:
        say(f"  FOUND {finding}")
    say("Nothing above informational." if not findings else f"{len(findings)} findings.")
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main())
