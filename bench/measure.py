"""One command as a process of its own: how long it took and how much memory it had at most."""

import statistics
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

_RSS_UNIT = 1 if sys.platform == "darwin" else 1024
"""What `ru_maxrss` counts in: bytes on macOS, kilobytes elsewhere."""

_LAUNCHER = Path(__file__).parent / "one_process.py"


@dataclass(frozen=True, slots=True)
class Measured:
    """Wall-clock seconds from start to exit, peak resident bytes of its largest process, and
    seconds of processor time, which other load on the machine changes less."""

    seconds: float
    peak_bytes: int
    processor_seconds: float


class CommandError(Exception):
    """A measured command did not do its work; the message has the end of what it printed."""


def run(command: Sequence[str | Path], log: Path, allowed: Sequence[int] = (0,)) -> Measured:
    """Run the command, its output to `log`, and say what it took, start-up included.

    Peaks below the launcher's own, some 10 MB, cannot be told.

    Raises:
        CommandError: its exit status is not among `allowed`.
    """
    launcher = [sys.executable, "-I", "-S", str(_LAUNCHER), str(log), *map(str, command)]
    told = subprocess.run(launcher, capture_output=True, text=True, check=True).stdout.split()
    exit_status = int(told[2])
    if exit_status not in allowed:
        raise CommandError(f"{command[0]} ended with {exit_status}:\n{last_words(log)}")
    return Measured(float(told[0]), int(told[1]) * _RSS_UNIT, float(told[3]))


def last_words(log: Path) -> str:
    """The end of what a command printed."""
    return log.read_text(encoding="utf-8", errors="replace")[-1500:]


def printed(log: Path) -> str:
    """All that a command printed."""
    return log.read_text(encoding="utf-8", errors="replace")


def median(runs: Sequence[Measured]) -> Measured:
    """The median durations and the highest peak of several runs."""
    return Measured(
        statistics.median(each.seconds for each in runs),
        max(each.peak_bytes for each in runs),
        statistics.median(each.processor_seconds for each in runs),
    )
