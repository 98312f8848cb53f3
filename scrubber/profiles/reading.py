"""Reading one profile file: from bytes to a record that is not yet flattened."""

from collections.abc import Callable, Iterable, Iterator
from hashlib import sha256
from itertools import combinations
from typing import TYPE_CHECKING, NamedTuple, cast

from scrubber.profiles.attributes import Attributes
from scrubber.profiles.claim_statements import (
    Authorization,
    ClaimFrequency,
    Documentation,
    MemberId,
    MinutesNote,
    Participation,
    PropertyAndCasualty,
    ReferringProvider,
    TimelyFiling,
    ZeroCharge,
)
from scrubber.profiles.code_statements import (
    AgeLimit,
    EvaluationDay,
    NotPayable,
    OwnPair,
    PairEdits,
    Replacement,
    RestrictedPlace,
    Telehealth,
    TelehealthList,
)
from scrubber.profiles.errors import Fault, ProfileError
from scrubber.profiles.line_of_business import LineOfBusiness, line_of_type
from scrubber.profiles.match import Level, Match
from scrubber.profiles.modifier_statements import (
    AssistantModifiers,
    DisciplineModifier,
    ModifierOrder,
    RequiredModifier,
    ThresholdModifier,
)
from scrubber.profiles.profile import ProfileFile
from scrubber.profiles.rule_statements import FixConsent, RuleSeverity
from scrubber.profiles.schema import parse_profile
from scrubber.profiles.statement import Origin, Stated, Statement
from scrubber.profiles.tag_lines import TagLines
from scrubber.profiles.unit_statements import (
    DailyLimit,
    LineOrder,
    MultipleProcedureReduction,
    OneLinePerCode,
    RelativeValueCap,
    UnitCounting,
    UnlikelyEdits,
    VisitLimit,
)

if TYPE_CHECKING:
    from lxml import etree

_READ: dict[str, Callable[[Attributes], Statement]] = {
    "participation": Participation.read,
    "discipline-modifier": DisciplineModifier.read,
    "assistant-modifiers": AssistantModifiers.read,
    "threshold-modifier": ThresholdModifier.read,
    "modifier-order": ModifierOrder.read,
    "required-modifier": RequiredModifier.read,
    "unit-counting": UnitCounting.read,
    "daily-limit": DailyLimit.read,
    "visit-limit": VisitLimit.read,
    "line-order": LineOrder.read,
    "relative-value-cap": RelativeValueCap.read,
    "unlikely-edits": UnlikelyEdits.read,
    "one-line-per-code": OneLinePerCode.read,
    "multiple-procedure-reduction": MultipleProcedureReduction.read,
    "pair-edits": PairEdits.read,
    "own-pair": OwnPair.read,
    "replacement": Replacement.read,
    "not-payable": NotPayable.read,
    "age-limit": AgeLimit.read,
    "restricted-place": RestrictedPlace.read,
    "evaluation-day": EvaluationDay.read,
    "telehealth": Telehealth.read,
    "telehealth-list": TelehealthList.read,
    "claim-frequency": ClaimFrequency.read,
    "referring-provider": ReferringProvider.read,
    "authorization": Authorization.read,
    "timely-filing": TimelyFiling.read,
    "member-id": MemberId.read,
    "minutes-note": MinutesNote.read,
    "zero-charge": ZeroCharge.read,
    "property-and-casualty": PropertyAndCasualty.read,
    "documentation": Documentation.read,
}
_READ_FOR_RULE: dict[str, Callable[[Attributes, str], Statement]] = {
    "severity": RuleSeverity.read,
    "fix-consent": FixConsent.read,
}
_LEVELS = {
    "payer-id": Level.PAYER_ID,
    "payer-name": Level.PAYER_NAME,
    "claim-filing-indicator": Level.CLAIM_FILING_INDICATOR,
    "line-of-business": Level.LINE_OF_BUSINESS,
}


class _Whole(NamedTuple):
    """The file that is being read."""

    id: str
    file: str
    lines: TagLines


class Removal(NamedTuple):
    """Statements that a profile does not take over from the one it is based on.

    An empty `key` means all statements of the kind.
    """

    kind: str
    key: str
    reason: str
    origin: Origin


class ProfileSource(NamedTuple):
    """What one profile file says, before it is joined with the profile it is based on."""

    file: ProfileFile
    origin: Origin
    name: str
    payer_type: str
    based_on: str
    note: str
    priority: int
    matches: tuple[Match, ...]
    statements: tuple[Statement, ...]
    removals: tuple[Removal, ...]

    @property
    def id(self) -> str:
        """The id of the profile."""
        return self.file.id


def read_source(content: bytes, file: str) -> ProfileSource:
    """Read the bytes of a profile; `file` is the name that messages and origins give.

    Raises ProfileError for what is not well-formed, not valid by the schema, or contradicts
    itself.
    """
    root = parse_profile(content, file)
    whole = _Whole(root.get("id", "").strip(), file, TagLines(content))
    profile = _attributes(root, whole)
    matches = root.find("matches")
    source = ProfileSource(
        file=ProfileFile(
            profile.text("id"), profile.text("version"), sha256(content).hexdigest(), file
        ),
        origin=profile.origin,
        name=profile.text("name"),
        payer_type=profile.text("type"),
        based_on=profile.text("based-on"),
        note=profile.text("note"),
        priority=0 if matches is None else int(matches.get("priority", "0")),
        matches=tuple(_matches(matches, whole, line_of_type(profile.text("type")))),
        statements=tuple(_statements(root, whole)),
        removals=tuple(_removals(root, whole)),
    )
    if source.payer_type == "default" and source.matches:
        profile.refuse("the default profile has matches", "no matches: it takes what is left")
    _refuse_repetition(source.matches)
    _refuse_repetition(source.statements)
    return source


def _attributes(element: "etree._Element", whole: _Whole) -> Attributes:
    kind = str(element.tag)
    line = whole.lines.tag(kind, cast(int, element.sourceline))
    values = {str(name): str(value) for name, value in element.items()}
    return Attributes(kind, values, Origin(whole.id, whole.file, line))


def _matches(
    matches: "etree._Element | None", whole: _Whole, line: LineOfBusiness | None
) -> Iterator[Match]:
    for element in () if matches is None else matches:
        yield Match.read(_attributes(element, whole), _LEVELS[element.tag], line)


def _statements(root: "etree._Element", whole: _Whole) -> Iterator[Statement]:
    for element in root:
        read = _READ.get(element.tag)
        if read is not None:
            yield read(_attributes(element, whole))
        elif element.tag == "rule":
            for child in element:
                of = _attributes(child, whole)
                yield _READ_FOR_RULE[child.tag](of, element.get("code", "").strip())


def _removals(root: "etree._Element", whole: _Whole) -> Iterator[Removal]:
    for element in root.iterchildren("without"):
        of = _attributes(element, whole)
        kind = of.text("statement")
        if kind not in _READ and kind not in _READ_FOR_RULE:
            of.refuse(f"without names no statement: {kind}", "one of " + ", ".join(sorted(_READ)))
        yield Removal(kind, of.text("id"), of.text("reason"), of.origin)


def _refuse_repetition(statements: Iterable[Statement]) -> None:
    """Two statements of the same kind and key must not be in force on the same day."""
    by_key: dict[tuple[str, str], list[Stated]] = {}
    for stated in (statement.stated for statement in statements):
        by_key.setdefault((stated.kind, stated.key), []).append(stated)
    faults = [
        _repeated(one, other)
        for group in by_key.values()
        for one, other in combinations(group, 2)
        if one.overlaps(other)
    ]
    if faults:
        raise ProfileError(faults)


def _repeated(one: Stated, other: Stated) -> Fault:
    what = f"{other.kind} {other.key}".rstrip()
    return Fault(
        other.origin.file,
        other.origin.line,
        f"{what} is stated for days on which line {one.origin.line} states it too",
        "one statement a day: other dates in from and to, another id, or one of them removed",
    )
