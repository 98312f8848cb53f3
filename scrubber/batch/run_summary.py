"""Adds up the summaries of many files."""

from collections.abc import Sequence
from decimal import Decimal

from scrubber.reports.tally import DISPOSITIONS, Reason, Repair, Share, Summary


def merged(summaries: Sequence[Summary]) -> Summary:
    """One summary of a run. Payers and providers are left out: reports have them by file."""
    dispositions = {
        one: Share(
            sum(summary.dispositions[one].claims for summary in summaries),
            sum((summary.dispositions[one].charge for summary in summaries), Decimal(0)),
        )
        for one in DISPOSITIONS
    }
    warned = Share(
        sum(summary.warned.claims for summary in summaries),
        sum((summary.warned.charge for summary in summaries), Decimal(0)),
    )
    return Summary(
        dispositions,
        warned,
        sum(summary.not_checked for summary in summaries),
        sum(summary.findings for summary in summaries),
        sum(summary.fixed for summary in summaries),
        _reasons(summaries),
        (),
        (),
        _repairs(summaries),
    )


def _reasons(summaries: Sequence[Summary]) -> tuple[Reason, ...]:
    found: dict[tuple[str, str], Reason] = {}
    for summary in summaries:
        for one in summary.reasons:
            key = (one.code, one.severity)
            old = found.get(key)
            found[key] = (
                one
                if old is None
                else old._replace(claims=old.claims + one.claims, charge=old.charge + one.charge)
            )
    worst = {"reject": 0, "warn": 1, "info": 2}
    return tuple(
        sorted(found.values(), key=lambda r: (worst[r.severity], -r.charge, -r.claims, r.code))
    )


def _repairs(summaries: Sequence[Summary]) -> tuple[Repair, ...]:
    found: dict[tuple[str, str], Repair] = {}
    for summary in summaries:
        for one in summary.repairs:
            old = found.get((one.code, one.title))
            found[one.code, one.title] = (
                one
                if old is None
                else old._replace(
                    times=old.times + one.times,
                    claims=old.claims + one.claims,
                    charge=old.charge + one.charge,
                )
            )
    return tuple(sorted(found.values(), key=lambda fix: (-fix.times, fix.code)))
