"""The sample report of fixtures/reports, and reports of any size made from it."""

import json
import os
from collections.abc import Callable, Iterator
from copy import deepcopy
from functools import cache
from itertools import cycle, islice
from pathlib import Path
from typing import Any

from scrubber.outputs.check_text import Source
from scrubber.outputs.guidance import Guidance
from scrubber.x12.segment import Delimiters

FOLDER = Path(__file__).parent.parent / "fixtures" / "reports"
REPORT = FOLDER / "sample.report.json"
DELIMITERS = Delimiters("*", ":", "^", "~")


def report() -> dict[str, Any]:
    """A fresh copy of the sample report: 12 claims, two payer profiles."""
    return deepcopy(_load("sample.report.json"))


def guidance() -> dict[str, Guidance]:
    """The pages of the rules that speak in the sample."""
    return {code: Guidance(**page) for code, page in _load("sample.guidance.json").items()}


def source() -> Source:
    """The file that the sample report is about, as far as its findings point at it."""
    segments = _load("sample.segments.json")
    return Source("clinic_day.837", lambda ordinal: segments[str(ordinal)], DELIMITERS)


def many_claims(findings: int) -> Iterator[dict[str, Any]]:
    """Claims like those of the sample that ask for work, until there are so many findings."""
    claims = [claim for claim in report()["claims"] if claim["findings"]]
    for number, claim in enumerate(islice(cycle(claims), None)):
        if findings <= 0:
            return
        findings -= len(claim["findings"])
        yield claim | {"claim_id": f"C{number:06}", "charge": f"{100 + number * 7 % 900}.00"}


def check_golden(name: str, text: str, form: Callable[[str], str] = str) -> None:
    """The output must be the file of that name in the given form; GOLDEN=write writes the file."""
    path = FOLDER / name
    if os.environ.get("GOLDEN") == "write":
        path.write_bytes(text.encode())
    golden = path.read_bytes().decode()
    assert form(text) == form(golden), f"{name} differs; if that is meant: GOLDEN=write"


@cache
def _load(name: str) -> Any:
    return json.loads((FOLDER / name).read_text(encoding="utf-8"))
