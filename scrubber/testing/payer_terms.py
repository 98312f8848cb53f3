"""What a payer profile asks of a claim, read from its statements: whom to name, what to leave out.

Where a statement can be read in two ways the narrower is taken, so that a claim drawn by it is
valid on either.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

from scrubber.profiles.code_list import CodeList
from scrubber.profiles.loader import load_profiles
from scrubber.profiles.match import Level, Match
from scrubber.profiles.profile import DatedProfile, PayerProfile
from scrubber.profiles.selection import Choice, PayerNamed, ProfileSet
from scrubber.synthetic.procedures import PROCEDURES, REPERTOIRES, PlannedLine, Visit
from scrubber.testing.identities import zip_prefixes
from scrubber.therapy.ncci_limits import limit
from scrubber.therapy.ncci_pairs import Program
from scrubber.therapy.table import known_code, therapy_code
from scrubber.therapy.telehealth import telehealth_service

STATES = ("IL", "TX", "FL", "NY", "CA", "OH", "PA", "WA", "NJ", "GA", "ND", "NC", "MN")
"""States that clinics are in, the simplest first; a profile for another state brings its own."""

FILING = {
    "medicare": "MB", "medicaid": "MC", "wc": "WC", "auto": "AM", "tricare": "CH", "va": "VA",
    "bcbs": "BL", "medicare-advantage": "16", "fep": "FI", "champva": "CH",
    "medicaid-managed": "MC",
}  # fmt: skip
"""The claim filing indicator (SBR09) by payer type; CI for any other."""

_NAMES = {"medicaid": "STATE MEDICAID", "champva": "CHAMPVA"}
"""Payers by line of business, where SBR09 alone does not tell it."""

TAXONOMIES = {"GP": "225100000X", "GO": "225X00000X", "GN": "235Z00000X"}
"""NUCC taxonomy codes of a therapist by discipline modifier."""

_ORDER = ("discipline", "assistant", "ncci", "telehealth", "threshold")
EVALUATIONS = frozenset({"evaluation", "reevaluation", "slp_eval"})
_OLDEST_DAYS = 75
MOST_MODIFIERS = 4
_SINGLE = ("97110", "97530", "97140", "97112", "97535", "92507", "92526", "97116")


@dataclass(frozen=True)
class Identity:
    """How a payer is named (NM109, NM103, SBR09), and in which states that means this profile."""

    payer_id: str
    name: str
    filing: str
    states: tuple[str, ...]


@dataclass(frozen=True)
class PayerTerms:
    """What claims to a payer must be like on a day.

    `visits` are by discipline modifier. `oldest_days` is the age of the oldest service that is in
    time. `under_years` is the age below which its patients must be, 0 if any.
    """

    profile: PayerProfile
    on: DatedProfile
    identities: tuple[Identity, ...]
    visits: dict[str, tuple[Visit, ...]]
    remote_visits: dict[str, tuple[Visit, ...]]
    daily_units: int
    most_visits: int
    oldest_days: int
    under_years: int
    modifier_order: tuple[str, ...]

    @property
    def is_medicare(self) -> bool:
        """Whether this is Medicare: its numbers are MBIs and its patients are not dependents."""
        return self.profile.payer_type == "medicare"

    @property
    def is_accident(self) -> bool:
        """Whether claims rest on an accident."""
        return self.profile.payer_type in ("wc", "auto")

    @property
    def takes_dependents(self) -> bool:
        """Whether the patient may be another person than the subscriber."""
        own_members = ("medicare", "medicare-advantage", "medicaid", "va", "champva")
        return self.profile.payer_type not in own_members

    @property
    def uses_assistants(self) -> bool:
        """Whether CQ and CO mean something to the payer."""
        stated = self.on.assistant_modifiers
        return stated is not None and stated.used

    @property
    def corrections(self) -> tuple[str, ...]:
        """The claim frequencies of replacements and voids that the payer takes."""
        stated = self.on.claim_frequency
        return tuple(one for one in ("7", "8") if stated is None or one in stated.allowed)

    @property
    def is_authorized(self) -> bool:
        """Whether claims carry an authorization: it is wanted, or it lifts a limit."""
        return (
            bool(self.on.authorizations)
            or any(one.unless_authorized for one in self.on.visit_limits)
            or any(one.unless_authorized for one in self.on.daily_limits)
        )


@cache
def shipped() -> ProfileSet:
    """The profiles that come with the program, read once."""
    return load_profiles()


@cache
def terms_of(profile_id: str, as_of: date, profiles: ProfileSet | None = None) -> PayerTerms:
    """The terms of a profile for services in the weeks before `as_of`.

    Raises:
        KeyError: there is no profile with that id.
        ValueError: no claim can be meant for it: all its matches are another's in every state.
    """
    chosen = profiles or shipped()
    profile = chosen[profile_id]
    day = as_of - timedelta(days=1)
    stated = profile.on(day)
    identities = tuple(one for one in _identities(profile, day, chosen) if one.states)
    if not identities:
        raise ValueError(f"no claim is meant for the profile {profile_id} on {day}")
    daily_units = min((_units(one.counts, one.most) for one in stated.daily_limits), default=8)
    visits = {
        discipline: tuple(
            visit for visit in _repertoire(discipline) if _is_taken(visit, discipline, stated, day)
        )
        for discipline in REPERTOIRES
    }
    filing = stated.timely_filing
    in_time = (filing.last_day_for(as_of) - as_of).days if filing else _OLDEST_DAYS + 14
    return PayerTerms(
        profile=profile,
        on=stated,
        identities=identities,
        visits={discipline: found for discipline, found in visits.items() if found},
        remote_visits={
            discipline: tuple(one for one in found if _is_remote(one, stated, day))
            for discipline, found in visits.items()
        },
        daily_units=daily_units,
        most_visits=min((3, *(_visits(one.counts, one.most) for one in stated.visit_limits))),
        oldest_days=min(_OLDEST_DAYS, in_time - 14),
        under_years=min((one.under_years for one in stated.age_limits), default=0),
        modifier_order=stated.modifier_order.classes if stated.modifier_order else _ORDER,
    )


def _identities(profile: PayerProfile, day: date, profiles: ProfileSet) -> list[Identity]:
    filing = FILING.get(profile.payer_type, "CI")
    named = [_named(match, filing) for match in profile.matches if match.stated.holds_on(day)]
    if profile is profiles.default:
        named.append(PayerNamed("99999", "CI", "EXAMPLE HEALTH PLAN"))
    own = {state for match in profile.matches for state in match.states}
    return [
        Identity(
            *(one[0], one[2], one[1]),
            tuple(
                state
                for state in (*STATES, *sorted(own.difference(STATES)))
                if zip_prefixes(state) and _is_surely(profile, profiles.select(one, day, state))
            ),
        )
        for one in named
    ]


def _is_surely(profile: PayerProfile, choice: Choice) -> bool:
    return choice.profile is profile and choice.coverage.certain


def _named(match: Match, filing: str) -> PayerNamed:
    """A payer that meets a match."""
    if match.level is Level.PAYER_ID:
        return PayerNamed(match.text, filing, "EXAMPLE INSURANCE")
    if match.level is Level.PAYER_NAME:
        return PayerNamed("99999", filing, match.text.replace("*", " PLAN").strip())
    if match.level is Level.CLAIM_FILING_INDICATOR:
        return PayerNamed("99999", match.text, "EXAMPLE INSURANCE")
    return PayerNamed("99999", filing, _NAMES.get(match.text, "EXAMPLE INSURANCE"))


def _units(counts: str, most: int) -> int:
    return most // 15 if counts == "minutes" else most


def _visits(counts: str, most: int) -> int:
    return most if counts == "visits" else max(1, most // 4)


def _repertoire(discipline: str) -> list[Visit]:
    """Visits of a discipline, the simplest first: one code, then what is usually given together,
    then evaluations."""
    known = REPERTOIRES[discipline]
    single = [
        (PlannedLine(PROCEDURES[code], 1, min(4, PROCEDURES[code].most_units), False),)
        for code in _SINGLE
        if (row := known_code(code)) is not None and discipline in row.disciplines
    ]
    return [*single, *known.treatments, *known.evaluations, *known.reevaluations]


def _is_taken(visit: Visit, discipline: str, stated: DatedProfile, day: date) -> bool:
    codes = [line.procedure.code for line in visit]
    fewest = sum(line.fewest for line in visit)
    pairs = {(one, other) for one in codes for other in codes}
    return (
        all(_is_payable(code, discipline, stated, day) for code in codes)
        and all(line.fewest <= most_units(line, stated, day) for line in visit)
        and not pairs.intersection(stated.own_pairs)
        and all(
            (len(codes) if one.counts == "codes" else fewest) <= _units(one.counts, one.most)
            for one in stated.daily_limits
        )
        and not (_forbids_treatment(stated) and len(codes) > 1 and any(map(is_evaluation, codes)))
    )


def _forbids_treatment(stated: DatedProfile) -> bool:
    return stated.evaluation_day is not None and not stated.evaluation_day.with_treatment


def _is_payable(code: str, discipline: str, stated: DatedProfile, day: date) -> bool:
    row = therapy_code(code, day)
    refusals = stated.refusals_of(code)
    return (
        row is not None
        and (not row.disciplines or discipline in row.disciplines)
        and code not in stated.replacements
        and all(one.billed_by and discipline not in one.billed_by for one in refusals)
    )


def is_evaluation(code: str) -> bool:
    """Whether the code is an evaluation or re-evaluation."""
    row = known_code(code)
    return row is not None and row.family in EVALUATIONS


def most_units(line: PlannedLine, stated: DatedProfile, day: date) -> int:
    """The most units of a planned line that the payer's table of unlikely edits takes on a day."""
    edits = stated.unlikely_edits
    tables = [Program.MEDICARE]
    if edits is not None and edits.table != "none":
        tables.append(Program(edits.table))
    limits = [found.units for one in tables if (found := limit(line.procedure.code, day, one))]
    return min((line.most, *limits))


def covers(codes: CodeList, code: str) -> bool:
    """Whether a profile's list of codes has this one."""
    return codes.covers(code, known_code(code))


def _is_listed(code: str, stated: DatedProfile, day: date) -> bool:
    """Whether the payer goes by CMS's list of telehealth services and the code is on it."""
    by_list = stated.telehealth_list
    return by_list is not None and by_list.used and telehealth_service(code, day) is not None


def _is_remote(visit: Visit, stated: DatedProfile, day: date) -> bool:
    codes = [line.procedure.code for line in visit]
    refused = [one for one in stated.telehealth if not one.allowed]
    allowed = [one for one in stated.telehealth if one.allowed and one.stated.confidence != "low"]
    return (
        (
            any(all(covers(one.codes, code) for code in codes) for one in allowed)
            or all(_is_listed(code, stated, day) for code in codes)
        )
        and not any(covers(one.codes, code) for one in refused for code in codes)
        and all(_has_room(line, stated) for line in visit)
    )


def _has_room(line: PlannedLine, stated: DatedProfile) -> bool:
    """Whether the modifiers of discipline and telehealth, 59 and what the payer wants besides fit
    into the four places of a line."""
    code = line.procedure.code
    wanted = sum(covers(one.codes, code) for one in stated.required_modifiers)
    return 2 + line.distinct + wanted <= MOST_MODIFIERS
