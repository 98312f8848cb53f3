"""Reads and runs the cases of fixtures/rules: a clean file, how it was spoiled, what is said.

A case file is named for its rule. Each [[case]] has

    name        what the case shows
    base        a file in fixtures/rules/bases, without .837; it is clean
    replace     pairs [old, new]; each old text must stand in the base exactly once
    findings    what the rule must say: path, line, severity, segment (its number in the file),
                fixed (whether it was repaired), message (a part of it), without (no part of it),
                fix (text of the file as the finding's fix makes it; "" where it offers none);
                [] if nothing
    after       text that must stand in the corrected claim, where the rule repairs
    disposition what becomes of the claim, where it matters. A claim without findings is a good one
                unless its case says "rejected": then it has a fault of another rule
    as_of       the date of the run; 2026-03-02 unless given
    documentation  rows of the documentation: claim_id, line, minutes and the rest
    profile     a payer profile in fixtures/rules/profiles, without .xml, beside the shipped ones
    consents    codes of rules whose REVIEW fixes the caller allows
    tables      a folder of imported tables in fixtures/rules/tables

SE01 is counted anew after the replacements.

Cases in fixtures/rules/edges are like them. They show how exact a rule is, on either side of a
limit, and are no examples for its page.
"""

import tomllib
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from scrubber.engine import Consent, Context, ScrubResult, scrub
from scrubber.engine.results import ClaimResult
from scrubber.findings import Finding
from scrubber.patches import apply_patches
from scrubber.profiles.loader import load_profiles, load_with
from scrubber.profiles.selection import ProfileSet
from scrubber.therapy.documentation import Documentation, documentation_of

FOLDER = Path(__file__).parent.parent / "fixtures" / "rules"
PROFILES = load_profiles(None)


@cache
def profiles_with(name: str) -> ProfileSet:
    return load_with([FOLDER / "profiles" / f"{name}.xml"])


def cases() -> list[tuple[str, dict[str, Any]]]:
    """Every case with the code of its rule."""
    return [
        (file.stem, case)
        for file in sorted([*FOLDER.glob("S*.toml"), *(FOLDER / "edges").glob("S*.toml")])
        for case in tomllib.loads(file.read_text(encoding="utf-8"))["case"]
    ]


def spoiled(case: dict[str, Any]) -> str:
    text = (FOLDER / "bases" / f"{case['base']}.837").read_text(encoding="latin-1")
    for old, new in case.get("replace", []):
        assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in {case['base']}"
        text = text.replace(old, new)
    return recounted(text)


def recounted(text: str) -> str:
    segments = text.split("~")
    first = next(i for i, s in enumerate(segments) if s.strip().startswith("ST*"))
    last = next(i for i, s in enumerate(segments) if s.strip().startswith("SE*"))
    trailer = segments[last].split("*")
    trailer[1] = str(last - first + 1)
    segments[last] = "*".join(trailer)
    return "~".join(segments)


def context_of(case: dict[str, Any]) -> Context:
    as_of = date.fromisoformat(case.get("as_of", "2026-03-02"))
    profiles = profiles_with(case["profile"]) if "profile" in case else PROFILES
    documented = documentation(case.get("documentation"))
    tables = FOLDER / "tables" / case["tables"] if "tables" in case else None
    consents = frozenset(map(Consent, case.get("consents", ())))
    return Context(as_of, profiles, documented, consents, tables)


def run(case: dict[str, Any]) -> ScrubResult:
    return scrub(spoiled(case).encode("latin-1"), context_of(case))


def documentation(rows: list[dict[str, Any]] | None) -> Documentation | None:
    if rows is None:
        return None
    columns = list(rows[0])
    lines = [",".join(str(row.get(column, "")) for column in columns) for row in rows]
    return documentation_of([",".join(columns), *lines])


def all_findings(result: ScrubResult) -> list[Finding]:
    return result.findings + [f for claim in result.claims for f in claim.findings]


def matches(finding: Finding, expected: dict[str, Any]) -> bool:
    return (
        finding.path == expected.get("path", finding.path)
        and finding.line == expected.get("line", finding.line)
        and finding.segment == expected.get("segment", finding.segment)
        and finding.severity.value == expected.get("severity", finding.severity.value)
        and finding.fixed is expected.get("fixed", finding.fixed)
        and expected.get("message", "") in finding.message
        and ("without" not in expected or expected["without"] not in finding.message)
    )


def offers(finding: Finding, expected: dict[str, Any], case: dict[str, Any]) -> bool:
    """Whether the fix is the expected one, where the case says which that is."""
    wanted = expected.get("fix")
    if wanted is None or finding.fix is None:
        return not wanted
    return bool(wanted) and wanted in apply_patches(spoiled(case), finding.fix.patches)


def check(code: str, case: dict[str, Any]) -> None:
    """Fails where a rule does not say of its case what is expected."""
    result = run(case)
    said = [f for f in all_findings(result) if f.code == code]
    expected = case["findings"]
    assert len(said) == len(expected), [f"{f.path}: {f.message}" for f in said]
    for one in expected:
        assert any(matches(f, one) and offers(f, one, case) for f in said), (one, said)
    claims: list[ClaimResult] = result.claims
    assert not [claim.not_checked for claim in claims if claim.not_checked]
    if "disposition" in case:
        assert {claim.disposition.value for claim in claims} == {case["disposition"]}
    if "after" in case:
        assert any(case["after"] in part.corrected for part in result.parts)
