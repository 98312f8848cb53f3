"""Dollars at risk: what open findings hold up or put in doubt, as charged, and what Medicare is
expected to pay for it where that is known.

A rejection, and a warning of the claim as a whole, concern every line; others their own.
"""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any, NamedTuple

from scrubber.claim.values import amount, dollars
from scrubber.engine.results import ClaimResult
from scrubber.findings import Severity
from scrubber.outputs.report_file import Record


class AtRisk(NamedTuple):
    """Dollars charged, and dollars expected for as many of the lines as have an expected amount."""

    charge: Decimal
    expected: Decimal


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
    record: dict[str, Any] = {"charge": dollars(found.charge)}
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
    if None in concerned or not concerned <= {line for line, _ in lines}:
        return AtRisk(charge, sum(map(Decimal, expected.values()), Decimal(0)))
    of_lines = [(charged, expected.get(str(line))) for line, charged in lines if line in concerned]
    return AtRisk(
        sum((charged for charged, _ in of_lines), Decimal(0)),
        sum((Decimal(known) for _, known in of_lines if known is not None), Decimal(0)),
    )
