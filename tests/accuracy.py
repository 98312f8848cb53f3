"""How right the verdicts are on the labelled cases of fixtures/; `make accuracy` prints it.

    python tests/accuracy.py            the tables; exit status 1 where a good claim is rejected
    python tests/accuracy.py --readme   writes the quote in the README anew

The labels are those of the cases, never what the program says of them:

- good are the claims of good_claims, clean and the bases of rules, the files of reported of which
  nothing is expected but that they pass, and cases of rules and payers without findings, unless
  they say that another fault rejects the claim;
- faults are the findings that cases of rules, payers and the guide expect, and the codes of files
  of reported. One is found where its code was reported at the place, on the claim and with the
  severity that the case names;
- repairs are what cases say the corrected file holds.
"""

import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

import rule_cases
import test_guide_cases as guide_cases
import test_payer_statements as payer_cases
import test_reported_cases as reported_cases
from test_readme import block

from scrubber.engine import ScrubResult, scrub
from scrubber.engine.results import ClaimResult, Disposition
from scrubber.findings import Finding, Severity
from scrubber.rules.pages import catalogue
from scrubber.testing.runs import CONTEXT

ROOT = Path(__file__).parent.parent
FIXTURES = ROOT / "fixtures"
GOOD = (FIXTURES / "good_claims", FIXTURES / "clean", rule_cases.FOLDER / "bases")
QUOTE = block("accuracy")
NO_CLAIM = "(no claim)"


class Fault(NamedTuple):
    """A finding that a case expects: its rule, how severe it is to be, and whether it came."""

    code: str
    severity: Severity
    found: bool


class Outcome(NamedTuple):
    """What became of a labelled case: a good claim, or a file with faults.

    `changed` is None where the claim need not go out as it came, `repaired` where no repair is
    expected.
    """

    name: str
    payer: str
    line: str
    rejected: bool
    faults: tuple[Fault, ...] = ()
    changed: bool | None = None
    repaired: bool | None = None

    @property
    def good(self) -> bool:
        """Whether it is a good claim."""
        return not self.faults


def outcomes() -> list[Outcome]:
    """Every labelled case, scrubbed."""
    return [
        outcome
        for source in (_good_files, _reported_files, _rule_cases, _payer_cases, _guide_cases)
        for outcome in source()
    ]


def _good_files() -> Iterator[Outcome]:
    for path in sorted(path for folder in GOOD for path in folder.glob("*.837")):
        result = scrub(path.read_bytes(), CONTEXT)
        for part in result.parts:
            if part.claim is not None:
                changed = part.corrected != part.received
                yield _outcome(f"{path.name} {part.claim.claim_id}", part.claim, changed=changed)


def _reported_files() -> Iterator[Outcome]:
    for path, case in reported_cases.CASES:
        result = scrub(path.read_bytes(), replace(CONTEXT, as_of=case.get("as_of", CONTEXT.as_of)))
        expected = [{"code": code} for code in case.get("codes", ())]
        if expected:
            yield _faulty(path.stem, result, expected, _has_code)
        elif not case.get("rejected"):
            for claim in result.claims:
                yield _outcome(f"{path.stem} {claim.claim_id}", claim)


def _rule_cases() -> Iterator[Outcome]:
    for code, case in rule_cases.cases():
        yield from _of_case(code, case, rule_cases.run(case), rule_cases.matches)


def _payer_cases() -> Iterator[Outcome]:
    for parameters in payer_cases.cases():
        _, whole, case = parameters.values
        result = rule_cases.run(payer_cases.as_rule_case(whole, case))
        yield from _of_case(case["rule"], case, result, rule_cases.matches)


def _guide_cases() -> Iterator[Outcome]:
    for parameters in guide_cases.cases():
        code, case = parameters.values
        if case["findings"]:
            result = scrub(guide_cases.file_of(case), guide_cases.context_of(case))
            yield from _of_case(code, case, result, guide_cases.is_meant)


Meant = Callable[[Finding, dict[str, Any]], bool]


def _of_case(
    code: str, case: dict[str, Any], result: ScrubResult, meant: Meant
) -> Iterator[Outcome]:
    name = f"{code} {case['name']}"
    if case["findings"]:
        repaired = None
        if "after" in case:
            repaired = any(case["after"] in part.corrected for part in result.parts)
        expected = [{"code": code, **one} for one in case["findings"]]
        yield _faulty(name, result, expected, meant)._replace(repaired=repaired)
    elif case.get("disposition") != "rejected":
        for claim in result.claims:
            yield _outcome(f"{name} {claim.claim_id}", claim)


def _faulty(
    name: str, result: ScrubResult, expected: Sequence[dict[str, Any]], meant: Meant
) -> Outcome:
    said = rule_cases.all_findings(result)
    faults = [
        Fault(
            one["code"],
            Severity(one.get("severity", catalogue()[one["code"]].severity.value)),
            any(finding.code == one["code"] and meant(finding, one) for finding in said),
        )
        for one in expected
    ]
    return _outcome(name, next(iter(result.claims), None), faults=tuple(faults))


def _has_code(_finding: Finding, _expected: dict[str, Any]) -> bool:
    return True


def _outcome(name: str, claim: ClaimResult | None, **more: Any) -> Outcome:
    if claim is None:
        return Outcome(name, NO_CLAIM, NO_CLAIM, False, **more)
    rejected = claim.disposition is Disposition.REJECTED
    return Outcome(name, claim.profile, claim.coverage.line.words, rejected, **more)


class Totals(NamedTuple):
    """Counts over all cases; each pair is how many there are, and how many of them are wrong."""

    good: tuple[int, int]
    unchanged: tuple[int, int]
    rejecting: tuple[int, int]
    warning: tuple[int, int]
    repairs: tuple[int, int]


def totals(found: Sequence[Outcome]) -> Totals:
    """Good claims and those rejected, those to go out as they came and those changed, faults and
    those missed, repairs and those that were not made or made otherwise."""
    good = [one.rejected for one in found if one.good]
    changed = [one.changed for one in found if one.changed is not None]
    faults = [fault for one in found for fault in one.faults]
    rejecting = [not one.found for one in faults if one.severity is Severity.REJECT]
    warning = [not one.found for one in faults if one.severity is not Severity.REJECT]
    repairs = [not one.repaired for one in found if one.repaired is not None]
    return Totals(*((len(one), sum(one)) for one in (good, changed, rejecting, warning, repairs)))


WORDS = (
    ("good claims", "rejected"),
    ("good claims that go out as they came", "changed"),
    ("faults that reject", "missed"),
    ("faults that warn or inform", "missed"),
    ("repairs", "wrong"),
)


def quote(found: Sequence[Outcome]) -> str:
    """The table of the README. Numbers of cases are rounded down, so that not every new case makes
    it untrue."""
    rows = [
        f"| {what} | {_rounded(number):,} | {wrong:,} {how} |"
        for (what, how), (number, wrong) in zip(WORDS, totals(found), strict=True)
    ]
    return "\n".join(("| labelled cases | at least | wrong |", "|---|---|---|", *rows)) + "\n"


def _rounded(number: int) -> int:
    step = 100 if number >= 1000 else 10
    return number // step * step


def lines(found: Sequence[Outcome]) -> Iterator[str]:
    """The tables as printed."""
    for (what, how), (number, wrong) in zip(WORDS, totals(found), strict=True):
        yield f"{what:<38}{number:>7,}{wrong:>7,} {how}"
    yield from ("", _row("faults by SNIP type", *(one.value for one in Severity)))
    faults = [fault for one in found for fault in one.faults]
    for snip in sorted({fault.code[1] for fault in faults}):
        of_type = [fault for fault in faults if fault.code[1] == snip]
        yield _row(f"type {snip}", *(_share(of_type, severity) for severity in Severity))
    for title, label in (("line of business", _line), ("payer profile", _payer)):
        yield from ("", _row(title, "good", "rejected", "faults", "found"))
        for name, _ in Counter(map(label, found)).most_common():
            yield _row(name, *_counted([one for one in found if label(one) == name]))
    failing = [one.name for one in found if _is_wrong(one)]
    yield from ("", *(f"wrong: {name}" for name in failing)) if failing else ()


def _row(name: str, *cells: object) -> str:
    return f"{name:<26}" + "".join(f"{cell:>12}" for cell in cells)


def _share(faults: Sequence[Fault], severity: Severity) -> str:
    meant = [fault.found for fault in faults if fault.severity is severity]
    return f"{sum(meant):,} of {len(meant):,}"


def _counted(found: Sequence[Outcome]) -> tuple[int, int, int, int]:
    good = [one.rejected for one in found if one.good]
    faults = [fault.found for one in found for fault in one.faults]
    return len(good), sum(good), len(faults), sum(faults)


def _line(outcome: Outcome) -> str:
    return outcome.line


def _payer(outcome: Outcome) -> str:
    return outcome.payer


def _is_wrong(one: Outcome) -> bool:
    missed = any(not fault.found for fault in one.faults)
    return missed or (one.good and one.rejected) or bool(one.changed) or one.repaired is False


def main() -> int:
    """Print the tables, or write the README's."""
    found = outcomes()
    if "--readme" in sys.argv:
        path = ROOT / "README.md"
        path.write_text(QUOTE.sub(lambda _: quote(found), path.read_text("utf-8")), "utf-8")
        return 0
    print("\n".join(lines(found)))
    return 1 if totals(found).good[1] else 0


if __name__ == "__main__":
    sys.exit(main())
