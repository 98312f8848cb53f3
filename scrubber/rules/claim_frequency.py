"""Rules on original, replacement and void claims."""

from collections.abc import Iterator

from scrubber.claim.claim import Claim
from scrubber.findings import Problem, Severity
from scrubber.rules.rule import Rule, Setting, claim_rule

REJECT, WARN = Severity.REJECT, Severity.WARN
ORIGINAL = "1"
CORRECTING = {"7": "replacement", "8": "void"}


@claim_rule(
    "S401",
    severity=REJECT,
    status="A6:464",
    source="X12 005010X222A1, 2300 REF*F8: the payer's number where CLM05-3 replaces or voids",
    concerns=lambda setting: setting.frequency in CORRECTING,
)
def payer_control_number_missing(claim: Claim, setting: Setting) -> Iterator[Problem]:
    """A replacement or void claim does not name the claim it corrects.

    Why: frequency 7 or 8 asks the payer to replace or void a claim it has; without that claim's
    number (REF*F8, from the remittance) the payer cannot find it.
    Fix: add the payer's claim control number. If the first claim was rejected before it reached
    the payer's system, send this one as an original, frequency 1.
    """
    kind = CORRECTING.get(setting.frequency)
    if kind is not None and claim.segment("REF", "F8") is None:
        yield Problem(
            claim.clm[5, 3],
            f"frequency {setting.frequency} ({kind}) without the payer's claim number (REF*F8)",
        )


@claim_rule(
    "S441",
    severity=WARN,
    status="A7:464",
    source="KNOWLEDGE: the payer's number belongs to replacement and void claims",
    when=("2300/REF*F8",),
)
def original_with_payer_control_number(claim: Claim, setting: Setting) -> Iterator[Problem]:
    """An original claim has the number of a claim the payer already has.

    Why: the number (REF*F8) tells the payer which claim to replace, but frequency 1 says that this
    one is new; payers deny it as a duplicate.
    Fix: send frequency 7 to replace, or remove the number.
    """
    reference = claim.reference("F8")
    if setting.frequency == ORIGINAL and reference is not None:
        yield Problem(reference, "an original claim (frequency 1) with a payer's claim number")


@claim_rule(
    "S740",
    severity=REJECT,
    status="A7:464",
    source="payer profile: claim-frequency",
    asked_by=lambda payer: payer.claim_frequency is not None,
)
def frequency_not_taken(claim: Claim, setting: Setting) -> Iterator[Problem]:
    """The payer does not accept claims of this frequency.

    Why: Medicare Part B contractors correct a claim that was paid or denied by a reopening, and
    most of them reject replacements (7) and voids (8) of professional claims.
    Fix: ask the contractor for a reopening; send a claim that was rejected before processing as an
    original (frequency 1).
    """
    stated, frequency = setting.payer.claim_frequency, setting.frequency
    if stated is None or not frequency or frequency in stated.allowed:
        return
    kind = f" ({CORRECTING[frequency]})" if frequency in CORRECTING else ""
    message = f"{setting.payer.name} does not accept claims of frequency {frequency}{kind}"
    yield Problem(claim.clm[5, 3], message, severity=stated.stated.ceiling)


RULES: tuple[Rule, ...] = (
    payer_control_number_missing,
    original_with_payer_control_number,
    frequency_not_taken,
)
