"""What a rule is: a function with a code, a severity, a status and a source.

The first digit of the code is the WEDI SNIP type. Four kinds, by what they may look at:

- a loop rule sees one loop, wherever a loop of that id stands (a provider's NPI), and the
  date as of which the run is made;
- a line rule sees one service line and the setting of its claim;
- a visit rule sees all lines of a claim on one date of service and the setting;
- a claim rule sees the whole claim and its surroundings.

Loop, line and visit rules must depend on nothing but their arguments: what was clean once is
not looked at again. Whatever else they need belongs into `Setting`. A line or visit rule with
`service_only` looks at even less: procedure, modifiers, description, units, place of service,
own rendering provider (the NM1 of 2420A), notes and dates of its lines; of the charge only whether
there is one, of the dates only which table rows are in force and how many days they span. It need
not be asked again for another charge or another day on which the same table rows are in force.
Where a line or visit rule `concerns` only some services, it is asked about no others; where it is
`asked_by` only some settings, in no others. One with `service_only` that does not see the setting
at all is declared so (`sees_setting`).
"""

from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import NamedTuple

from scrubber.claim.claim import Claim
from scrubber.claim.loop import Party
from scrubber.claim.service_line import ServiceLine
from scrubber.findings import Problem, Severity
from scrubber.profiles.profile import DatedProfile
from scrubber.therapy.documentation import DocumentedLine
from scrubber.therapy.same_day import OtherService


@dataclass(frozen=True, slots=True, eq=False)
class ServiceSetting:
    """What rules with `service_only` may know of the claim, besides the lines.

    Compared by identity; equal settings of a run are one object.

    `payer` is the profile as it stands on the date of service. `taxonomy` is the rendering
    provider's (2310B, else the billing provider's); a line with its own 2420A has its own.
    Rules with `service_only` look at no more of it than discipline and role.
    `documented` holds the documented lines of the claim; None where no documentation was given.
    `authorized`: the claim carries an authorization or referral number (REF G1 or 9F), told only
    where the payer's limits ask for it. `tables` is the folder of imported tables. `likeness` is
    the same for settings in which rules with `service_only` can see no difference. `same_day`
    holds what other claims of the run bill on the days of a documented one. `unbilled` are
    documented minutes of services that stand on no line of the claim.
    """

    payer: DatedProfile
    as_of: date
    place_of_service: str
    taxonomy: str
    is_encounter: bool
    documented: tuple[DocumentedLine, ...] | None = None
    authorized: bool = False
    tables: Path | None = None
    unbilled: tuple[int, ...] = ()
    likeness: int = 0
    same_day: tuple[OtherService, ...] = ()

    def documentation_of(self, line: ServiceLine) -> DocumentedLine | None:
        """The documentation of a line, or None where the user gave none for it."""
        number = line.number
        return next((one for one in self.documented or () if one.line == number), None)

    @property
    def tells_minutes(self) -> bool:
        """Whether documentation or an agreed note may tell the minutes of a line, and of no
        services besides."""
        known = self.documented is not None or self.payer.minutes_note is not None
        return known and not self.unbilled


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Setting(ServiceSetting):
    """What line, visit and claim rules may know of the claim, besides the lines.

    `service` is the part of it that rules with `service_only` are given. `indicators` are CLM06
    to CLM12 as sent, CLM06 first. `responsibility` and `relationship` are SBR01 and SBR02;
    `is_dependent` tells whether the patient is another person than the subscriber.
    """

    frequency: str
    claim_filing_indicator: str
    diagnosis_count: int
    indicators: tuple[str, ...]
    responsibility: str
    relationship: str
    is_dependent: bool
    service: ServiceSetting


@dataclass(frozen=True, slots=True)
class Visit:
    """The lines of one claim on one date of service (lines with a date range count by their
    first day)."""

    day: date
    lines: tuple[ServiceLine, ...]


class ServiceShape(NamedTuple):
    """What tells which rules a line may concern: its code and modifiers, and whether it is
    `worded`: it has a note, a description, documentation, or is not counted in units."""

    code: str
    modifiers: tuple[str, ...]
    worded: bool


LineConcern = Callable[[ServiceShape], bool]
VisitConcern = Callable[[tuple[ServiceShape, ...]], bool]
PayerAsks = Callable[[DatedProfile], bool]
ServiceAsks = Callable[[ServiceSetting], bool]
LoopCheck = Callable[[Party, date], Iterable[Problem]]
LineCheck = Callable[[ServiceLine, Setting], Iterable[Problem]]
VisitCheck = Callable[[Visit, Setting], Iterable[Problem]]
ClaimCheck = Callable[[Claim, Setting], Iterable[Problem]]
Gate = Callable[[Claim, Setting], bool]
LoopGate = Callable[[Party, date], bool]
LoopAspect = Callable[[Party], Hashable]


@dataclass(frozen=True)
class Rule:
    """The catalogue entry of a rule.

    `status` is "category:code", "category:code:entity", with "+code" for a second code; the
    entity "*" is the NM101 of the loop at which the problem lies. `doc` is the page of the rule:
    first line what is wrong, then Why and Fix.
    """

    code: str
    severity: Severity
    status: str
    source: str
    doc: str

    @property
    def snip(self) -> int:
        """The WEDI SNIP type, the first digit of the code."""
        return int(self.code[1])


@dataclass(frozen=True)
class LoopRule(Rule):
    """A rule over one loop; `loops` are the loop ids it applies to.

    With `holds` it runs only where the loop itself holds one of these segments. With a `gate` it
    runs only where the gate is open: a question that several rules share and that is asked once.
    With an `aspect` it looks at nothing of the loop but what that returns, and is not asked again
    about what was found clean.
    """

    check: LoopCheck
    loops: tuple[str, ...]
    gate: LoopGate | None = None
    holds: tuple[str, ...] = ()
    aspect: LoopAspect | None = None


@dataclass(frozen=True)
class LineRule(Rule):
    """A rule over one service line."""

    check: LineCheck
    service_only: bool = False
    sees_setting: bool = True
    concerns: LineConcern | None = None
    asked_by: ServiceAsks | None = None


@dataclass(frozen=True)
class VisitRule(Rule):
    """A rule over the lines of one day."""

    check: VisitCheck
    service_only: bool = False
    sees_setting: bool = True
    concerns: VisitConcern | None = None
    asked_by: ServiceAsks | None = None


@dataclass(frozen=True)
class ClaimRule(Rule):
    """A rule over a claim. It runs only where the claim holds one of the `when` segments or
    loops (ids such as "SVD" or "2320"; "2300/DTP*431" for a segment of a loop by its qualifier,
    which may then be another of the same place) and none of the `unless` ones; without either it
    always runs. With `asked_by`
    it runs only for the payers of whose profile that is true, with `concerns` only in settings
    of which that is true. With a `gate` it runs only where the gate is open: a question that
    several rules share and that is asked once for all of them."""

    check: ClaimCheck
    when: tuple[str, ...] = ()
    asked_by: PayerAsks | None = None
    concerns: Callable[[Setting], bool] | None = None
    gate: Gate | None = None
    unless: tuple[str, ...] = ()


def loop_rule(
    code: str,
    *loops: str,
    severity: Severity,
    status: str,
    source: str,
    gate: LoopGate | None = None,
    holds: tuple[str, ...] = (),
    aspect: LoopAspect | None = None,
) -> Callable[[LoopCheck], LoopRule]:
    """Make a function a loop rule for the loops with these ids."""
    return lambda check: LoopRule(
        code,
        severity,
        status,
        source,
        check.__doc__ or "",
        check,
        tuple(loops),
        gate,
        holds,
        aspect,
    )


def line_rule(
    code: str,
    *,
    severity: Severity,
    status: str,
    source: str,
    service_only: bool = False,
    sees_setting: bool = True,
    concerns: LineConcern | None = None,
    asked_by: ServiceAsks | None = None,
) -> Callable[[LineCheck], LineRule]:
    """Make a function a line rule."""
    return lambda check: LineRule(
        code,
        severity,
        status,
        source,
        check.__doc__ or "",
        check,
        service_only,
        sees_setting,
        concerns,
        asked_by,
    )


def visit_rule(
    code: str,
    *,
    severity: Severity,
    status: str,
    source: str,
    service_only: bool = False,
    sees_setting: bool = True,
    concerns: VisitConcern | None = None,
    asked_by: ServiceAsks | None = None,
) -> Callable[[VisitCheck], VisitRule]:
    """Make a function a visit rule."""
    return lambda check: VisitRule(
        code,
        severity,
        status,
        source,
        check.__doc__ or "",
        check,
        service_only,
        sees_setting,
        concerns,
        asked_by,
    )


def claim_rule(
    code: str,
    *,
    severity: Severity,
    status: str,
    source: str,
    when: tuple[str, ...] = (),
    asked_by: PayerAsks | None = None,
    concerns: Callable[[Setting], bool] | None = None,
    gate: Gate | None = None,
    unless: tuple[str, ...] = (),
) -> Callable[[ClaimCheck], ClaimRule]:
    """Make a function a claim rule."""
    return lambda check: ClaimRule(
        code,
        severity,
        status,
        source,
        check.__doc__ or "",
        check,
        when,
        asked_by,
        concerns,
        gate,
        unless,
    )
