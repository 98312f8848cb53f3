"""Corrections for programs: one JSON object a line, so that no run is too long to be read."""

import json
from typing import Any

from scrubber.outputs.diff_text import Change
from scrubber.outputs.json_report import correction_record


def change_json(file: str, change: Change, show_phi: bool = False) -> str:
    """What is corrected in one part of a file: its kind or claim, the number of its first segment
    in the file, and the corrections as report.json has them."""
    corrections = [correction_record(one, show_phi) for one in change.corrections]
    record: dict[str, Any] = {
        "file": file,
        "what": change.what,
        "segment": change.first,
        "corrections": corrections,
    }
    return json.dumps(record)


def totals_json(
    corrections: int,
    claims: int,
    rejected: int,
    waiting: dict[str, int],
    tables: list[dict[str, Any]],
) -> str:
    """The last line: corrections, claims, rejected claims, by rule what waits for consent, and the
    tables that judged lines, as report.json has them."""
    return json.dumps(
        {
            "corrections": corrections,
            "claims": claims,
            "rejected": rejected,
            "waiting_for_consent": waiting,
            "tables": tables,
        }
    )
