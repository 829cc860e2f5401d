"""QTI items written for the tests: in the spelling of QTI 2, from which QTI 3 is made."""

import re
from io import BytesIO
from zipfile import ZipFile

from PIL import Image

NAMESPACES = {
    "2.0": "http://www.imsglobal.org/xsd/imsqti_v2p0",
    "2.1": "http://www.imsglobal.org/xsd/imsqti_v2p1",
    "2.2": "http://www.imsglobal.org/xsd/imsqti_v2p2",
    "3.0": "http://www.imsglobal.org/xsd/imsqtiasi_v3p0",
}
HTML = frozenset(
    "p div br img b i em strong ul li table tr td h1 h2 h3 blockquote object math mi mo span".split()
)
MATCH = "http://www.imsglobal.org/question/qti_v2p1/rptemplates/match_correct"
MAP = "http://www.imsglobal.org/question/qti_v2p1/rptemplates/map_response"
LONG = (
    "<p>Chaque matin, le facteur pose son vélo contre le mur de la mairie et compte les lettres "
    "une à une. Il connaît les maisons, les chiens et les prénoms de tous les enfants du village.</p>"
    "<p>Le soir venu, il raconte ses journées à sa fille, qui les écrit dans un grand cahier bleu.</p>"
)


def item(
    body: str,
    declarations: str = "",
    *,
    version: str = "2.1",
    processing: str = f'<responseProcessing template="{MATCH}"/>',
    outcomes: str = "",
    after: str = "",
    title: str = "Titre",
) -> str:
    """An item of that version."""
    written = (
        f'<assessmentItem xmlns="{NAMESPACES[version]}" identifier="i1" title="{title}"'
        f' adaptive="false" timeDependent="false">{declarations}'
        f'<outcomeDeclaration identifier="SCORE" cardinality="single" baseType="float"/>{outcomes}'
        f"<itemBody>{body}</itemBody>{processing}{after}</assessmentItem>"
    )
    return spelt(written, version)


def spelt(xml: str, version: str) -> str:
    """The same XML as that version spells it."""
    if version != "3.0":
        return xml

    def kebab(name: str) -> str:
        return re.sub(r"(?<=[a-z])(?=[A-Z])", "-", name).lower()

    def tag(found: re.Match[str]) -> str:
        slash, name, rest = found.groups()
        rest = re.sub(r"\b([a-z]+[A-Z]\w*)=", lambda one: f"{kebab(one[1])}=", rest)
        return f"<{slash}{name if name in HTML else f'qti-{kebab(name)}'}{rest}>"

    return re.sub(r"<(/?)([A-Za-z]\w*)((?:\s[^<>]*?)?/?)>", tag, xml)


def response(
    *values: str,
    cardinality: str = "single",
    base: str = "identifier",
    name: str = "RESPONSE",
    mapping: str = "",
) -> str:
    """The declaration of a response; ``mapping`` as ``"A=1 B=-0.5"``."""
    correct = "".join(f"<value>{value}</value>" for value in values)
    entries = "".join(
        f'<mapEntry mapKey="{key}" mappedValue="{worth}"/>'
        for key, _, worth in (one.rpartition("=") for one in mapping.split("; ") if one)
    )
    return (
        f'<responseDeclaration identifier="{name}" cardinality="{cardinality}" baseType="{base}">'
        + (f"<correctResponse>{correct}</correctResponse>" if correct else "")
        + (f'<mapping defaultValue="0">{entries}</mapping>' if entries else "")
        + "</responseDeclaration>"
    )


def choice(
    *texts: str,
    prompt: str = "Qui raconte ?",
    most: int = 1,
    name: str = "RESPONSE",
    more: str = "",
) -> str:
    """A choice interaction; choices are A, B, C…"""
    choices = "".join(
        f'<simpleChoice identifier="{chr(65 + n)}">{text}</simpleChoice>'
        for n, text in enumerate(texts)
    )
    asked = f"<prompt>{prompt}</prompt>" if prompt else ""
    return (
        f'<choiceInteraction responseIdentifier="{name}" maxChoices="{most}" {more}>'
        f"{asked}{choices}</choiceInteraction>"
    )


def archive(**members: str | bytes) -> bytes:
    """A ZIP; ``items__q1_xml`` names ``items/q1.xml``."""
    return zipped(
        {name.replace("__", "/").replace("_xml", ".xml"): m for name, m in members.items()}
    )


def zipped(members: dict[str, str | bytes]) -> bytes:
    """A ZIP of these members."""
    out = BytesIO()
    with ZipFile(out, "w") as made:
        for name, content in members.items():
            made.writestr(name, content)
    return out.getvalue()


def manifest(*names: str, kind: str = "imsqti_item_xmlv2p1") -> str:
    """A manifest that lists these files."""
    resources = "".join(
        f'<resource identifier="r{n}" type="{kind}" href="{name}"><file href="{name}"/></resource>'
        for n, name in enumerate(names)
    )
    return (
        '<manifest xmlns="http://www.imsglobal.org/xsd/imscp_v1p1" identifier="m">'
        f"<organizations/><resources>{resources}</resources></manifest>"
    )


def exam(*names: str, title: str = "Un test") -> str:
    """A test of one section."""
    refs = "".join(
        f'<assessmentItemRef identifier="i{n}" href="{x}"/>' for n, x in enumerate(names)
    )
    return (
        f'<assessmentTest xmlns="{NAMESPACES["2.1"]}" identifier="t" title="{title}">'
        '<testPart identifier="p" navigationMode="linear" submissionMode="individual">'
        f'<assessmentSection identifier="s" title="Lecture" visible="true">{refs}'
        "</assessmentSection></testPart></assessmentTest>"
    )


def picture() -> bytes:
    """A small image."""
    out = BytesIO()
    Image.new("RGB", (4, 4), "navy").save(out, "PNG")
    return out.getvalue()
