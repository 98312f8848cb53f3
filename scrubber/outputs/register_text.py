"""The register as lines for the terminal."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING

from scrubber.claim.values import dollars
from scrubber.outputs.terminal import Line

if TYPE_CHECKING:
    from scrubber.history.registered import RegisteredClaim, StateTotal, Story

NOT_KNOWN = "not known"


def list_lines(
    claims: Iterable[RegisteredClaim], totals: Sequence[StateTotal], page: int, rows: int
) -> Iterator[Line]:
    """A line for each claim, then claims and dollars by state."""
    head = f"{'id':>9}  {'claim':20}  {'state':25}  {'since':10}  {'service':10}"
    yield ((f"{head}  {'charge':>12}  {'days left':>9}  payer; reasons", "label"),)
    for one in claims:
        left = NOT_KNOWN if one.days_left is None else str(one.days_left)
        rest = "  ".join(filter(None, (one.payer_name or one.payer_id, " ".join(one.reasons))))
        yield (
            (f"{one.id:>9}  {one.claim_id[:20]:20}  ", ""),
            (f"{one.state:25}", ""),
            (f"  {one.state_on.isoformat()}  {_day(one)}  {_money(one.charge):>12}", ""),
            (f"  {left:>9}  {rest}", "faint"),
        )
    yield ()
    count = sum(one.claims for one in totals)
    pages = -(-count // rows) if rows else 1
    for total in totals:
        yield ((f"{total.state:25}  {total.claims:>9,}  ${dollars(total.charge, ',')}", ""),)
    yield ((f"{count:,} claims; page {page} of {max(pages, 1)}", "faint"),)


def story_lines(story: Story) -> Iterator[Line]:
    """A claim, what was found, and what happened, the oldest first."""
    one = story.claim
    yield (
        (f"Claim {one.claim_id}", "label"),
        (f"  {one.id}, {one.state} since {one.state_on}", ""),
    )
    limit = f"{one.due} ({one.days_left} days)" if one.due is not None else NOT_KNOWN
    rows = (
        ("payer", f"{one.payer_name} {one.payer_id}".strip()),
        ("therapist", f"{one.therapist} {one.rendering}".strip()),
        ("service", f"{one.first or NOT_KNOWN} to {one.last or NOT_KNOWN}, {one.lines} lines"),
        ("charge", _money(one.charge)),
        ("paid", _money(one.paid) if one.paid is not None else ""),
        ("denied", _money(one.denied) if one.denied is not None else ""),
        ("filing limit", limit),
    )
    for name, value in rows:
        if value:
            yield ((f"  {name:14}", "label"), (value, ""))
    if story.findings:
        yield ()
        yield (("Found", "label"),)
    for found in story.findings:
        line = f" line {found.line}" if found.line is not None else ""
        fixed = f" (repaired{': ' + found.consent if found.consent else ''})" if found.fixed else ""
        yield ((f"  {found.rule} {found.severity}{line}: {found.message}{fixed}", ""),)
    yield ()
    yield (("What happened", "label"),)
    for step in story.steps:
        on = step.on.isoformat() if step.on is not None else NOT_KNOWN
        yield ((f"  {on:10}  {step.what:25}  {step.detail}  ", ""), (step.who, "faint"))


def _day(one: RegisteredClaim) -> str:
    return one.first.isoformat() if one.first is not None else f"{NOT_KNOWN:10}"


def _money(value: Decimal | None) -> str:
    return NOT_KNOWN if value is None else f"${dollars(value, ',')}"
