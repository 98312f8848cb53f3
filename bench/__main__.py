"""`python -m bench`: what the scrubber takes beside pyx12, measured in one go on one file.

It prints figures and judges none: what a run must reach depends on the machine it runs on.
"""

import argparse
import os
import platform
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

from bench.claim_files import FAULTS, ClaimFile, claim_file, claim_file_of_size, slice_of
from bench.contenders import Contenders
from bench.measure import CommandError, Measured, median

_MEGA = 1_000_000
_SLICE_BYTES = 1_000_000


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--megabytes", type=int, default=10, help="least size of the file")
    parser.add_argument("--repeat", type=int, default=3, help="runs of which the median is taken")
    parser.add_argument("--jobs", type=int, default=1, help="processes of a further scrubber run")
    parser.add_argument("--full", action="store_true", help="pyx12 on the whole file, not a slice")
    parser.add_argument("--short", action="store_true", help="without the file ten times as long")
    parser.add_argument("--out", type=Path, default=Path("bench-out"), help="folder for all files")
    return parser.parse_args()


def _row(name: str, file: ClaimFile, took: Measured) -> str:
    return (
        f"{name:34}{file.size / _MEGA:9.2f}{took.seconds:10.2f}"
        f"{file.size / _MEGA / took.seconds:9.2f}{file.claims / took.seconds:11.0f}"
        f"{took.peak_bytes / _MEGA:10.1f}"
    )


def _repeated(times: int, measure: Callable[[], Measured]) -> Measured:
    return median([measure() for _ in range(times)])


def _attempt(name: str, measure: Callable[[], Measured]) -> Measured | None:
    """The measurement, or None with the reason printed: the other rows are still worth having."""
    try:
        return measure()
    except CommandError as failure:
        print(f"{name}: not measured. {failure}")
        return None


def _throughput(contenders: Contenders, whole: ClaimFile, part: ClaimFile, repeat: int) -> None:
    print(f"{'':34}{'MB':>9}{'seconds':>10}{'MB/s':>9}{'claims/s':>11}{'peak MB':>10}")
    pyx12 = contenders.pyx12_validate(part)
    print(_row("pyx12 validation, no 999", part, pyx12))
    ours = _attempt("scrubber scrub", lambda: _repeated(repeat, lambda: contenders.scrub(whole)))
    if ours is None:
        return
    name = "scrubber scrub" if contenders.jobs == 1 else f"scrubber scrub --jobs {contenders.jobs}"
    print(_row(name, whole, ours))
    ratio = (whole.size / ours.seconds) / (part.size / pyx12.seconds)
    print(f"ratio of MB/s: {ratio:.1f}")


def _memory(contenders: Contenders, short: ClaimFile, long: ClaimFile) -> None:
    first = _attempt("scrubber scrub", lambda: contenders.scrub(short))
    if first is not None:
        second = contenders.scrub(long)
        print(_row("scrubber scrub, ten times as long", long, second))
        print(f"factor of peak memory: {second.peak_bytes / first.peak_bytes:.2f}")


def _cold_start(contenders: Contenders, one: ClaimFile, repeat: int) -> None:
    print("\none claim, whole process from a cold start, the two in turn:")
    ours: list[Measured] = []
    theirs: list[Measured] = []
    for _ in range(max(5, repeat)):
        theirs.append(contenders.x12valid(one))
        took = _attempt("scrubber scrub", lambda: contenders.scrub(one))
        if took is not None:
            ours.append(took)
    for name, runs in (("x12valid", theirs), ("scrubber scrub", ours)):
        if runs:
            took = median(runs)
            print(f"{name:34}{took.seconds:10.3f} s{took.peak_bytes / _MEGA:10.1f} MB")


def main() -> None:
    """Measure and print."""
    wanted = _arguments()
    folder: Path = wanted.out
    whole = claim_file_of_size(folder, wanted.megabytes)
    part = whole if wanted.full else slice_of(whole, _SLICE_BYTES)
    contenders = Contenders(folder)
    print(f"Python {platform.python_version()}, {os.cpu_count()} processors, {platform.machine()}")
    print(
        f"{whole.claims} synthetic therapy claims, {whole.size / _MEGA:.1f} MB, "
        f"{FAULTS:.0%} of them with a planted fault; MB is 10**6 bytes"
    )
    if not wanted.full:
        print("pyx12 ran on a slice of whole transaction sets; --full runs it on all of the file")
    _throughput(contenders, whole, part, wanted.repeat)
    if wanted.jobs > 1:
        _throughput(Contenders(folder, wanted.jobs), whole, part, wanted.repeat)
    if not wanted.short:
        _memory(contenders, whole, claim_file(folder, whole.claims * 10))
    _cold_start(contenders, claim_file(folder, 1, Decimal(0)), wanted.repeat)


if __name__ == "__main__":
    main()
