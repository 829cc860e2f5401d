"""How a QTI item is marked: what each response declares, and what its processing adds.

Response processing is a small programming language. Its two standard programs, and the forms
that authoring tools write them in, need no reading: the declaration says it all. From the rest
we take what teachers meant: values compared one by one, tolerances, and which feedback goes
with a right or a wrong answer. Whether something was left out is told by ``custom``.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from app.formats.qti.names import all_named, child, folded, kin, number_in
from app.formats.xml import Element

__all__ = ["Response", "Scoring", "declared", "points_of", "scoring_of"]

_PLAIN = frozenset(
    "and any basevalue correct default equal gt gte isnull lt lte mapresponse match member multiple"
    " not null or product responsecondition responseelse responseelseif responseif setoutcomevalue"
    " stringmatch sum variable".split()
)
"""What the standard programs and their usual variants are made of."""

_COMPARED = frozenset({"equal", "match", "member", "stringmatch"})


@dataclass
class Response:
    """One response variable: its type, its right value or values, and what values are worth."""

    identifier: str
    cardinality: str = ""
    base: str = ""
    correct: list[str] = field(default_factory=list)
    mapping: dict[str, float] = field(default_factory=dict)
    upper: float | None = None
    default: float = 0.0
    """What a value is worth that the mapping does not name."""
    sensitive: bool = False
    """Whether capitals are said to count."""

    @property
    def best(self) -> float:
        """The largest value of the mapping."""
        return max(self.mapping.values(), default=0.0)

    @property
    def punishes(self) -> bool:
        """Whether the mapping takes points for some value."""
        return min(self.mapping.values(), default=0.0) < 0 or self.default < 0

    @property
    def pairs(self) -> list[tuple[str, str]]:
        """The right pairs, or those that the mapping pays."""
        values = self.correct or [key for key, worth in self.mapping.items() if worth > 0]
        split = (value.split() for value in values)
        return [(both[0], both[1]) for both in split if len(both) == 2]  # noqa: PLR2004


@dataclass
class Scoring:
    """What the processing of responses says beyond their declarations."""

    template: str = ""
    custom: bool = False
    human: bool = False
    """Whether a person is to mark the item."""
    worth: dict[str, dict[str, float]] = field(default_factory=dict)
    """Response → value → what it was given, where values are compared one by one."""
    tolerance: dict[str, tuple[str, float]] = field(default_factory=dict)
    """Response → (absolute or relative, how far)."""
    roles: dict[str, str] = field(default_factory=dict)
    """Feedback → "right", "wrong", or the value for which it is shown."""
    shown: dict[str, str] = field(default_factory=dict)
    """Outcome that is true or false → "right" or "wrong", as for which answer it is true."""


def declared(item: Element) -> dict[str, Response]:
    """The responses that an item declares, by identifier."""
    found: dict[str, Response] = {}
    for one in kin(item, "responsedeclaration"):
        response = Response(
            identifier=one.get("identifier", ""),
            cardinality=one.get("cardinality", "").lower(),
            base=one.get("basetype", "").lower(),
        )
        for correct in kin(one, "correctresponse"):
            response.correct += [text for value in kin(correct, "value") if (text := folded(value))]
        mapping = child(one, "mapping")
        if mapping is not None:
            response.upper = number_in(mapping.get("upperbound"))
            response.default = number_in(mapping.get("defaultvalue")) or 0.0
        for entry in kin(mapping, "mapentry"):
            key = " ".join(entry.get("mapkey", "").split())
            worth = number_in(entry.get("mappedvalue"))
            if key and worth is not None:
                response.mapping[key] = worth
                response.sensitive |= entry.get("casesensitive", "").lower() in ("true", "1")
        found.setdefault(response.identifier, response)
    return found


def points_of(item: Element) -> float | None:
    """What the item is worth, if it says so plainly."""
    outcomes = {one.get("identifier", "").upper(): one for one in kin(item, "outcomedeclaration")}
    stated = folded(child(outcomes.get("MAXSCORE"), "defaultvalue", "value"))
    score = outcomes.get("SCORE")
    points = number_in(stated) or number_in(score.get("normalmaximum") if score is not None else "")
    return points if points and 0 < points <= 100 else None  # noqa: PLR2004 (a question's limit)


def scoring_of(item: Element) -> Scoring:
    """What an item's response processing says."""
    outcomes = kin(item, "outcomedeclaration")
    scoring = Scoring(human=any(one.get("externalscored") for one in outcomes))
    for processing in kin(item, "responseprocessing"):
        address = processing.get("template") or processing.get("templatelocation") or ""
        scoring.template = address.rpartition("/")[2].lower().removesuffix(".xml")
        inside = [one.tag for one in processing.iter() if one is not processing]
        standard = ("match_correct", "map_response", "match", "match_basic")
        known = scoring.template.removeprefix("cc2_") in standard
        scoring.custom |= not set(inside) <= _PLAIN or bool(
            scoring.template and not known and not inside
        )
        _read_rules(processing, scoring, told=[])
    return scoring


@dataclass(frozen=True)
class _Fact:
    """What a condition establishes: a variable has its right value, or this one."""

    variable: str
    value: str = ""
    right: bool = True


def _read_rules(parent: Element, scoring: Scoring, told: list[_Fact]) -> None:
    for rule in parent:
        if rule.tag == "responsecondition":
            for branch in rule:
                if branch.tag == "responseelse":
                    facts = [_Fact("", right=False)]
                else:
                    facts = list(_facts(branch[0], scoring)) if len(branch) else []
                _read_rules(branch, scoring, facts or told)
        elif rule.tag == "setoutcomevalue":
            _read_outcome(rule, scoring, told)


def _facts(test: Element, scoring: Scoring) -> Iterator[_Fact]:
    """What is known where a condition holds, as far as it is of a kind that we know."""
    if test.tag in ("and", "or"):
        _read_bounds(test, scoring)
        for one in test:
            yield from _facts(one, scoring)
    elif test.tag == "not":
        for one in test:
            for fact in _facts(one, scoring):
                yield replace(fact, right=not fact.right)
    elif test.tag in _COMPARED:
        yield from _compared(test, scoring)
    elif test.tag in ("lt", "gte"):
        names = [one.get("identifier", "").upper() for one in kin(test, "variable")]
        if names == ["SCORE", "MAXSCORE"]:
            yield _Fact("", right=test.tag == "gte")


def _compared(test: Element, scoring: Scoring) -> Iterator[_Fact]:
    variable, value = child(test, "variable"), child(test, "basevalue")
    name = variable.get("identifier", "") if variable is not None else ""
    if test.tag == "equal":
        _read_tolerance(test, name, scoring)
    said = folded(value)
    listed = child(test, "multiple") if test.tag == "member" else None
    judged = {"correct": True, "incorrect": False}
    if child(test, "correct") is not None:
        yield _Fact(name)
    elif name.upper().startswith("FEEDBACK") and said in judged:
        yield _Fact("", right=judged[said])
    elif said:
        yield _Fact(name, said)
    for one in kin(listed, "basevalue"):
        yield _Fact(name, folded(one))


def _read_bounds(test: Element, scoring: Scoring) -> None:
    """Two numbers between which a response must lie: a tolerance of half the way.

    Their order in the file says nothing: some programs write it the wrong way round.
    """
    ends: dict[str, list[float]] = {}
    for one in kin(test, "gt", "gte", "lt", "lte"):
        variable, end = child(one, "variable"), number_in(folded(child(one, "basevalue")))
        if variable is not None and end is not None:
            ends.setdefault(variable.get("identifier", ""), []).append(end)
    for name, both in ends.items():
        if len(both) == 2:  # noqa: PLR2004 (a lower and an upper one)
            far = round(abs(both[0] - both[1]) / 2, 9)
            scoring.tolerance.setdefault(name, ("absolute", far))


def _read_tolerance(test: Element, name: str, scoring: Scoring) -> None:
    mode = test.get("tolerancemode", "exact").lower()
    ends = [abs(end) for one in test.get("tolerance", "").split() if (end := number_in(one))]
    if mode in ("absolute", "relative") and ends:
        scoring.tolerance[name] = (mode, max(ends))


def _read_outcome(rule: Element, scoring: Scoring, told: list[_Fact]) -> None:
    outcome = rule.get("identifier", "").upper()
    judged = {fact.right for fact in _facts(rule[0], scoring)} if len(rule) else set()
    if len(judged) == 1:
        scoring.shown[rule.get("identifier", "")] = "right" if judged.pop() else "wrong"
    for value in all_named(rule, "basevalue"):
        said = folded(value)
        if value.get("basetype") == "identifier":
            roles = {fact.value or ("right" if fact.right else "wrong") for fact in told}
            if len(roles) == 1:
                scoring.roles.setdefault(said, roles.pop())
        elif outcome.startswith("SCORE") and (worth := number_in(said)) and worth > 0:
            for fact in told:
                if fact.value and fact.right:
                    values = scoring.worth.setdefault(fact.variable, {})
                    values[fact.value] = max(worth, values.get(fact.value, 0))
