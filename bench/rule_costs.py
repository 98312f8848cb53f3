"""The costliest rules: what each rule's check takes of the scrubbing of one file.

Run as a process: `python -m bench.rule_costs FILE [ROWS]`. Every check is replaced by one that
does the same and looks at the clock before and after. What a scrubber remembers as clean it does
not ask a rule about again, so this is the cost of a rule in a run, not that of one question.
"""

import sys
import time
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

from bench.run_date import AS_OF
from scrubber.engine import Context, FileScrubber
from scrubber.findings import Problem
from scrubber.profiles.loader import load_profiles
from scrubber.rules import RULES
from scrubber.run.collector import without_collector
from scrubber.run.source_file import SourceFile
from scrubber.x12.stretches import StretchReader

_ROWS = 10


class Costs:
    """Nanoseconds and calls by the code of a rule."""

    def __init__(self) -> None:
        self.nanoseconds: Counter[str] = Counter()
        self.calls: Counter[str] = Counter()

    def timed(self, rule: Any) -> Any:
        """The rule, its check timed."""
        code, check, clock = rule.code, rule.check, time.perf_counter_ns
        nanoseconds, calls = self.nanoseconds, self.calls

        def with_setting(subject: Any, setting: Any) -> Iterable[Problem]:
            begun = clock()
            found = list(check(subject, setting))
            nanoseconds[code] += clock() - begun
            calls[code] += 1
            return found

        def without_setting(subject: Any, _setting: Any) -> Iterable[Problem]:
            return with_setting(subject, _setting)

        # The runner tells by this name whether a rule looks at the setting.
        looks = not check.__code__.co_varnames[1].startswith("_")
        return replace(rule, check=with_setting if looks else without_setting)


def main() -> int:
    """Scrub the file named on the command line, write nothing, and print the costliest rules."""
    path, rows = Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else _ROWS
    costs = Costs()
    scrubber = FileScrubber(Context(AS_OF, load_profiles(None)), [*map(costs.timed, RULES)])
    claims = 0
    with SourceFile(path) as file, without_collector():
        begun = time.perf_counter_ns()
        for part in scrubber.parts(StretchReader(file.chunks())):
            claims += part.claim is not None
        whole = time.perf_counter_ns() - begun
    print(f"{'':10}{'seconds':>9}{'share':>8}{'calls':>10}{'microseconds a call':>22}")
    for code, spent in costs.nanoseconds.most_common(rows):
        calls = costs.calls[code]
        print(
            f"{code:10}{spent / 1e9:9.3f}{spent / whole:8.1%}{calls:10,}{spent / calls / 1e3:22.1f}"
        )
    spent = costs.nanoseconds.total()
    print(
        f"{'all rules':10}{spent / 1e9:9.3f}{spent / whole:8.1%}{costs.calls.total():10,}"
        f"   ({len(RULES)} rules; scrubbing {claims:,} claims took {whole / 1e9:.2f} s with clocks)"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
