"""Our reader of answers alone on one file: every row is made, every claim and payment balanced.

Run as a process: `python -m bench.answer_reading FILE`. Nothing is written.
"""

import sys
from functools import partial
from pathlib import Path

from scrubber.answers.read import read_answers

CHUNK = 1 << 20


def main() -> int:
    """Read the file named on the command line; print how many rows it has."""
    path = Path(sys.argv[1])
    with path.open("rb") as file:
        rows = read_answers(iter(partial(file.read, CHUNK), b""), path.name)
        print(sum(1 for _ in rows), "rows")
    return 0


if __name__ == "__main__":
    sys.exit(main())
