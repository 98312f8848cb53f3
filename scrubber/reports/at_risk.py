"""Dollars at risk: what open findings hold up or put in doubt, by expected amount where known.

A rejection, and a warning of the claim as a whole, concern every line; others their own. A line
counts with what Medicare is expected to pay, where that is known, else with its charge; `basis`
says which: medicare, charges, or both.
"""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any, NamedTuple

from scrubber.claim.values import amount, dollars
from scrubber.engine.results import ClaimResult
from scrubber.findings import Severity
from scrubber.reports.report_file import Record

MEDICARE, CHARGES, BOTH = "medicare", "charges", "both"


class AtRisk(NamedTuple):
    """Dollars, and how many of them are expected amounts rather than charges."""

    dollars: Decimal
    expected: Decimal

    @property
    def basis(self) -> str:
        """What the dollars are."""
        if not self.expected:
            return CHARGES
        return MEDICARE if self.expected == self.dollars else BOTH


def at_risk_record(claim: ClaimResult) -> dict[str, Any] | None:
    """What the report says of a claim's dollars at risk; None where nothing is open."""
    concerned: set[int | None] = set()
    for finding in claim.findings:
        if not finding.fixed and finding.severity is not Severity.INFO:
            concerned.add(None if finding.severity is Severity.REJECT else finding.line)
    if not concerned:
        return None
    known = dict(zip((line.line for line in claim.lines), claim.expected, strict=False))
    expected = {str(line): str(dollars) for line, dollars in known.items() if dollars is not None}
    lines = [(line.line, amount(line.charge) or Decimal(0)) for line in claim.lines]
    found = _at_risk(amount(claim.charge) or Decimal(0), lines, concerned, expected)
    record: dict[str, Any] = {"dollars": dollars(found.dollars), "basis": found.basis}
    if expected:
        record["expected"] = expected
        if claim.locality:
            record["locality"] = claim.locality
    return record


def at_risk_of(claim: Record, concerned: Iterable[int | None]) -> AtRisk:
    """The dollars of some lines of a claim of the report, with None of the whole claim."""
    lines = [(line["line"], Decimal(line["charge"] or 0)) for line in claim["lines"]]
    expected = claim.get("at_risk", {}).get("expected", {})
    return _at_risk(Decimal(claim["charge"] or 0), lines, set(concerned), expected)


def _at_risk(
    charge: Decimal,
    lines: list[tuple[int, Decimal]],
    concerned: set[int | None],
    expected: dict[str, str],
) -> AtRisk:
    whole = None in concerned or not concerned <= {line for line, _ in lines}
    if whole and not expected:
        return AtRisk(charge, Decimal(0))
    dollars = of_medicare = Decimal(0)
    for line, charged in lines:
        if whole or line in concerned:
            known = expected.get(str(line))
            dollars += charged if known is None else Decimal(known)
            of_medicare += Decimal(known or 0)
    return AtRisk(dollars, of_medicare)
