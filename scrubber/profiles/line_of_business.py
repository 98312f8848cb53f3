"""Which line of business of a payer a claim is for: one payer id may serve many of them.

The claim filing indicator (SBR09) speaks first, then the payer's id and name, then the name of the
plan (SBR04). Where they contradict each other the line is not certain, and the payer's rules warn
at most: never reject on doubt.
"""

import re
from collections.abc import Mapping
from enum import StrEnum
from typing import NamedTuple


class LineOfBusiness(StrEnum):
    """A program or kind of insurance with rules of its own."""

    COMMERCIAL = "commercial"
    MEDICARE = "medicare"
    MEDICARE_ADVANTAGE = "medicare-advantage"
    MEDICAID = "medicaid"
    MEDICAID_MANAGED = "medicaid-managed"
    FEP = "fep"
    TRICARE = "tricare"
    CHAMPVA = "champva"
    VA = "va"
    WORKERS_COMPENSATION = "wc"
    AUTO = "auto"
    UNKNOWN = "unknown"

    # Enum's own hash is a call of Python; two equal lines are equal texts.
    __hash__ = str.__hash__

    @property
    def words(self) -> str:
        """The line as messages name it."""
        return _WORDS[self]


def line_of_type(payer_type: str) -> LineOfBusiness | None:
    """The line of business of a profile of that type; None for the default profile."""
    if payer_type == "default":
        return None
    return _COMMERCIAL if payer_type == "bcbs" else LineOfBusiness(payer_type)


_WORDS = {
    LineOfBusiness.COMMERCIAL: "commercial",
    LineOfBusiness.MEDICARE: "Medicare Part B",
    LineOfBusiness.MEDICARE_ADVANTAGE: "Medicare Advantage",
    LineOfBusiness.MEDICAID: "Medicaid",
    LineOfBusiness.MEDICAID_MANAGED: "Medicaid managed care",
    LineOfBusiness.FEP: "Federal Employee Program",
    LineOfBusiness.TRICARE: "TRICARE",
    LineOfBusiness.CHAMPVA: "CHAMPVA",
    LineOfBusiness.VA: "VA community care",
    LineOfBusiness.WORKERS_COMPENSATION: "workers' compensation",
    LineOfBusiness.AUTO: "auto",
    LineOfBusiness.UNKNOWN: "not known",
}

_COMMERCIAL, _MEDICARE = LineOfBusiness.COMMERCIAL, LineOfBusiness.MEDICARE
_ADVANTAGE, _MEDICAID = LineOfBusiness.MEDICARE_ADVANTAGE, LineOfBusiness.MEDICAID
_MANAGED = LineOfBusiness.MEDICAID_MANAGED
_FEP, _TRICARE, _CHAMPVA = LineOfBusiness.FEP, LineOfBusiness.TRICARE, LineOfBusiness.CHAMPVA
_VA, _COMPENSATION = LineOfBusiness.VA, LineOfBusiness.WORKERS_COMPENSATION
_AUTO = LineOfBusiness.AUTO

MEANT_BY: Mapping[str, tuple[LineOfBusiness, ...]] = {
    "MB": (_MEDICARE,),
    "MA": (_MEDICARE, _ADVANTAGE),
    "16": (_ADVANTAGE,),
    "MC": (_MANAGED, _MEDICAID),
    "FI": (_FEP,),
    "CH": (_TRICARE, _CHAMPVA, _VA),
    "VA": (_VA, _CHAMPVA, _TRICARE),
    "WC": (_COMPENSATION, _AUTO),
    "AM": (_AUTO, _COMPENSATION),
    "BL": (_COMMERCIAL, _FEP),
    "CI": (_COMMERCIAL, _FEP, _CHAMPVA, _VA, _COMPENSATION, _AUTO),
    "HM": (_COMMERCIAL, _ADVANTAGE, _MANAGED, _FEP, _CHAMPVA, _VA),
    **dict.fromkeys(
        ("12", "13", "14", "15", "17"),
        (_COMMERCIAL, _ADVANTAGE, _MANAGED, _FEP, _CHAMPVA, _VA, _COMPENSATION, _AUTO),
    ),
}
"""The lines of business a claim filing indicator can mean, the usual one first. An indicator that
is not listed (OF, ZZ and the like) may mean any. Source: the code list of SBR09 in 005010X222A1;
KNOWLEDGE: what billers send for which plan."""

_PART_A = "MA"
"""Billers take it for Medicare Advantage; on a professional claim neither reading is certain."""
_PROGRAMS = frozenset({_MEDICARE, _MEDICAID, _TRICARE, _CHAMPVA, _VA})
"""Lines whose payers serve no other."""
_NEVER_PRIVATE = frozenset({_MEDICARE, _COMPENSATION, _AUTO})
"""Lines that a private health plan does not run under its own id."""

_CARRIERS = (
    r"\b(AETNA|HUMANA|UNITED|UNITEDHEALTHCARE|UHC|AARP|CIGNA|ANTHEM|BLUE|BCBS|WELLCARE|DEVOTED|KAISER"
    r"|MOLINA|HEALTHSPRING|AMERIGROUP|HIGHMARK|UPMC|CENTENE|SUPERIOR|CARESOURCE|BUCKEYE|MERIDIAN"
    r"|HEALTH ?PLANS?|HEALTH ?CARE|INSURANCE)\b.*\b"
)
"""Private companies whose plans are named after the program they serve."""
_NAMED: tuple[tuple[re.Pattern[str], frozenset[LineOfBusiness]], ...] = tuple(
    (re.compile(pattern), frozenset(lines))
    for pattern, lines in (
        (r"MEDICARE SUPP|MEDIGAP|MED SUPP", {_COMMERCIAL}),
        (r"\bCHAMP ?VA\b|\bVA HAC\b", {_CHAMPVA}),
        (r"\bVHA\b", {_CHAMPVA, _VA}),
        (r"\bTRICARE|\bCHAMPUS\b|\bHUMANA MILITARY\b", {_TRICARE}),
        (r"\bFEP\b|\bFEDERAL EMPLOYEES?\b|\bFEHBP?\b", {_FEP}),
        (r"\b(ANTHEM|BCBS|BLUE)\b.*\bFED(ERAL)?\b", {_FEP}),
        (r"MEDICARE MEDICAID|\bMMP\b|\bD ?SNP\b|\bDUAL COMPLETE\b", {_ADVANTAGE, _MANAGED}),
        (r"MEDICARE ?(ADV|HMO|PPO|PLUS|COMPLETE|CHOICE|GOLD|PREFERRED|REPLACE)", {_ADVANTAGE}),
        (r"^(RAILROAD |RR )?MEDICARE\b|MEDICARE (PART )?B\b", {_MEDICARE}),
        (r"\bNORIDIAN\b|\bNOVITAS\b|\bPALMETTO GBA\b|\bFIRST COAST SERVICE", {_MEDICARE}),
        (r"\bNATIONAL GOVERNMENT SERV|\b(NGS|CGS|WPS)\b.*MEDICARE", {_MEDICARE}),
        (_CARRIERS + r"MEDICARE\b", {_ADVANTAGE}),
        (r"\bMEDICARE\b", {_MEDICARE, _ADVANTAGE}),
        (_CARRIERS + r"(MEDICAID|MEDI CAL\b)|MEDICAID (HMO|MCO|MANAGED|PLAN)", {_MANAGED}),
        (r"MEDICAID|\bMEDI CAL\b", {_MEDICAID}),
    )
)
"""What the words of a payer's or plan's name say, the first that fits. KNOWLEDGE: names in use."""
_NAMED_BY_PAYERS: tuple[tuple[re.Pattern[str], frozenset[LineOfBusiness]], ...] = tuple(
    (re.compile(pattern), frozenset({line}))
    for pattern, line in (
        (r"\bVA CCN\b|\bVACCN\b|\bVETERANS? (AFFAIRS|HEALTH|ADMIN)|\bVA COMMUNITY CARE\b", _VA),
        (r"\bWORK(ER|ERS|MEN)?( ?S)? COMP|\bCOMPENSATION (INSURANCE )?FUND\b", _COMPENSATION),
        (r"\bSENIOR ADVANTAGE\b|\bSECURE HORIZONS\b|\bGOLD PLUS\b", _ADVANTAGE),
        (r"\bCOMMUNITY PLAN\b|\bBETTER HEALTH\b|\bHEALTHY BLUE\b", _MANAGED),
        (r"\bNO FAULT\b|\bAUTO(MOBILE)?\b", _AUTO),
    )
)
"""The same for the payer's name alone: a plan may be named after an employer."""


class Coverage(NamedTuple):
    """What of a claim, besides its dates, decides which of a payer's statements hold for it.

    `certain`: nothing in the claim speaks against the line of business. `decided`: a payer before
    this one has decided on the claim. `state` is that of the accident, else of the billing
    provider; empty where no statement depends on it.
    """

    line: LineOfBusiness
    certain: bool = True
    decided: bool = False
    state: str = ""


def coverage_of(
    indicator: str, payer_name: str, plan_name: str, known_for: frozenset[LineOfBusiness]
) -> Coverage:
    """The line of business that a claim's payer is asked under.

    `indicator` is SBR09; names are in uppercase without punctuation; `known_for` are the lines of
    the profiles that are for the payer's id, or for its name where none is for its id.
    """
    meant = MEANT_BY.get(indicator, ())
    usual = meant[0] if meant else None
    others_only = bool(known_for) and _COMMERCIAL not in known_for
    if others_only and (known_for <= _PROGRAMS or usual in (None, _COMMERCIAL)):
        line = next((one for one in meant if one in known_for), min(known_for))
        told = len(known_for) == 1 or line is usual
        return Coverage(line, told and (not meant or line in meant))
    named = _lines_named(payer_name, plan_name)
    if usual in _NEVER_PRIVATE and _COMMERCIAL in known_for:
        return Coverage(_pick(named, meant) or _COMMERCIAL, certain=False)
    if usual is None or usual is _COMMERCIAL:
        by_name = _pick(named, meant)
        if by_name is not None:
            return Coverage(by_name, by_name is usual)
        if usual is None and _COMMERCIAL not in known_for:
            return Coverage(LineOfBusiness.UNKNOWN, certain=False)
        return Coverage(_COMMERCIAL, usual is not None)
    certain = indicator != _PART_A and (not named or not named.isdisjoint(meant))
    line = next((one for one in meant if one in named), usual)
    if line is _MANAGED and _MEDICAID in known_for:
        line = _MEDICAID
    return Coverage(line, certain)


def contradicts(indicator: str, line: LineOfBusiness) -> bool:
    """Whether a claim filing indicator cannot mean that line of business."""
    meant = MEANT_BY.get(indicator, ())
    return bool(meant) and line not in meant and line is not LineOfBusiness.UNKNOWN


def _lines_named(payer_name: str, plan_name: str) -> frozenset[LineOfBusiness]:
    asked = [(*one, payer_name) for one in (*_NAMED, *_NAMED_BY_PAYERS)]
    asked += [(*one, plan_name) for one in _NAMED]
    return next((lines for pattern, lines, name in asked if pattern.search(name)), frozenset())


def _pick(
    named: frozenset[LineOfBusiness], meant: tuple[LineOfBusiness, ...]
) -> LineOfBusiness | None:
    """The line that a name tells, rather one that the indicator can mean; Medicare Advantage
    before Medicare, whose claims are sent with an indicator of its own."""
    wanted = (*meant, _ADVANTAGE, *named)
    return next((one for one in wanted if one in named), None)
