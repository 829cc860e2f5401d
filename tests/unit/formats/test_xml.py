"""Reading XML that anybody may have sent: places, encodings, what is refused."""

import pytest

from app.formats.xml import parse


def lines_of(data: bytes) -> list[int]:
    root, problems = parse(data, "exercice.xml")
    assert root is not None, problems
    return [element.sourceline or 0 for element in root.iter()]


@pytest.mark.parametrize(
    "before", [b"", b"\xef\xbb\xbf", b"\n\n", b"\xef\xbb\xbf\n \t\n", b" \r\n\r\n"]
)
@pytest.mark.parametrize("declaration", [b"", b'<?xml version="1.0"?>', b'<?xml version="1.0"?>\n'])
def test_lines_are_counted_from_the_top_of_the_file(before: bytes, declaration: bytes) -> None:
    first = (before + declaration).count(b"\n") + 1
    assert lines_of(before + declaration + b"<a>\n<b/>\n</a>\n") == [first, first + 1]


def test_a_fault_is_told_once_at_its_line_with_what_stands_there() -> None:
    root, (problem,) = parse(b'\n\n<?xml version="1.0"?>\n<a>\n<b></a>', "f.xml")
    assert root is None
    assert (problem.line, problem.excerpt) == (5, "<b></a>")
    assert "column" not in str(problem.message.params["problem"])


@pytest.mark.parametrize("declared", ["utf-16", "UTF-16LE", "utf8", "klingon"])
def test_an_encoding_that_cannot_be_the_true_one_is_not_believed(declared: str) -> None:
    root, problems = parse(f'<?xml version="1.0" encoding="{declared}"?><a>été</a>'.encode(), "f")
    assert problems == []
    assert root is not None
    assert root.text == "été"


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-be", "iso-8859-1", "cp1252"])
def test_an_encoding_that_is_declared_is_used(encoding: str) -> None:
    name = encoding.removesuffix("-be")
    mark = b"\xfe\xff" if encoding.endswith("be") else b""
    root, _ = parse(
        mark + f'<?xml version="1.0" encoding="{name}"?><a>été</a>\n'.encode(encoding), "f"
    )
    assert root is not None
    assert root.text == "été"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-7"])
def test_entities_of_its_own_are_refused_in_any_encoding(encoding: str) -> None:
    source = (
        '<!DOCTYPE a [<!ENTITY x "y"><!ENTITY z SYSTEM "file:///etc/hostname">]><a b="&x;">&z;</a>'
    )
    declared = b'<?xml version="1.0" encoding="utf-7"?>' if encoding == "utf-7" else b""
    root, (problem,) = parse(declared + source.encode(encoding), "f")
    assert root is None
    assert problem.code in ("xml-entity", "not-xml")


def test_a_document_type_without_entities_is_read_over() -> None:
    root, problems = parse(b'<!DOCTYPE a SYSTEM "a.dtd" [<!ELEMENT a ANY>]><a>b</a>', "f")
    assert problems == []
    assert root is not None


def test_a_document_that_is_too_deep_is_told_in_words() -> None:
    root, (problem,) = parse(b"<a>" * 5_000, "f")
    assert root is None
    assert "niveaux" in problem.message.text
