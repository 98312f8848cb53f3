"""The impact of a profile change, as text and as a record."""

from collections.abc import Iterator
from typing import Any

from scrubber.claim.values import dollars
from scrubber.outputs.guidance import UNKNOWN, GuidanceByCode
from scrubber.outputs.impact import ClaimChange, Impact
from scrubber.outputs.summary_text import money
from scrubber.outputs.tally import Share
from scrubber.outputs.terminal import Line
from scrubber.outputs.verdict import Kind

_STYLES = {"accepted": "good", "corrected": "info", "rejected": "reject"}


def impact_lines(impact: Impact, guidance: GuidanceByCode) -> Iterator[Line]:
    """What changes: claims by disposition, findings by rule, and the claims."""
    judged = f"{claims(impact.judged)} judged by {', '.join(sorted(impact.profiles))}"
    yield ((claims(impact.total), "label"), (f"; {judged}", ""))
    yield ()
    yield from change_lines(impact, guidance)


def change_lines(impact: Impact, guidance: GuidanceByCode) -> Iterator[Line]:
    """What changes, below a heading of the caller's."""
    if not impact.changed.claims:
        yield (("  No claim changes.", "good"),)
        return
    for (before, after), share in sorted(impact.moves.items()):
        yield (
            (f"  {before:>9}", _STYLES[before]),
            (" -> ", "faint"),
            (f"{after:<9}", _STYLES[after]),
            (_figures(share), ""),
        )
    stay = impact.changed.claims - sum(share.claims for share in impact.moves.values())
    if stay:
        yield ((f"  {stay:,} more with other findings, but the same disposition", ""),)
    yield from _finding_lines(impact, guidance)
    yield from _payer_lines(impact)
    yield from _claim_lines(impact)


def _finding_lines(impact: Impact, guidance: GuidanceByCode) -> Iterator[Line]:
    kinds = sorted(impact.came.keys() | impact.went.keys())
    if not kinds:
        return
    yield ()
    head = f"  {'Findings, by claims and dollars':<34}{'come':>25}{'go':>25}"
    yield ((head, "label"),)
    for kind in kinds:
        name = f"  {kind.code} {_severity(kind)}"
        came, went = impact.came.get(kind), impact.went.get(kind)
        title = guidance.get(kind.code, UNKNOWN).title
        yield (
            (f"{name:<34}", kind.severity),
            (f"{_figures(came)}{_figures(went)}   ", ""),
            (title, "faint"),
        )


def _payer_lines(impact: Impact) -> Iterator[Line]:
    yield ()
    head = f"  {'Payers, by claims and dollars':<34}{'change':>25}{'rejected now':>25}"
    yield ((f"{head}{'no longer':>25}", "label"),)
    for payer, change in sorted(
        impact.payers.items(), key=lambda one: (-one[1].changed.charge, one)
    ):
        figures = "".join(_figures(share if share.claims else None) for share in change)
        yield ((f"  {payer or 'no payer':<32}{figures}", ""),)


def _claim_lines(impact: Impact) -> Iterator[Line]:
    changes = impact.changes()
    if not changes:
        return
    yield ()
    some = "" if len(changes) == impact.changed.claims else f", {len(changes):,} with most dollars"
    yield ((f"  Claims{some}", "label"),)
    for change in changes:
        yield (
            (f"  {change.file}  {change.claim_id}  {money(change.charge)}  ", ""),
            (_move(change), _STYLES[change.after]),
            (f"  {_signed(change)}", "faint"),
        )


def _move(change: ClaimChange) -> str:
    if change.before == change.after:
        return f"stays {change.after}"
    return f"{change.before} -> {change.after}"


def _signed(change: ClaimChange) -> str:
    if not change.came and not change.went and change.before == change.after:
        return "repaired otherwise"
    came = [f"+{kind.code} {_severity(kind)}" for kind in change.came]
    return ", ".join([*came, *(f"-{kind.code} {_severity(kind)}" for kind in change.went)])


def _severity(kind: Kind) -> str:
    return f"{kind.severity}, repaired" if kind.fixed else kind.severity


def _figures(share: Share | None) -> str:
    if share is None:
        return f"{'-':>9}{'':>16}"
    return f"{share.claims:>9,}{money(share.charge):>16}"


def claims(share: Share) -> str:
    """So many claims, so many dollars."""
    return f"{share.claims:,} claim{'' if share.claims == 1 else 's'}, {money(share.charge)}"


def impact_record(impact: Impact) -> dict[str, Any]:
    """The same as JSON: amounts are strings with two decimals."""
    return {
        "schema": "scrubber-impact/1",
        "profiles": sorted(impact.profiles),
        "claims": share_record(impact.total),
        "judged": share_record(impact.judged),
        **change_record(impact),
    }


def change_record(impact: Impact) -> dict[str, Any]:
    """What changes, for a record of the caller's."""
    nothing = Share()
    return {
        "changed": share_record(impact.changed),
        "dispositions": [
            {"before": before, "after": after, **share_record(share)}
            for (before, after), share in sorted(impact.moves.items())
        ],
        "findings": [
            {
                **kind._asdict(),
                "come": share_record(impact.came.get(kind, nothing)),
                "go": share_record(impact.went.get(kind, nothing)),
            }
            for kind in sorted(impact.came.keys() | impact.went.keys())
        ],
        "payers": [
            {
                "payer": payer,
                "changed": share_record(change.changed),
                "rejected_now": share_record(change.rejected),
                "no_longer_rejected": share_record(change.released),
            }
            for payer, change in sorted(impact.payers.items())
        ],
        "changes": [_change(change) for change in impact.changes()],
    }


def share_record(share: Share) -> dict[str, Any]:
    """Claims and dollars."""
    return {"claims": share.claims, "charge": dollars(share.charge)}


def _change(change: ClaimChange) -> dict[str, Any]:
    record = change._asdict() | {"charge": dollars(change.charge)}
    for key in ("came", "went"):
        record[key] = [kind._asdict() for kind in record[key]]
    return record
