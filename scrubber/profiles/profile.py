"""A payer profile as a rule sees it: whole, and as it holds for one claim on a date of service."""

from bisect import bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import NamedTuple, TypeVar

from scrubber.profiles.applicability import that_hold
from scrubber.profiles.claim_statements import (
    Authorization,
    ClaimFrequency,
    Documentation,
    MemberId,
    MinutesNote,
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
from scrubber.profiles.line_of_business import Coverage, LineOfBusiness, line_of_type
from scrubber.profiles.match import Match
from scrubber.profiles.modifier_statements import (
    AssistantModifiers,
    DisciplineModifier,
    ModifierOrder,
    RequiredModifier,
    ThresholdModifier,
)
from scrubber.profiles.rule_statements import FixConsent, RuleSeverity
from scrubber.profiles.statement import Statement
from scrubber.profiles.unit_statements import (
    DailyLimit,
    LineOrder,
    MultipleProcedureReduction,
    OneLinePerCode,
    RelativeValueCap,
    UnitCounting,
    UnitMethod,
    UnlikelyEdits,
    VisitLimit,
)

Kind = TypeVar("Kind")


class ProfileFile(NamedTuple):
    """A file that a profile was made from; `sha256` is that of its bytes, in hexadecimal."""

    id: str
    version: str
    sha256: str
    file: str


class DatedProfile:
    """What a payer profile says of a claim on one date of service; compared and hashed by identity.

    Made by `PayerProfile.on`, once for every coverage and every stretch of days on which nothing
    changes. A kind of which nothing is stated is None or empty: not known, neither allowed nor
    refused.
    """

    __slots__ = (
        "_consents",
        "_severities",
        "age_limits",
        "assistant_modifiers",
        "authorizations",
        "claim_frequency",
        "coverage",
        "daily_limits",
        "discipline_modifier",
        "documentation",
        "evaluation_day",
        "id",
        "line_order",
        "member_ids",
        "minutes_note",
        "modifier_order",
        "multiple_procedure_reduction",
        "name",
        "not_payable",
        "one_line_per_code",
        "own_pairs",
        "pair_edits",
        "payer_type",
        "property_and_casualty",
        "referring_provider",
        "relative_value_cap",
        "replacements",
        "required_modifiers",
        "restricted_place",
        "telehealth",
        "telehealth_list",
        "threshold_modifier",
        "timely_filing",
        "unit_counting",
        "unit_method",
        "unlikely_edits",
        "visit_limits",
        "zero_charge",
    )

    def __init__(
        self, profile: "PayerProfile", statements: Iterable[Statement], coverage: Coverage
    ) -> None:
        stated = tuple(statements)
        self.id = profile.id
        self.coverage = coverage
        self.name = profile.name
        self.payer_type = profile.payer_type
        self.unit_counting = _one(UnitCounting, stated)
        self.unit_method: UnitMethod = self.unit_counting.method if self.unit_counting else "none"
        self.discipline_modifier = _one(DisciplineModifier, stated)
        self.assistant_modifiers = _one(AssistantModifiers, stated)
        self.threshold_modifier = _one(ThresholdModifier, stated)
        self.modifier_order = _one(ModifierOrder, stated)
        self.required_modifiers = _all(RequiredModifier, stated)
        self.daily_limits = _all(DailyLimit, stated)
        self.visit_limits = _all(VisitLimit, stated)
        self.line_order = _one(LineOrder, stated)
        self.relative_value_cap = _one(RelativeValueCap, stated)
        self.unlikely_edits = _one(UnlikelyEdits, stated)
        self.one_line_per_code = _one(OneLinePerCode, stated)
        self.multiple_procedure_reduction = _one(MultipleProcedureReduction, stated)
        self.pair_edits = _one(PairEdits, stated)
        self.own_pairs: Mapping[tuple[str, str], OwnPair] = {
            (pair.column_1, pair.column_2): pair for pair in _all(OwnPair, stated)
        }
        self.replacements: Mapping[str, Replacement] = {
            replacement.code: replacement for replacement in _all(Replacement, stated)
        }
        self.not_payable = _all(NotPayable, stated)
        self.age_limits = _all(AgeLimit, stated)
        self.restricted_place = _one(RestrictedPlace, stated)
        self.evaluation_day = _one(EvaluationDay, stated)
        self.telehealth = _all(Telehealth, stated)
        self.telehealth_list = _one(TelehealthList, stated)
        self.claim_frequency = _one(ClaimFrequency, stated)
        self.referring_provider = _one(ReferringProvider, stated)
        self.authorizations = _all(Authorization, stated)
        self.timely_filing = _one(TimelyFiling, stated)
        self.member_ids = _all(MemberId, stated)
        self.minutes_note = _one(MinutesNote, stated)
        self.zero_charge = _one(ZeroCharge, stated)
        self.property_and_casualty = _one(PropertyAndCasualty, stated)
        self.documentation = _one(Documentation, stated)
        self._severities = {one.rule: one for one in _all(RuleSeverity, stated)}
        self._consents = {one.rule: one for one in _all(FixConsent, stated) if one.given}

    def refusals_of(self, code: str) -> tuple[NotPayable, ...]:
        """Why the payer does not pay a code; empty where nothing says that it does not."""
        return tuple(one for one in self.not_payable if one.codes.covers(code, None))

    def severity_of(self, rule: str) -> RuleSeverity | None:
        """What the profile says of a rule's severity; None leaves the rule its own."""
        return self._severities.get(rule)

    def switches_off(self, rule: str) -> bool:
        """Whether the profile lets a rule say nothing at all."""
        stated = self._severities.get(rule)
        return stated is not None and stated.severity is None

    def last_day_to_file(self, service: date | None) -> date | None:
        """The last day on which a claim may be filed for a day of service; None where no limit is
        stated, or no day is known."""
        limit = self.timely_filing
        return limit.last_day_for(service) if limit is not None and service is not None else None

    def consents_to(self, rule: str) -> FixConsent | None:
        """The standing consent to a rule's REVIEW fixes, or None where there is none."""
        return self._consents.get(rule)


@dataclass(frozen=True, slots=True, eq=False)
class PayerProfile:
    """One payer's rules, flattened: its own statements and those of the profiles it is based on.

    `files` begins with the profile's own file, then come those it is based on. `priority` decides
    between profiles whose matches are equally specific. Compared and hashed by identity.
    """

    id: str
    name: str
    payer_type: str
    version: str
    files: tuple[ProfileFile, ...]
    priority: int
    matches: tuple[Match, ...]
    statements: tuple[Statement, ...]
    note: str = ""
    _turns: tuple[date, ...] = field(init=False, repr=False)
    _states: frozenset[str] = field(init=False, repr=False)
    _views: dict[tuple[int, LineOfBusiness, bool, bool, str], DatedProfile] = field(
        init=False, repr=False
    )

    def __post_init__(self) -> None:
        object.__setattr__(self, "_turns", turning_days(self.statements))
        object.__setattr__(self, "_views", {})
        states = frozenset(state for one in self.statements for state in one.stated.states)
        object.__setattr__(self, "_states", states)

    def __reduce__(self) -> tuple[type["PayerProfile"], tuple[object, ...]]:
        return PayerProfile, (
            *(self.id, self.name, self.payer_type, self.version, self.files),
            *(self.priority, self.matches, self.statements, self.note),
        )

    @property
    def sha256(self) -> str:
        """The hash of the profile's own file."""
        return self.files[0].sha256

    @property
    def line(self) -> LineOfBusiness:
        """The line of business the profile is made for; UNKNOWN for the default profile."""
        return line_of_type(self.payer_type) or LineOfBusiness.UNKNOWN

    def on(self, service: date, coverage: Coverage | None = None) -> DatedProfile:
        """What the profile says of a claim with that coverage on a date of service; the same object
        while nothing changes. Without a coverage, of a claim of the profile's own line."""
        line, certain, decided, state = coverage or Coverage(self.line)
        if state not in self._states:
            state = ""
        key = bisect_right(self._turns, service), line, certain, decided, state
        view = self._views.get(key)
        if view is None:
            coverage = Coverage(line, certain, decided, state)
            in_force = tuple(one for one in self.statements if one.stated.holds_on(service))
            view = DatedProfile(self, that_hold(in_force, coverage), coverage)
            self._views[key] = view
        return view


def turning_days(statements: Iterable[Statement]) -> tuple[date, ...]:
    """The days on which some statement comes into force or is in force no longer, in order."""
    days: set[date] = set()
    for stated in (statement.stated for statement in statements):
        if stated.first_day is not None:
            days.add(stated.first_day)
        if stated.last_day is not None and stated.last_day < date.max:
            days.add(stated.last_day + timedelta(days=1))
    return tuple(sorted(days))


def _one(kind: type[Kind], statements: tuple[Statement, ...]) -> Kind | None:
    return next((one for one in statements if isinstance(one, kind)), None)


def _all(kind: type[Kind], statements: tuple[Statement, ...]) -> tuple[Kind, ...]:
    return tuple(one for one in statements if isinstance(one, kind))
