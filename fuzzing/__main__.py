"""`python -m fuzzing TARGET`: coverage-guided fuzzing of one parser with atheris (libFuzzer).

It begins with the inputs in tests/fuzz_corpus/TARGET, keeps what it finds in fuzz-out/TARGET, and
ends with status 0 once the time is over, or with another one at the first input that breaks a law,
takes longer than it may or fills the memory; that input is written to fuzz-out.
"""

import argparse
import sys
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["scrubber"]):
    from fuzzing.targets import TARGETS

ROOT = Path(__file__).parent.parent
CORPUS = ROOT / "tests" / "fuzz_corpus"
LONGEST_SECONDS, MOST_MEGABYTES = 10, 1024


def main() -> None:
    """Fuzz one target for a while."""
    given = _arguments()
    found = Path(given.out, given.target)
    found.mkdir(parents=True, exist_ok=True)
    options = {
        "max_total_time": given.seconds,
        "timeout": LONGEST_SECONDS,
        "rss_limit_mb": MOST_MEGABYTES,
        "max_len": given.longest,
        "artifact_prefix": f"{given.out}/{given.target}-",
        "print_final_stats": 1,
    }
    words = CORPUS / f"{given.target}.dict"
    if words.exists():
        options["dict"] = words
    flags = [f"-{name}={value}" for name, value in options.items()]
    folders = [str(found), str(CORPUS / given.target)]
    atheris.Setup([sys.argv[0], *flags, *folders], TARGETS[given.target])
    atheris.Fuzz()


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m fuzzing", description=__doc__)
    parser.add_argument("target", choices=TARGETS)
    parser.add_argument("--seconds", type=int, default=60)
    parser.add_argument("--longest", type=int, default=8192, help="bytes of an input")
    parser.add_argument("--out", type=Path, default=Path("fuzz-out"))
    return parser.parse_args()


if __name__ == "__main__":
    main()
