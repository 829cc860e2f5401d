"""The system's Chromium, as the browser tests start it."""

import shutil

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")

# Chromium's own sandbox needs rights that containers and root do not have; it only ever opens
# our own pages. The other arguments keep it from calling home at every start.
LAUNCH_ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-gpu-rasterization",
    "--disable-software-rasterizer",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


class ChromiumNotFoundError(LookupError):
    """No Chromium is installed."""


def find_chromium() -> str:
    """Say where Chromium is, for playwright's `executable_path`."""
    for name in NAMES:
        if path := shutil.which(name):
            return path
    message = "Browser tests need Chromium. On Debian: sudo apt install chromium"
    raise ChromiumNotFoundError(message)
