"""`python -m bench`: what the scrubber takes beside pyx12, measured in one go on the same claims.

It prints figures and judges none: what a run must reach depends on the machine it runs on. All is
measured on synthetic claims, in processes of their own, from start to exit.
"""

import argparse
import os
import platform
from decimal import Decimal
from functools import partial
from pathlib import Path

from bench.claim_files import (
    FAULTS,
    ClaimFile,
    answer_file,
    claim_file,
    claim_file_of_size,
    one_claim_files,
    slice_of,
)
from bench.contenders import Contenders
from bench.measure import CommandError, median
from bench.table import HEADER, Row, in_turn, line

_MEGA = 1_000_000
_SLICE_BYTES = 1_000_000
_SHORT, _LONG = 20, 500
_FEW_ANSWERS, _MANY_ANSWERS = 2000, 20_000
_MANY_FAULTS = Decimal("0.15")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--megabytes", type=int, default=10, help="least size of the file")
    parser.add_argument("--repeat", type=int, default=3, help="times everything is run, in turn")
    parser.add_argument("--jobs", type=int, default=2, help="processes of the second scrubber row")
    parser.add_argument("--full", action="store_true", help="pyx12 on the whole file, not a slice")
    parser.add_argument("--quick", "--short", action="store_true", help="speed and cold start only")
    parser.add_argument("--long", action="store_true", help=f"peak memory of {_LONG} MB as well")
    parser.add_argument("--files", type=int, default=2000, help="files put into the file drop")
    parser.add_argument("--out", type=Path, default=Path("bench-out"), help="folder for all files")
    return parser.parse_args()


def _throughput(
    contenders: Contenders,
    whole: ClaimFile,
    faulty: ClaimFile,
    part: ClaimFile,
    jobs: int,
    repeat: int,
) -> None:
    theirs = Row("pyx12 validation, no 999", part, contenders.pyx12_validate)
    ours = (
        Row("reader and guide check alone", whole, contenders.guide_check),
        Row("scrubber scrub", whole, contenders.scrub),
        Row(f"scrubber scrub --jobs {jobs}", whole, partial(contenders.scrub, jobs=jobs), False),
        Row("without the native part", whole, partial(contenders.scrub, lane=False)),
        Row(f"{_MANY_FAULTS:.0%} with a fault", faulty, contenders.scrub),
    )
    done = in_turn((theirs, *ours), repeat)
    print(HEADER)
    for row in done:
        print(line(row, theirs if theirs in done and row is not theirs else None))
    if ours[1] in done and ours[2] in done:
        gained = median(ours[1].runs).seconds / median(ours[2].runs).seconds
        print(f"{jobs} processes are {gained:.2f} times as fast as one")


def _answers(contenders: Contenders, folder: Path, repeat: int) -> None:
    print("\nremittance advice (835) read and balanced:")
    few, many = (answer_file(folder, claims) for claims in (_FEW_ANSWERS, _MANY_ANSWERS))
    theirs = Row("pyx12 validation, no 999", few, contenders.pyx12_validate)
    ours = Row("our reader alone", many, contenders.read_answers)
    done = in_turn((theirs, ours), repeat)
    print(HEADER)
    for row in done:
        print(line(row, theirs if theirs in done and row is not theirs else None))


def _memory(contenders: Contenders, files: list[ClaimFile], jobs: int) -> None:
    print("\npeak memory of the largest process:")
    for count in (1, jobs):
        name = "scrubber scrub" if count == 1 else f"scrubber scrub --jobs {count}"
        rows = [
            Row(name, file, partial(contenders.scrub, jobs=count), count == 1) for file in files
        ]
        rows = in_turn(rows, 1)
        for row in rows:
            print(line(row))
        if len(rows) > 1:
            factor = rows[-1].runs[0].peak_bytes / rows[0].runs[0].peak_bytes
            longer = rows[-1].file.size / rows[0].file.size
            print(f"a file {longer:.0f} times as long takes {factor:.2f} times the memory")


def _file_drop(contenders: Contenders, files: Path, count: int) -> None:
    print(f"\n{count:,} files of one claim each through the file drop:")
    try:
        took = contenders.watch(files)
    except CommandError as failure:
        print(f"not measured. {failure}")
        return
    print(
        f"{'scrubber watch --once':32}{took.seconds:9.2f} s{count / took.seconds:8.0f} files/s"
        f"{took.peak_bytes / _MEGA:9.1f} MB"
    )


def _cold_start(contenders: Contenders, one: ClaimFile, repeat: int) -> None:
    print("\none claim, whole process from a cold start, the two in turn:")
    rows = (
        Row("x12valid", one, contenders.x12valid),
        Row("scrubber scrub", one, contenders.scrub),
    )
    for row in in_turn(rows, max(5, repeat)):
        took = median(row.runs)
        print(f"{row.name:32}{took.seconds:9.3f} s{took.peak_bytes / _MEGA:9.1f} MB")


def main() -> None:
    """Measure and print."""
    wanted = _arguments()
    folder: Path = wanted.out
    whole = claim_file_of_size(folder, wanted.megabytes)
    part = whole if wanted.full else slice_of(whole, _SLICE_BYTES)
    contenders = Contenders(folder)
    print(f"Python {platform.python_version()}, {os.cpu_count()} processors, {platform.machine()}")
    print(
        f"{whole.claims:,} synthetic therapy claims, {FAULTS:.0%} of them with a planted fault; "
        "MB is 10**6 bytes; medians"
    )
    if not wanted.full:
        print("pyx12 ran on a slice of whole transaction sets; --full runs it on all of the file")
    faulty = claim_file(folder, whole.claims, _MANY_FAULTS)
    _throughput(contenders, whole, faulty, part, wanted.jobs, wanted.repeat)
    _answers(contenders, folder, wanted.repeat)
    _cold_start(contenders, claim_file(folder, 1, Decimal(0)), wanted.repeat)
    if wanted.quick:
        return
    sizes = (_SHORT, _LONG) if wanted.long else (_SHORT,)
    _memory(contenders, [claim_file_of_size(folder, size) for size in sizes], wanted.jobs)
    _file_drop(contenders, one_claim_files(folder, wanted.files), wanted.files)
    print("\nthe ten costliest rules, in a run with a clock around every check:")
    print(contenders.rule_costs(whole), end="")


if __name__ == "__main__":
    main()
