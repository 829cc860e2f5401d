"""The journal of security: who came in, who was refused, and what was changed of whose account.

One line an event, in words of ours: accounts are told by their numbers, never by name or address,
and nothing that was sent is in it. With ``RELIRE_LOG=json`` the lines stand among those of requests
(``app.web.logs``), and share their ids.
"""

import logging
from typing import Literal

__all__ = ["Event", "tell"]

log = logging.getLogger("app.security")

Event = Literal[
    "signed in",
    "sign-in refused",
    "signed out",
    "password refused",
    "code refused",
    "password changed",
    "password link asked",
    "password link made",
    "second step on",
    "second step off",
    "session closed",
    "other sessions closed",
    "all sessions closed",
    "invitation made",
    "invitation withdrawn",
    "account made",
    "account closed",
    "account opened",
    "role changed",
    "address change asked",
    "address changed",
    "access refused",
    "form refused",
    "too many requests",
]


def tell(event: Event, account: int | None = None, by: int | None = None) -> None:
    """Write an event down: which account it is about, and who did it where it is somebody else.

    Without an account it is about nobody who is known.
    """
    who = {
        name: number for name, number in (("account", account), ("by", by)) if number is not None
    }
    log.info(event, extra={"more": who})
