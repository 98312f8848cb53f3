"""What the engine says of the claims of a file, as the rows that the desk keeps."""

import hashlib
import json
from collections.abc import Iterable, Iterator
from typing import Any

from scrubber.claim.values import amount
from scrubber.engine import Context
from scrubber.engine.results import ClaimResult, Disposition, Part
from scrubber.engine.stream_state import KINDS_ABOVE, Above
from scrubber.findings import Finding, Severity
from scrubber.history.register_rows import state_of as state_when_scrubbed
from scrubber.history.states import FOR_CONSENT, READY, TO_FIX
from scrubber.outputs.json_report import correction_record, finding_record
from scrubber.outputs.patients import Patients

WARNED = "warned"
RELEASED = "released"
STATES = (TO_FIX, FOR_CONSENT, WARNED, READY, RELEASED)
_LEVELS = ("2000A", "2000B", "2000C")
_RANK = {Severity.REJECT: 0, Severity.WARN: 1, Severity.INFO: 2}


def claim_rows(parts: Iterable[Part], context: Context) -> Iterator[dict[str, Any]]:
    """A row for each claim; `context` is that of the run that judged it."""
    patients = Patients()
    levels: Above[Part] = Above()
    number = 0
    for part in parts:
        if part.kind in KINDS_ABOVE:
            levels.enter(part.kind, part)
        if part.claim is None:
            patients.pass_over(part)
            continue
        number += 1
        payer = context.payer_on(part.claim)
        blocks = [*(levels[one] for one in _LEVELS if one in levels), part]
        text = "".join(one.received for one in blocks)
        yield {
            "number": number,
            "patient": patients.record.get("name", "")[:200],
            "blocks": json.dumps([(one.ordinal, one.kind) for one in blocks]),
            "text": hashlib.sha256(text.encode("latin-1")).hexdigest(),
            "due": payer.last_day_to_file(part.claim.service_from) if payer is not None else None,
            **_judged(part.claim),
        }


def _judged(claim: ClaimResult) -> dict[str, Any]:
    findings = sorted(claim.findings, key=lambda one: (one.fixed, _RANK[one.severity]))
    charge = amount(claim.charge)
    return {
        "claim_id": claim.claim_id[:80],
        "payer": (claim.payer_name or claim.payer_id)[:120],
        "therapist": claim.therapist[:120],
        "service": claim.service_from,
        "cents": None if charge is None or abs(charge) >= 10**13 else int(charge * 100),
        "state": state_of(claim),
        "reason": _reason(claim, findings)[:400],
        "findings": json.dumps([_record(one) for one in findings]),
        "corrections": json.dumps([correction_record(one, True) for one in claim.corrections]),
    }


def state_of(claim: ClaimResult) -> str:
    """What a biller has to do about a claim."""
    waiting = [one for one in claim.findings if not one.fixed]
    if claim.disposition is not Disposition.REJECTED:
        return WARNED if any(one.severity is Severity.WARN for one in waiting) else READY
    return state_when_scrubbed(claim)


def _reason(claim: ClaimResult, findings: list[Finding]) -> str:
    told = [one.message for one in findings if not one.fixed and one.severity is not Severity.INFO]
    return told[0] if told else "; ".join(f"not checked: {one}" for one in claim.not_checked)


def _record(finding: Finding) -> dict[str, Any]:
    return {**finding_record(finding), "component": finding.component}
