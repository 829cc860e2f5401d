"""Static files: their address carries a digest of all of them, so they are cached for ever.

The digest stands in the folder, ``/static/<digest>/js/relire.js``, so that modules that
import each other by relative address need no rewriting. ``build`` writes compressed copies;
without it the plain files are served, at the same addresses.
"""

import shutil
from functools import partial
from hashlib import blake2s
from pathlib import Path
from wsgiref.headers import Headers

from flask import Flask
from whitenoise import WhiteNoise
from whitenoise.compress import Compressor

from app.config import ROOT, Settings
from app.web.headers import LONG

__all__ = ["build", "init_app"]

SOURCE = ROOT / "static"


def _digest(folder: Path) -> str:
    digest = blake2s(digest_size=5)
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            digest.update(str(path.relative_to(folder)).encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()


def build(settings: Settings) -> Path:
    """Copy the static files beside the database, compressed; does nothing if they are there."""
    root = settings.instance / "static"
    target = root / _digest(SOURCE)
    if target.is_dir():
        return target
    half = root / f"{target.name}.half"
    shutil.rmtree(root, ignore_errors=True)
    shutil.copytree(SOURCE, half)
    compressor = Compressor(use_brotli=False, quiet=True)
    for path in half.rglob("*"):
        if path.is_file() and compressor.should_compress(path.name):
            compressor.compress(str(path))
    _open_to_all(root)
    half.rename(target)
    return target


def _open_to_all(root: Path) -> None:
    """Let a web server in front read them, although all else in the instance is private."""
    root.chmod(0o755)
    for path in root.rglob("*"):
        path.chmod(0o755 if path.is_dir() else 0o644)


def _add_headers(headers: Headers, _path: str, _url: str, *, https: bool) -> None:
    """They are served before the application, whose headers they share as far as they need."""
    headers["X-Content-Type-Options"] = "nosniff"
    headers["Cross-Origin-Resource-Policy"] = "same-origin"
    if https:
        headers["Strict-Transport-Security"] = LONG


def init_app(app: Flask, settings: Settings) -> None:
    """Serve them before any page is asked, and give templates ``static(name)``."""
    digest = _digest(SOURCE)
    built = settings.instance / "static" / digest
    prefix = f"/static/{digest}/"
    app.jinja_env.globals["static"] = partial("{}{}".format, prefix)
    whitenoise = WhiteNoise(
        app.wsgi_app,
        allow_all_origins=False,
        max_age=0,
        add_headers_function=partial(_add_headers, https=settings.https),
        immutable_file_test=lambda _path, url: url.startswith(prefix),
    )
    whitenoise.add_files(str(built if built.is_dir() else SOURCE), prefix=prefix)
    app.wsgi_app = whitenoise  # type: ignore[method-assign]
