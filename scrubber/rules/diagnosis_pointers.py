"""Rules on which diagnoses a service line points to (SV107)."""

from collections.abc import Iterator

from scrubber.claim.service_line import ServiceLine
from scrubber.findings import Problem, Severity
from scrubber.rules.rule import Rule, Setting, line_rule

REJECT = Severity.REJECT


@line_rule(
    "S402",
    severity=REJECT,
    status="A7:477",
    source="X12 005010X222A1, SV107: pointers name diagnoses of the claim's HI",
)
def pointer_without_diagnosis(line: ServiceLine, setting: Setting) -> Iterator[Problem]:
    """A service line points to a diagnosis the claim does not have.

    Why: the pointers of a line are places in the claim's list of diagnoses; the payer cannot
    tell what the service was for.
    Fix: correct the pointer, or add the missing diagnosis to the claim.
    """
    count = setting.diagnosis_count
    if not count or all(0 < pointer <= count for pointer in line.service.pointers):
        return
    sv1 = line.sv1
    for place, pointer in enumerate(sv1.components(7), start=1):
        if pointer.isascii() and pointer.isdigit() and not 0 < int(pointer) <= count:
            message = f"pointer {pointer} names no diagnosis; the claim has {count}"
            yield Problem(sv1[7, place], message)


RULES: tuple[Rule, ...] = (pointer_without_diagnosis,)
