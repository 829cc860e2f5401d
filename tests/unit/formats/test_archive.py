"""ZIP archives that anybody may have sent: what is refused, and in which words."""

import struct
import warnings
from collections.abc import Iterable
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

import pytest

from app.errors import UnreadableFile
from app.formats import read_upload
from app.formats.archive import LARGEST_TOTAL, MOST_MEMBERS, Archive, write_zip
from app.formats.base import Upload


def unpack(data: bytes, names: Iterable[str]) -> None:
    archive = Archive(data, "paquet.zip")
    for name in names:
        archive.read(name)


def refusal(data: bytes, *names: str) -> str:
    """The code for which an archive is refused, when opened or when these members are read."""
    with pytest.raises(UnreadableFile) as caught:
        unpack(data, names)
    (problem,) = caught.value.problems
    assert problem.file == "paquet.zip"
    assert problem.hint is not None
    return problem.code


@pytest.mark.parametrize(
    "name",
    ["../q.xml", "a/../../q.xml", "..\\q.xml", "/etc/q.xml", "\\q.xml", "C:/q.xml", "C:q.xml"],
)
def test_a_name_that_leads_elsewhere_is_refused(name: str) -> None:
    assert refusal(write_zip({"q.xml": b"", name: b""})) == "unsafe-archive"


def test_a_link_is_refused() -> None:
    out = BytesIO()
    with ZipFile(out, "w") as made:
        link = ZipInfo("q.xml")
        link.external_attr = 0o120777 << 16
        made.writestr(link, "/etc/hostname")
    assert refusal(out.getvalue()) == "unsafe-archive"


def test_a_password_is_asked_to_be_left_out() -> None:
    data = bytearray(write_zip({"q.xml": b"<a/>"}))
    data[data.index(b"PK\x03\x04") + 6] |= 1
    data[data.index(b"PK\x01\x02") + 8] |= 1
    assert refusal(bytes(data)) == "encrypted-archive"


@pytest.mark.parametrize("kept", [0.3, 0.7, 0.95])
def test_a_cut_archive_is_told_to_be_incomplete(kept: float) -> None:
    data = write_zip({f"q{n}.xml": bytes(range(256)) for n in range(4)})
    assert refusal(data[: int(len(data) * kept)]) == "broken-archive"


def test_a_member_that_is_damaged_is_told() -> None:
    data = bytearray(write_zip({"q.xml": b"<a/>"}))
    data[data.index(b"PK\x01\x02") + 16] ^= 0xFF  # its checksum
    assert refusal(bytes(data), "q.xml") == "broken-archive"


def test_what_would_be_huge_is_refused_before_it_is_unpacked() -> None:
    assert refusal(write_zip({"q.xml": b" " * (LARGEST_TOTAL + 1)})) == "archive-too-large"
    many = {f"q{n}.xml": b" " * 2**20 for n in range(300)}
    assert refusal(write_zip(many)) == "archive-too-large"


def test_a_size_that_is_a_lie_gives_no_more_than_it_says() -> None:
    true, said = 30_000_000, 100
    data = write_zip({"q.xml": b" " * true})
    lying = data.replace(struct.pack("<I", true), struct.pack("<I", said))
    assert refusal(lying, "q.xml") in ("broken-archive", "archive-too-large")


def test_what_is_read_of_all_members_together_has_an_end() -> None:
    noise = bytes(range(256)) * 60_000
    members = {f"q{n}.bin": noise for n in range(6)}
    out = BytesIO()
    with ZipFile(out, "w") as stored:  # as they are: no size looks suspicious
        for name, content in members.items():
            stored.writestr(name, content)
    assert refusal(out.getvalue(), *members) == "archive-too-large"


def test_thousands_of_members_are_too_many() -> None:
    assert (
        refusal(write_zip({f"q{n}": b"" for n in range(MOST_MEMBERS + 1)})) == "archive-too-large"
    )


def test_of_members_with_one_name_the_last_is_read() -> None:
    out = BytesIO()
    with warnings.catch_warnings(), ZipFile(out, "w", ZIP_DEFLATED) as made:
        warnings.simplefilter("ignore")
        for content in ("un", "deux"):
            made.writestr("q.xml", content)
    assert Archive(out.getvalue(), "paquet.zip").read("q.xml") == b"deux"


def test_an_archive_in_an_archive_is_not_opened() -> None:
    inner = write_zip({"q.xml": b"<a/>"})
    result = read_upload(Upload(write_zip({"paquet.zip": inner}), "paquet.zip"))
    (problem,) = result.problems
    assert problem.code == "not-questions"
    assert "archives" in problem.message.text


def test_near_stays_inside() -> None:
    archive = Archive(write_zip({"a/b.xml": b"b", "c.png": b"c"}), "paquet.zip")
    assert archive.near("a/b.xml", "../c.png") == b"c"
    assert archive.near("a/b.xml", "../../c.png") is None
