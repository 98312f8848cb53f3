"""Rules on the order in which the payers of a claim pay (SBR01) and why Medicare pays later."""

from collections.abc import Iterator
from datetime import date

from scrubber.claim.claim import Claim
from scrubber.claim.loop import Loop, Party
from scrubber.codes.claim_filing import MEDICARE_PART_B
from scrubber.findings import Problem, Severity
from scrubber.rules.other_payers import SEQUENCE, other_payers, pays_before
from scrubber.rules.rule import Rule, Setting, claim_rule, loop_rule
from scrubber.rules.subscriber_standing import subscriber_standing
from scrubber.x12.segment import Segment

REJECT, WARN = Severity.REJECT, Severity.WARN
PRIMARY, UNKNOWN = "P", "U"
MEDICARE = (MEDICARE_PART_B, "MA")


def _own(claim: Claim) -> str:
    return claim.subscriber.responsibility if claim.subscriber is not None else ""


@loop_rule(
    "S487",
    "2000B",
    severity=WARN,
    status="A6:480:PR",
    source="LinuxForHealth x12 0.57.0, 005010X222A2: SBR09 is required; KNOWLEDGE: until health "
    "plans have identifiers of their own, which they do not",
)
def claim_filing_indicator_missing(loop: Party, _as_of: date) -> Iterator[Problem]:
    """The claim does not say what kind of payer it goes to.

    Why: the claim filing indicator (SBR09: MB for Medicare, MC for Medicaid, CI for a commercial
    payer and so on) decides which rules apply to the claim; most receivers reject a claim without
    it. Rules for kinds of payers were not applied.
    Fix: enter the kind of payer in the patient's insurance record.
    """
    if loop.has("SBR") and not loop.value("SBR", 9):
        yield Problem(_sbr(loop)[9], "the kind of payer (SBR09) is missing")


@claim_rule(
    "S405",
    severity=REJECT,
    status="A7:742",
    source="X12 005010X222A1, notes on SBR01: on one claim no code but U occurs twice; Stedi "
    "claim edit: duplicate payer responsibility level codes",
    when=("2320",),
)
def sequence_named_twice(claim: Claim, _setting: Setting) -> Iterator[Problem]:
    """Two payers on the claim have the same position in the order of payment.

    Why: one pays first, one second; with two in one position it is not clear who pays the rest.
    Fix: give every payer its own position: P, S, T, then A to H.
    """
    seen = {_own(claim)}
    for payer in other_payers(claim):
        if payer.sequence in seen and payer.sequence not in ("", UNKNOWN):
            message = f"a second payer has position {payer.sequence} in the order of payment"
            yield Problem(payer.sbr[1], message)
        seen.add(payer.sequence)


@claim_rule(
    "S445",
    severity=WARN,
    status="A7:742",
    source="Stedi claim edit: missing primary payer",
    when=("2320",),
)
def no_primary_payer(claim: Claim, _setting: Setting) -> Iterator[Problem]:
    """None of the payers on the claim is primary.

    Why: every claim has one primary payer (SBR01 P).
    Fix: correct the sequence, or add the payer that pays first.
    """
    own, others = _own(claim), {payer.sequence for payer in other_payers(claim)}
    if not others or {PRIMARY, UNKNOWN} & {own, *others}:
        return
    if own not in SEQUENCE or any(pays_before(other, own) for other in others):  # else S406 says so
        yield Problem(claim.clm, "none of the claim's payers is the primary one (SBR01 P)")


@claim_rule(
    "S478",
    severity=WARN,
    status="A7:742",
    source="Stedi claim edit: payer responsibility level codes must be in order",
    when=("2320",),
)
def sequence_skipped(claim: Claim, _setting: Setting) -> Iterator[Problem]:
    """The order of payment skips a position.

    Why: a tertiary payer (T) comes after a secondary (S); the payer in between is missing.
    Fix: correct the order, or add the payer that is missing.
    """
    named = {_own(claim), *(payer.sequence for payer in other_payers(claim))} - {"", UNKNOWN}
    places = sorted(SEQUENCE.index(one) for one in named if one in SEQUENCE)
    if PRIMARY in named and places != list(range(len(places))):
        missing = next(SEQUENCE[at] for at, place in enumerate(places) if at != place)
        yield Problem(claim.clm, f"no payer has position {missing} in the order of payment")


@claim_rule(
    "S406",
    severity=REJECT,
    status="A6:171",
    source="X12 005010X222A1, loop 2320: other payers of a claim whose SBR01 is not P",
    concerns=lambda setting: setting.responsibility not in (PRIMARY, UNKNOWN, ""),
)
def earlier_payer_missing(claim: Claim, setting: Setting) -> Iterator[Problem]:
    """The claim goes to a later payer, but no prior payer is on the claim.

    Why: a secondary payer pays what the primary left over and needs to know what that was.
    Fix: add the prior payer with its decision (2320, 2430), or send the claim as primary.
    """
    own = setting.responsibility
    if own in ("", PRIMARY) or own not in SEQUENCE:
        return
    others = [payer.sequence for payer in other_payers(claim)]
    if any(pays_before(other, own) or other == UNKNOWN for other in others):
        return
    # The decision may travel as a paper attachment, and encounters are not paid.
    lenient = claim.has("PWK") or setting.is_encounter
    message = f"the claim goes to a later payer (SBR01 {own}), but no prior payer is named"
    yield Problem(claim.clm, message, severity=WARN if lenient else None)


@loop_rule(
    "S446",
    "2000B",
    severity=WARN,
    status="A7:578",
    source="Stedi claim edit: insurance type code not allowed for the primary payer",
    aspect=subscriber_standing,
)
def insurance_type_of_primary(loop: Party, _as_of: date) -> Iterator[Problem]:
    """A primary payer has an insurance type code.

    Why: the code (SBR05) says why Medicare does not pay first; for a primary payer it has no
    meaning, and some payers reject it.
    Fix: leave out the code, or correct the order of payers.
    """
    if loop.value("SBR", 5) and loop.value("SBR", 1) == PRIMARY:
        yield Problem(_sbr(loop)[5], "insurance type code (SBR05) although this payer pays first")


@claim_rule(
    "S481",
    severity=WARN,
    status="A7:578",
    source="Stedi claim edit: insurance type code not allowed for the primary payer",
    when=("2320",),
)
def insurance_type_of_other_primary(claim: Claim, _setting: Setting) -> Iterator[Problem]:
    """Another payer is primary and has an insurance type code.

    Why: the code (SBR05) says why Medicare does not pay first; for a primary payer it has no
    meaning.
    Fix: leave out the code.
    """
    for payer in other_payers(claim):
        if payer.sequence == PRIMARY and payer.sbr.value(5):
            yield Problem(
                payer.sbr[5], "insurance type code (SBR05) although this payer pays first"
            )


@loop_rule(
    "S447",
    "2000B",
    severity=REJECT,
    status="A6:578",
    source="X12 005010X222A1, SBR05 of 2000B; First Coast Service Options, Medicare secondary "
    "payer claims in 5010; Stedi claim edit: missing insurance type code when Medicare is a "
    "non-primary payer",
    aspect=subscriber_standing,
)
def medicare_secondary_reason_missing(loop: Party, _as_of: date) -> Iterator[Problem]:
    """Medicare is not the primary payer, but the claim does not say why.

    Why: Medicare pays second only for stated reasons (working aged, liability and so on) and
    rejects a secondary claim without the insurance type code (SBR05). Part A (MA) is sent for
    Medicare Advantage plans too, which need none, so it only warns.
    Fix: enter the code for the reason, for example 12 for the working aged.
    """
    indicator = loop.value("SBR", 9)
    if indicator not in MEDICARE or loop.value("SBR", 5):
        return
    severity = None if indicator == MEDICARE_PART_B else WARN
    place = loop.value("SBR", 1)
    if place and place in SEQUENCE and place != PRIMARY:
        message = "Medicare is not primary, but no insurance type code (SBR05) says why"
        yield Problem(_sbr(loop)[5], message, severity=severity)


def _sbr(loop: Loop) -> Segment:
    return loop.segments("SBR")[0]


@claim_rule(
    "S433",
    severity=WARN,
    status="A7:480:PR",
    source="KNOWLEDGE: a beneficiary has Medicare Part B once; agrees with rejections that "
    "clearinghouses publish",
    when=("2320",),
)
def medicare_part_b_twice(claim: Claim, setting: Setting) -> Iterator[Problem]:
    """Medicare Part B is on the claim twice.

    Why: a patient has Medicare Part B once; the other payer is usually a supplement, a Medicare
    Advantage plan or Medicaid with the wrong kind of payer (SBR09).
    Fix: correct the kind of payer, or remove the second Medicare from the claim.
    """
    seen = setting.claim_filing_indicator == MEDICARE_PART_B
    for payer in other_payers(claim):
        if payer.sbr.value(9) == MEDICARE_PART_B:
            if seen:
                message = "Medicare Part B (SBR09 MB) is already another payer of this claim"
                yield Problem(payer.sbr[9], message)
            seen = True


RULES: tuple[Rule, ...] = (
    claim_filing_indicator_missing,
    medicare_part_b_twice,
    sequence_named_twice,
    no_primary_payer,
    sequence_skipped,
    earlier_payer_missing,
    insurance_type_of_primary,
    insurance_type_of_other_primary,
    medicare_secondary_reason_missing,
)
