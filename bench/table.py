"""Measurements in rows: repeated in turn, so that what else the machine does hits all alike."""

import statistics
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from bench.claim_files import ClaimFile
from bench.measure import CommandError, Measured, median

_MEGA = 1_000_000
HEADER = (
    f"{'':30}{'MB':>7}{'seconds':>9}{'of CPU':>8}{'MB/s':>7}{'claims/s':>10}{'peak MB':>9}"
    f"{'ratio':>8}{'(least, most)':>16}{'by CPU':>8}"
)


@dataclass
class Row:
    """What is measured on a file, and each time it was. Of a command that is not `alone`, but
    leaves work to other processes, the processor time is not known."""

    name: str
    file: ClaimFile
    measure: Callable[[ClaimFile], Measured]
    alone: bool = True
    runs: list[Measured] = field(default_factory=list)

    def speed(self, turn: int) -> float:
        """Bytes a second, that time."""
        return self.file.size / self.runs[turn].seconds


def in_turn(rows: Sequence[Row], times: int) -> list[Row]:
    """Measure every row, then every row again; the rows that could be measured. Why one could
    not is printed: the others are still worth having."""
    left = list(rows)
    for _ in range(times):
        for row in list(left):
            try:
                row.runs.append(row.measure(row.file))
            except CommandError as failure:
                print(f"{row.name}: not measured. {failure}")
                left.remove(row)
    return left


def line(row: Row, beside: Row | None = None) -> str:
    """The median of a row; with the ratios of its speed to that of the row measured beside it, by
    the clock and by processor time."""
    took = median(row.runs)
    size, seconds = row.file.size / _MEGA, took.seconds
    processor = f"{took.processor_seconds:8.2f}" if row.alone else f"{'':8}"
    text = (
        f"{row.name:30}{size:7.1f}{seconds:9.2f}{processor}{size / seconds:7.2f}"
        f"{row.file.claims / seconds:10,.0f}{took.peak_bytes / _MEGA:9.1f}"
    )
    if beside is None:
        return text
    ratios = [row.speed(turn) / beside.speed(turn) for turn in range(len(row.runs))]
    spread = f"({min(ratios):.1f}, {max(ratios):.1f})"
    text += f"{statistics.median(ratios):8.1f}{spread:>16}"
    if not row.alone:
        return text
    theirs = median(beside.runs).processor_seconds / beside.file.size
    by_cpu = theirs / (took.processor_seconds / row.file.size)
    return f"{text}{by_cpu:8.1f}"
