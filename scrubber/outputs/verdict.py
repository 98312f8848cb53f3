"""What a run decided about a claim, as far as two runs can be held against each other."""

from collections import Counter
from collections.abc import Iterable
from decimal import Decimal
from typing import NamedTuple

from scrubber.claim.values import amount
from scrubber.engine.results import ClaimResult
from scrubber.findings import Finding

NOT_CHECKED = "not checked"


class Kind(NamedTuple):
    """Findings that count together: those of a rule, of one severity, repaired or not. A rule that
    could not be run has the severity NOT_CHECKED."""

    code: str
    severity: str
    fixed: bool


Found = Counter[tuple[Kind, int | None, str]]
"""How often each kind of finding stands at a service line and path."""


class Verdict(NamedTuple):
    """The judgment of one claim. `payer` is the profile that judged it and the payer id it names;
    `repairs` is equal where what was repaired is equal. Messages do not count: they may name the
    version of a profile or table."""

    profile: str
    payer: str
    disposition: str
    charge: Decimal
    found: Found
    repairs: str


def verdict_of(claim: ClaimResult) -> Verdict:
    """The verdict of a claim."""
    found = findings_by_kind(claim.findings)
    found.update((Kind(_rule_of(what), NOT_CHECKED, False), None, "") for what in claim.not_checked)
    repairs = repr([one[:5] for one in claim.corrections]) if claim.corrections else ""
    return Verdict(
        claim.profile,
        f"{claim.profile} {claim.payer_id}".strip(),
        claim.disposition.value,
        amount(claim.charge) or Decimal(0),
        found,
        repairs,
    )


def _rule_of(not_checked: str) -> str:
    """The code of the rule that could not be run; what it met with is no part of the verdict."""
    return not_checked.partition(":")[0]


def findings_by_kind(findings: Iterable[Finding]) -> Found:
    """Findings counted by kind and place."""
    return Counter(
        (Kind(one.code, one.severity.value, one.fixed), one.line, one.path) for one in findings
    )


def kinds(found: Found) -> tuple[Kind, ...]:
    """The kinds that occur, in order."""
    return tuple(sorted({kind for kind, _, _ in found}))
