"""Makes scrubber/testing/data/specimens.json from the cases of the rules.

For every rule the failing case that says the least besides; `python tests/specimens.py` writes the
file anew. What the cases cannot give is in scrubber/testing/data/own_specimens.toml.
"""

import json
import tomllib
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from rule_cases import FOLDER, all_findings, run
from test_guide_cases import CONTEXT
from test_guide_cases import FOLDER as GUIDE_FOLDER
from test_guide_cases import file_of as guide_file_of

from scrubber.engine import ScrubResult, scrub
from scrubber.findings import Severity
from scrubber.rules.pages import catalogue
from scrubber.testing.specimens import OWN_FILE, SHIPPED_FILE

KEPT = (
    "base", "text", "replace", "recount", "as_of", "documentation", "profile", "consents",
    "isolate",
)  # fmt: skip
"""What of a case makes its file and the run it is meant for."""

Case = dict[str, Any]


def failing_files(code: str) -> Iterator[list[Case]]:
    """The case files of a rule: of the rules, and of the guide."""
    for folder in (FOLDER, GUIDE_FOLDER):
        file = folder / f"{code}.toml"
        if file.exists():
            cases: list[Case] = tomllib.loads(file.read_text(encoding="utf-8"))["case"]
            yield [{**case, "of_guide": folder is GUIDE_FOLDER} for case in cases]


def failing_cases(code: str) -> Iterator[tuple[Case, ScrubResult]]:
    """The failing cases of a rule, each with what is said of it."""
    for cases in failing_files(code):
        for case in cases:
            # What lies in a folder of the user's is not in the file.
            if case["findings"] and "tables" not in case:
                yield case, _scrubbed(case)


def _scrubbed(case: Case) -> ScrubResult:
    if not case["of_guide"]:
        return run(case)
    context = replace(CONTEXT, isolate=case.get("isolate", "claim"))
    return scrub(guide_file_of(case), context)


def plainest_case(code: str) -> Case | None:
    """The case that says least besides the rule's own; None where the rule has none."""
    found = [
        (_besides(code, result), at, case)
        for at, (case, result) in enumerate(failing_cases(code))
        if code in {finding.code for finding in all_findings(result)}
    ]
    return min(found, key=lambda one: one[:2])[2] if found else None


def _besides(code: str, result: ScrubResult) -> tuple[int, int]:
    others = [one for one in all_findings(result) if one.code != code]
    rejecting = {one.code for one in others if one.severity is Severity.REJECT}
    return len(rejecting), len({one.code for one in others})


def specimens() -> dict[str, Any]:
    """The whole file: bases, profiles, and a specimen a rule."""
    own = tomllib.loads(OWN_FILE.read_text(encoding="utf-8"))
    plainest = {
        code: case for code in catalogue() if code not in own and (case := plainest_case(code))
    }
    bases = {one.stem: one.read_text("latin-1") for one in (FOLDER / "bases").glob("*.837")}
    used = sorted({case["profile"] for case in plainest.values() if "profile" in case})
    return {
        "bases": dict(sorted(bases.items())),
        "profiles": {one: (FOLDER / "profiles" / f"{one}.xml").read_text("utf-8") for one in used},
        "specimens": {code: kept(case) for code, case in plainest.items()},
    }


def kept(case: Case) -> Case:
    """The parts of a case that a specimen has."""
    return {"name": case["name"], **{key: case[key] for key in KEPT if key in case}}


def specimens_text(whole: dict[str, Any]) -> str:
    """The file, one line a record."""
    parts = []
    for section, records in whole.items():
        lines = [f"{json.dumps(key)}: {json.dumps(value)}" for key, value in records.items()]
        parts.append(f"{json.dumps(section)}: {{\n" + ",\n".join(lines) + "\n}")
    return "{\n" + ",\n".join(parts) + "\n}\n"


if __name__ == "__main__":
    SHIPPED_FILE.write_text(specimens_text(specimens()), encoding="utf-8")
