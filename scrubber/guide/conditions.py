"""What the guide demands between the elements of one segment, beyond X12's relational notes."""

from collections.abc import Callable, Iterator

from scrubber.guide.faults import Fault

LONGEST_CLAIM_NUMBER, LONGEST_BATCH_NUMBER = 20, 30
LAST_REASON = 17

Check = Callable[[int, list[str]], Iterator[Fault]]


def condition_faults(segment_id: str, index: int, values: list[str]) -> Iterator[Fault]:
    """The faults of segment `index` of its block, split into its id and elements."""
    check = _CHECKS.get(segment_id)
    if check is not None:
        yield from check(index, values)


def _batch(index: int, bht: list[str]) -> Iterator[Fault]:
    if len(bht) > 3 and len(bht[3]) > LONGEST_BATCH_NUMBER:
        message = f"BHT03 (batch number) has more than {LONGEST_BATCH_NUMBER} characters"
        yield Fault("S219", index, 3, 0, message, "5")


def _claim(index: int, clm: list[str]) -> Iterator[Fault]:
    if len(clm) > 1 and len(clm[1]) > LONGEST_CLAIM_NUMBER:
        message = (
            f"CLM01 (claim number) has more than the {LONGEST_CLAIM_NUMBER} characters "
            "that receivers keep"
        )
        yield Fault("S219", index, 1, 0, message, "5")


def _adjustments(index: int, cas: list[str]) -> Iterator[Fault]:
    """The triplets of reason, amount and quantity stand without a gap."""
    for number in range(5, min(LAST_REASON + 1, len(cas)), 3):
        if cas[number] and not cas[number - 3]:
            message = f"CAS{number:02d} (adjustment reason) follows an empty position"
            yield Fault("S227", index, number, 0, message, "2")


def _service(index: int, sv1: list[str]) -> Iterator[Fault]:
    if len(sv1) > 4 and sv1[4].startswith("-"):
        yield Fault("S217", index, 4, 0, "SV104 (units) is below zero", "7")


_CHECKS: dict[str, Check] = {
    "BHT": _batch,
    "CLM": _claim,
    "CAS": _adjustments,
    "SV1": _service,
}
