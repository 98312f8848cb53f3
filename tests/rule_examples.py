"""Makes the examples that rule pages show from the cases of the rules, and the catalogue page.

`python tests/rule_examples.py` writes scrubber/rules/data/examples.json and docs/rules.md anew.
"""

import json
import tomllib
from datetime import date
from difflib import SequenceMatcher
from functools import cache
from pathlib import Path
from typing import Any

from rule_cases import FOLDER, PROFILES, all_findings, run, spoiled

from scrubber.engine import Context, ScrubResult, scrub
from scrubber.findings import Finding
from scrubber.outputs.rule_markdown import catalogue_page
from scrubber.outputs.rule_page import rule_pages
from scrubber.rules.examples import EXAMPLES_FILE
from scrubber.rules.pages import catalogue

ROOT = Path(__file__).parent.parent
PAGE = ROOT / "docs" / "rules.md"
COMMAND = ".venv/bin/python tests/rule_examples.py"
_GUIDE_EXAMPLES = FOLDER / "guide_examples.toml"
_BASE_OF_GUIDE_EXAMPLES = "medicare_visit"
_RUN_OF_GUIDE_EXAMPLES = Context(date(2026, 3, 2), PROFILES)


def load_cases(code: str) -> list[dict[str, Any]]:
    """The cases of a rule, or the examples it has in their place."""
    file = FOLDER / f"{code}.toml"
    if file.exists():
        cases: list[dict[str, Any]] = tomllib.loads(file.read_text(encoding="utf-8"))["case"]
        return cases
    return [example for example in _guide_examples() if example["code"] == code]


@cache
def _guide_examples() -> list[dict[str, Any]]:
    text = _GUIDE_EXAMPLES.read_text(encoding="utf-8")
    examples: list[dict[str, Any]] = tomllib.loads(text)["example"]
    return examples


def examples_of_rule(code: str) -> dict[str, Any]:
    """The record of a rule in examples.json."""
    fixes: set[str] = set()
    examples = []
    for case in load_cases(code):
        text, result = _scrubbed(case)
        said = [finding for finding in all_findings(result) if finding.code == code]
        fixes.update(finding.fix.safety.value for finding in said if finding.fix is not None)
        examples.append(_example(case, text, result, said))
    return {"fixes": [one for one in ("safe", "review", "advice") if one in fixes]} | {
        "examples": examples
    }


def _scrubbed(case: dict[str, Any]) -> tuple[str, ScrubResult]:
    if "code" not in case:
        return spoiled(case), run(case)
    text = _guide_file(case)
    return text, scrub(text.encode("latin-1"), _RUN_OF_GUIDE_EXAMPLES)


def _guide_file(example: dict[str, Any]) -> str:
    text = _base(example)
    for old, new in example["replace"]:
        assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in the base"
        text = text.replace(old, new)
    return text


def _base(case: dict[str, Any]) -> str:
    name = case.get("base", _BASE_OF_GUIDE_EXAMPLES)
    return (FOLDER / "bases" / f"{name}.837").read_text(encoding="latin-1")


def _example(
    case: dict[str, Any], text: str, result: ScrubResult, said: list[Finding]
) -> dict[str, Any]:
    base = _base(case)
    received = _segments(text)
    without, given = _difference(_segments(base), received)
    if "code" not in case:
        # The count of segments was brought into line; that is not the case's point.
        given = [one for one in given if not one.startswith("SE*")]
        without = [one for one in without if not one.startswith("SE*")]
    corrected = [s for part in result.parts for s in _segments(part.corrected)]
    fixed = any(finding.fixed for finding in said)
    record = {
        "name": case["name"],
        "given": given,
        "without": without if not given else [],
        "beside": list(_beside(case)),
        "says": list(map(list, dict.fromkeys(map(_said, said)))),
        "gives": _difference(received, corrected)[1] if fixed else [],
    }
    return {key: value for key, value in record.items() if value}


def _said(finding: Finding) -> tuple[str, str, int | None, str]:
    return finding.severity.value, finding.path, finding.line, finding.message


def _beside(case: dict[str, Any]) -> list[str]:
    beside = [
        "documentation: " + ", ".join(f"{key} {row[key]}" for key in row)
        for row in case.get("documentation", ())
    ]
    if "profile" in case:
        beside.append(f"a payer profile of the user's ({case['profile']})")
    if "consents" in case:
        beside.append(f"consent to {', '.join(case['consents'])}")
    if "tables" in case:
        beside.append(f"imported tables of the user's ({case['tables']})")
    if "as_of" in case:
        beside.append(f"run as of {case['as_of']}")
    return beside


def _segments(text: str) -> list[str]:
    return [" ".join(segment.split("\n")).strip() for segment in text.split("~") if segment.strip()]


def _difference(before: list[str], after: list[str]) -> tuple[list[str], list[str]]:
    gone: list[str] = []
    new: list[str] = []
    for kind, a, b, c, d in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if kind != "equal":
            gone += before[a:b]
            new += after[c:d]
    return gone, new


def examples_text(records: dict[str, dict[str, Any]]) -> str:
    """The file, one line a rule."""
    lines = [f"{json.dumps(code)}: {json.dumps(record)}" for code, record in records.items()]
    return "{\n" + ",\n".join(lines) + "\n}\n"


def main() -> None:
    """Write both files."""
    records = {code: examples_of_rule(code) for code in catalogue() if load_cases(code)}
    EXAMPLES_FILE.parent.mkdir(exist_ok=True)
    EXAMPLES_FILE.write_text(examples_text(records), encoding="utf-8")
    PAGE.write_text(catalogue_page(rule_pages()), encoding="utf-8")


if __name__ == "__main__":
    main()
