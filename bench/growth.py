"""`python -m bench.growth`: whether a claim costs more in a longer file, whoever its patients are.

Claims of a patient each, of 200 patients in all, and of one patient on one day, in a short file and
a long one: processor time for each claim, start-up in, and the most memory. Charges differ, so that
no claim is a copy of another.
"""

import argparse
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

from bench.claim_files import ClaimFile
from bench.contenders import Contenders

_MODEL = Path(__file__).parent.parent / "fixtures" / "clean" / "one_claim.837"
_CLAIMS_OF_SET = 2000
_DAYS, _FIRST_DAY = 10, date(2025, 6, 1)
_SHAPES = {"a patient each": 0, "200 patients": 200, "one patient, one day": 1}
"""How many patients share the claims; 0 where none comes again."""


def _member(patient: int) -> str:
    """A Medicare number of its own for each of a million patients."""
    digits = f"{patient:06d}"
    return f"1E{digits[:2]}T{digits[2:4]}MK{digits[4:]}"


def _claims(number: int, patients: int) -> Iterator[str]:
    """Each claim with its 2000B, behind the number of its HL."""
    text = _MODEL.read_text(encoding="latin-1")
    model = text[text.index("HL*2*") + len("HL*2") : text.index("\nSE*") + 1]
    for at in range(number):
        day = _FIRST_DAY + timedelta(0 if patients == 1 else at // (patients or number) % _DAYS)
        dollars, cents = divmod(at % 9000, 100)
        yield (
            model.replace("1EG4TE5MK72", _member(at % (patients or number)))
            .replace("20260120", "20250520")
            .replace("20260227", f"{day:%Y%m%d}")
            .replace("ONE-1", f"V{at}")
            .replace("*116.00*", f"*{116 + dollars}.{cents:02d}*")
            .replace("*172.00*", f"*{172 + dollars}.{cents:02d}*")
        )


def _file(folder: Path, number: int, patients: int) -> ClaimFile:
    """A file of so many claims, in sets of a few thousand."""
    text = _MODEL.read_text(encoding="latin-1")
    headers, trailers = text[: text.index("ST*")], text[text.index("GE*") :]
    set_header = text[text.index("ST*") : text.index("HL*2*")]
    control = set_header.split("*")[2]
    path = folder / f"growth-{number}-{patients}.837"
    folder.mkdir(parents=True, exist_ok=True)
    sets = -(-number // _CLAIMS_OF_SET)
    claims = _claims(number, patients)
    with path.open("w", encoding="latin-1") as out:
        out.write(headers)
        for nth in range(1, sets + 1):
            out.write(set_header.replace(f"*{control}*", f"*{nth:04d}*", 1))
            segments = set_header.count("~") + 1
            for level in range(2, min(_CLAIMS_OF_SET, number - (nth - 1) * _CLAIMS_OF_SET) + 2):
                claim = f"HL*{level}{next(claims)}"
                segments += claim.count("~")
                out.write(claim)
            out.write(f"SE*{segments}*{nth:04d}~\n")
        out.write(trailers.replace("GE*1*", f"GE*{sets}*"))
    return ClaimFile(path, path.stat().st_size, number)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m bench.growth", description=__doc__)
    parser.add_argument("--claims", type=int, nargs=2, default=(30_000, 150_000))
    parser.add_argument("--out", type=Path, default=Path("bench-out"), help="folder for all files")
    wanted = parser.parse_args()
    contenders = Contenders(wanted.out)
    for name, patients in _SHAPES.items():
        each = []
        for number in wanted.claims:
            file = _file(wanted.out, number, patients)
            took = contenders.scrub(file)
            file.path.unlink()
            each.append(took.processor_seconds / number * 1e6)
            print(
                f"{name:22}{number:9,} claims{file.size / 1e6:8.0f} MB{each[-1]:8.0f} us a claim"
                f"{took.peak_bytes / 1e6:8.0f} MB of memory"
            )
        print(f"{name:22}a claim takes {each[1] / each[0]:.2f} times as long in the longer file")


if __name__ == "__main__":
    main()
