"""ZIP archives that anybody may have sent: looked at before anything is unpacked, never on disk.

The declared sizes are checked first, then each member is read in small steps under a cap,
because what an archive declares may be a lie. Nothing is ever written outside memory.
"""

import struct
import zipfile
import zlib
from collections.abc import Iterator
from functools import cached_property
from io import BytesIO
from pathlib import PurePosixPath

from app.errors import N_, Message, Problem, UnreadableFile

__all__ = ["Archive", "is_zip", "write_zip"]

STEP = 64 * 1024
MOST_MEMBERS = 5_000
LARGEST_MEMBER = 20 * 1024 * 1024
LARGEST_TOTAL = 60 * 1024 * 1024
_KIND, _LINK = 0o170000, 0o120000
"""The bits of a Unix mode that tell a file from a link."""
DENSEST = 200
"""How many times smaller than its content an honest member of some size may be."""


def is_zip(data: bytes) -> bool:
    """Whether it starts as a ZIP does."""
    return data[:4] in (b"PK\x03\x04", b"PK\x05\x06")


def _refusal(code: str, file: str, text: str, hint: str, **params: object) -> UnreadableFile:
    problem = Problem(
        code=code,
        message=Message(text, params),
        hint=Message(hint, params),
        file=file,
        line=0,
    )
    return UnreadableFile([problem])


class Archive:
    """The members of an archive by name. Raises UnreadableFile where it means or does harm."""

    def __init__(self, data: bytes, file: str) -> None:
        self.file = file
        try:
            self._zip = zipfile.ZipFile(BytesIO(data))
        except (
            zipfile.BadZipFile,
            OSError,
            ValueError,
            NotImplementedError,
            EOFError,
            struct.error,
        ):
            raise _refusal(
                "broken-archive",
                file,
                N_("L’archive est abîmée ou incomplète : on ne peut pas l’ouvrir."),
                N_("Exportez-la ou téléchargez-la de nouveau."),
            ) from None
        members = [one for one in self._zip.infolist() if not one.is_dir()]
        self._members = {one.filename.replace("\\", "/"): one for one in members}
        self._left = LARGEST_TOTAL
        self._charged: set[str] = set()
        self._check(members)

    def _check(self, members: list[zipfile.ZipInfo]) -> None:
        if len(members) > MOST_MEMBERS:
            raise self._too_large()
        for one in members:
            name = one.filename.replace("\\", "/")
            path = PurePosixPath(name)
            if (
                path.is_absolute()
                or ".." in path.parts
                or ":" in name.partition("/")[0]
                or "\x00" in name
            ):
                raise _refusal(
                    "unsafe-archive",
                    self.file,
                    N_("L’archive contient un nom de fichier dangereux : « %(name)s »."),
                    N_("Refaites l’archive avec le programme qui a exporté les questions."),
                    name=name[:80],
                )
            if (one.external_attr >> 16) & _KIND == _LINK:
                raise _refusal(
                    "unsafe-archive",
                    self.file,
                    N_("L’archive contient un lien au lieu d’un fichier : « %(name)s »."),
                    N_("Refaites l’archive avec les fichiers eux-mêmes."),
                    name=name[:80],
                )
            if one.flag_bits & 0x1:
                raise _refusal(
                    "encrypted-archive",
                    self.file,
                    N_("L’archive est protégée par un mot de passe."),
                    N_("Refaites-la sans mot de passe."),
                )
            if one.file_size > LARGEST_TOTAL or (
                one.file_size > STEP * 16 and one.file_size > DENSEST * max(1, one.compress_size)
            ):
                raise self._too_large()
        if sum(one.file_size for one in members) > 4 * LARGEST_TOTAL:
            raise self._too_large()

    def _too_large(self) -> UnreadableFile:
        return _refusal(
            "archive-too-large",
            self.file,
            N_("Une fois ouverte, l’archive serait beaucoup trop grande."),
            N_("Exportez moins de questions à la fois, sans vidéo ni son."),
        )

    @cached_property
    def names(self) -> tuple[str, ...]:
        """The names of all members, with ``/`` between folders."""
        return tuple(self._members)

    def __contains__(self, name: object) -> bool:
        return name in self._members

    def read(self, name: str) -> bytes | None:
        """A member's content; None if there is no such member. Raises UnreadableFile."""
        one = self._members.get(name)
        if one is None:
            return None
        steps: list[bytes] = []
        size = 0
        try:
            with self._zip.open(one) as member:
                while step := member.read(STEP):
                    size += len(step)
                    if name not in self._charged:  # recognisers look at it before its reader
                        self._left -= len(step)
                    if size > LARGEST_MEMBER or self._left < 0:
                        raise self._too_large()
                    steps.append(step)
        except (
            zipfile.BadZipFile,
            zlib.error,
            OSError,
            EOFError,
            NotImplementedError,
            RuntimeError,
            ValueError,
            struct.error,
        ):
            raise _refusal(
                "broken-archive",
                self.file,
                N_("Dans l’archive, « %(name)s » est abîmé et ne peut pas être lu."),
                N_("Exportez-la ou téléchargez-la de nouveau."),
                name=name[:80],
            ) from None
        self._charged.add(name)
        return b"".join(steps)

    def near(self, member: str, name: str) -> bytes | None:
        """A member named from another one, as a page names its images; None if it is not there."""
        parts: list[str] = []
        for part in (*PurePosixPath(member).parent.parts, *name.split("/")):
            if part == "..":
                if not parts:
                    return None
                parts.pop()
            elif part not in ("", "."):
                parts.append(part)
        return self.read("/".join(parts))

    def ending(self, *suffixes: str) -> Iterator[str]:
        """The names that end so, hidden files of other systems left out, in their order."""
        for name in self._members:
            base = PurePosixPath(name)
            hidden = "__MACOSX" in base.parts or base.name.startswith(".")
            if not hidden and name.lower().endswith(suffixes):
                yield name


def write_zip(members: dict[str, bytes]) -> bytes:
    """An archive of these members; the same members give the same bytes."""
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            info = zipfile.ZipInfo(name, date_time=(2026, 1, 1, 0, 0, 0))
            info.compress_type = zipfile.ZIP_DEFLATED
            info.external_attr = 0o644 << 16
            archive.writestr(info, content)
    return out.getvalue()
