"""Rules on which diagnoses a service line points to (SV107)."""

from collections.abc import Iterator

from scrubber.claim.claim import MOST_DIAGNOSES, Claim
from scrubber.findings import Problem, Severity
from scrubber.lane.facts import POINTERS_FIT
from scrubber.patches import Fix, Safety
from scrubber.rules.rule import Rule, Setting, claim_rule
from scrubber.x12.whole_number import whole_number

REJECT, WARN = Severity.REJECT, Severity.WARN


def _has_odd_pointers(claim: Claim, setting: Setting) -> bool:
    """Some line points past the diagnoses, or to one of them twice."""
    if claim.block.facts & POINTERS_FIT:
        return False
    count = setting.diagnosis_count
    for line in claim.lines:
        pointers = line.pointers
        if pointers and max(pointers) > count:
            return True
        if len(pointers) > 1 and len(set(pointers)) < len(pointers):
            return True
    return False


@claim_rule(
    "S402",
    severity=REJECT,
    status="A7:477",
    source="X12 005010X222A1, SV107: pointers name diagnoses of the claim's HI",
    concerns=lambda setting: setting.diagnosis_count > 0,
    gate=_has_odd_pointers,
)
def pointer_without_diagnosis(claim: Claim, setting: Setting) -> Iterator[Problem]:
    """A service line points to a diagnosis the claim does not have.

    Why: the pointers of a line are positions in the claim's list of diagnoses; the payer cannot
    tell what the service was for.
    Fix: correct the pointer, or add the missing diagnosis to the claim.
    """
    count = setting.diagnosis_count
    for line in claim.lines:
        sv1 = line.sv1
        for place, pointer in enumerate(sv1.components(7), start=1):
            # Of others than 1 to 12 the guide speaks.
            named = whole_number(pointer)
            if named is not None and 0 < count < named <= MOST_DIAGNOSES:
                message = f"pointer {pointer} names no diagnosis; the claim has {count}"
                yield Problem(sv1[7, place], message)


@claim_rule(
    "S442",
    severity=WARN,
    status="A7:477",
    source="X12 005010X222A1, SV107: up to four different diagnoses",
    gate=_has_odd_pointers,
)
def pointer_repeated(claim: Claim, _setting: Setting) -> Iterator[Problem]:
    """A service line points to the same diagnosis twice.

    Why: the second pointer adds nothing; some payers reject it.
    Fix: the repeated pointer is removed; the order of the others stays the same.
    """
    for line in claim.lines:
        pointers = line.pointers
        if len(set(pointers)) == len(pointers):
            continue
        at = line.sv1[7]
        # One number may be written in two ways, 1 and 01; other text stays.
        kept: dict[int | str, str] = {}
        for text in at.segment.components(7):
            number = whole_number(text)
            kept.setdefault(text if number is None else number, text)
        patch = at.put(at.segment.delimiters.component.join(kept.values()))
        fix = Fix("remove the repeated pointer", (patch,), Safety.SAFE)
        yield Problem(at, "the line points to a diagnosis twice", fix)


RULES: tuple[Rule, ...] = (pointer_without_diagnosis, pointer_repeated)
