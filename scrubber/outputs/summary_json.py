"""The figures of a run for programs: what the summary on the terminal says, as one JSON object."""

import json
from collections.abc import Sequence
from decimal import Decimal
from typing import Any, Protocol

from scrubber.claim.values import dollars
from scrubber.outputs.tally import Party, Share, Summary

SCHEMA = "scrubber-summary/1"
MOST_ROWS = 1000


class Unmatched(Protocol):
    """The rows of a documentation, of `rows` in all, that are about no claim and line of a run."""

    @property
    def name(self) -> str: ...

    @property
    def rows(self) -> int: ...

    @property
    def numbers(self) -> Sequence[int]: ...


def summary_json(
    summary: Summary,
    files: int,
    status: int,
    written: Sequence[str],
    unmatched: Unmatched | None = None,
) -> str:
    """The summary of a run over so many files with that exit status; `written` are the files of
    a run over one file, else the folder. Amounts are texts with two decimals."""
    clean = summary.rate("accepted", "corrected")
    record = {
        "schema": SCHEMA,
        "status": status,
        "files": files,
        **{name: _share(share) for name, share in summary.dispositions.items()},
        "warned": _share(summary.warned),
        "waiting_for_consent": _share(summary.waiting),
        "not_checked": summary.not_checked,
        "findings": summary.findings,
        "fixed": summary.fixed,
        "clean_claim_rate": None if clean is None else str(clean),
        "reasons": [_record(one) for one in summary.reasons],
        "payers": [_party(one) for one in summary.payers],
        "rendering": [_party(one) for one in summary.rendering],
        "tables": [_record(one) for one in summary.tables],
        "expected_amounts": {"of_locality": summary.local, "national": summary.national},
        "repairs": [_record(one) for one in summary.repairs],
        "written": list(written),
        "unmatched_documentation": None if unmatched is None else _rows(unmatched),
    }
    return json.dumps(record, indent=1)


def _rows(unmatched: Unmatched) -> dict[str, Any]:
    first = unmatched.numbers[:MOST_ROWS]
    count = len(unmatched.numbers)
    return {"name": unmatched.name, "rows": unmatched.rows, "unmatched": count, "first": first}


def _share(share: Share) -> dict[str, Any]:
    return {"claims": share.claims, "charge": dollars(share.charge)}


def _party(one: Party) -> dict[str, Any]:
    shares = {"total": _share(one.total), "rejected": _share(one.rejected)}
    return {"name": one.name, "label": one.label, **shares}


def _record(one: Any) -> dict[str, Any]:
    named = one._asdict().items()
    return {name: dollars(v) if isinstance(v, Decimal) else v for name, v in named}
