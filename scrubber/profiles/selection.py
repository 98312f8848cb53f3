"""Choosing the payer profile of a claim."""

from bisect import bisect_right
from collections.abc import Iterator
from datetime import date
from functools import lru_cache
from itertools import combinations
from typing import NamedTuple

from scrubber.profiles.errors import Fault, ProfileError
from scrubber.profiles.line_of_business import Coverage, coverage_of
from scrubber.profiles.match import Level, Match, name_matches, normal_name
from scrubber.profiles.profile import PayerProfile, turning_days

# More payers than a clearinghouse file names; what falls out is found again by looking.
_MOST_REMEMBERED = 20_000


class PayerNamed(NamedTuple):
    """How a claim names its payer: 2010BB NM109, SBR09, 2010BB NM103 and SBR04."""

    id: str = ""
    claim_filing_indicator: str = ""
    name: str = ""
    plan_name: str = ""


class Choice(NamedTuple):
    """The profile that judges a claim, and under which line of business."""

    profile: PayerProfile
    coverage: Coverage


class ProfileSet:
    """All profiles of a run, and the choice among them.

    Only profiles for the claim's line of business are chosen from. The order of precedence: payer
    id, then payer name, then claim filing indicator, then line of business, then the default
    profile; at one level a match for certain states before one for all, then the higher priority
    of the profile. What is left undecided is refused when the set is made, so a choice never
    depends on the order of files.
    """

    def __init__(self, profiles: tuple[PayerProfile, ...]) -> None:
        """Raises ProfileError for two profiles that a claim could meet equally well, and unless
        there is exactly one profile of type default."""
        self.profiles = tuple(sorted(profiles, key=lambda profile: profile.id))
        self._by_id = {profile.id: profile for profile in self.profiles}
        self.default = _default(self.profiles)
        candidates = [(match, one) for one in self.profiles for match in one.matches]
        _refuse_ties(candidates)
        self._turns = turning_days(match for match, _ in candidates)
        self._names = [pair for pair in candidates if pair[0].level is Level.PAYER_NAME]
        self._codes: dict[tuple[Level, str], list[tuple[Match, PayerProfile]]] = {}
        for match, profile in candidates:
            self._codes.setdefault((match.level, match.text), []).append((match, profile))
        self._remembered = lru_cache(_MOST_REMEMBERED)(self._choose)

    def __reduce__(self) -> tuple[type["ProfileSet"], tuple[tuple[PayerProfile, ...]]]:
        return ProfileSet, (self.profiles,)

    def __getitem__(self, profile_id: str) -> PayerProfile:
        """The profile with that id. Raises KeyError."""
        return self._by_id[profile_id]

    def __iter__(self) -> Iterator[PayerProfile]:
        """The profiles in the order of their ids."""
        return iter(self.profiles)

    def __contains__(self, profile_id: object) -> bool:
        return profile_id in self._by_id

    def select(self, payer: PayerNamed, on: date, state: str = "") -> Choice:
        """The profile for a payer and a date of service, and the line of business.

        `state` is where the payer's rules are those of a state: the state of an auto accident
        (CLM11-4), else the billing provider's (2010AA N402). Empty strings match nothing.
        """
        return self._remembered(payer, state, bisect_right(self._turns, on))

    def _choose(self, payer: PayerNamed, state: str, stretch: int) -> Choice:
        """The same without memory. All matches stay as they are within a stretch of days."""
        on = self._turns[stretch - 1] if stretch else date.min
        name = normal_name(payer.name)
        indicator = payer.claim_filing_indicator.strip().upper()
        by_id = self._codes.get((Level.PAYER_ID, payer.id.strip().upper()), [])
        by_name = [pair for pair in self._names if name_matches(pair[0].text, name)]
        by_id, by_name = (
            [pair for pair in pairs if pair[0].holds(on, state)] for pairs in (by_id, by_name)
        )
        known_for = frozenset(line for match, _ in by_id or by_name for line in match.lines)
        coverage = coverage_of(indicator, name, normal_name(payer.plan_name), known_for)
        coverage = coverage._replace(state=state.upper())
        by_indicator = self._codes.get((Level.CLAIM_FILING_INDICATOR, indicator), [])
        by_line = self._codes.get((Level.LINE_OF_BUSINESS, coverage.line), [])
        for group in (by_id, by_name, by_indicator, by_line):
            met = [
                (bool(match.states), profile.priority, profile)
                for match, profile in group
                if match.holds(on, state) and (not match.lines or coverage.line in match.lines)
            ]
            if met:
                return Choice(max(met, key=lambda one: one[:2])[2], coverage)
        return Choice(self.default, coverage)


def _default(profiles: tuple[PayerProfile, ...]) -> PayerProfile:
    defaults = [profile for profile in profiles if profile.payer_type == "default"]
    if len(defaults) == 1:
        return defaults[0]
    ids = ", ".join(profile.id for profile in defaults) or "none"
    file = defaults[-1].files[0].file if defaults else "payer_profiles"
    wrong = f"the profiles of type default are: {ids}"
    raise ProfileError([Fault(file, 1, wrong, "exactly one, for payers without a profile")])


def _refuse_ties(candidates: list[tuple[Match, PayerProfile]]) -> None:
    by_rank: dict[object, list[tuple[Match, PayerProfile]]] = {}
    for match, profile in candidates:
        by_rank.setdefault(_rivals(match, profile), []).append((match, profile))
    faults = [
        _tie(match, profile, other, rival)
        for group in by_rank.values()
        for (match, profile), (other, rival) in combinations(group, 2)
        if profile is not rival and match.may_meet(other)
    ]
    if faults:
        raise ProfileError(faults)


def _rivals(match: Match, profile: PayerProfile) -> object:
    """Matches with the same answer are of the same precedence. A payer id belongs to one profile
    of a line of business, whatever states and priority say."""
    if match.level is Level.PAYER_ID:
        return match.level
    return match.level, bool(match.states), profile.priority


def _tie(match: Match, profile: PayerProfile, other: Match, rival: PayerProfile) -> Fault:
    place = match.stated.origin
    name = match.level.name.lower().replace("_", " ")
    return Fault(
        other.stated.origin.file,
        other.stated.origin.line,
        f"{name} {other.text} of profile {rival.id} may mean the same payer as {match.text} of "
        f"profile {profile.id} ({place.file}:{place.line})",
        "one profile for a payer and line of business on any day: other dates, states, lines or "
        "priority, or the id of the profile that is to be replaced",
    )
