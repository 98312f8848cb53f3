"""One row per finding, for spreadsheets: the columns of the CSV and the workbook."""

from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from scrubber.claim.values import dollars
from scrubber.consents import consent_words
from scrubber.outputs.at_risk import at_risk_of
from scrubber.outputs.explain import likely_answer
from scrubber.outputs.findings_of_file import MOST
from scrubber.outputs.form_items import Place
from scrubber.outputs.guidance import UNKNOWN, GuidanceByCode
from scrubber.outputs.report_file import Record
from scrubber.outputs.tally import is_repaired_above
from scrubber.profiles.line_of_business import LineOfBusiness


class FindingRow(NamedTuple):
    """A finding with its claim; texts, with "" where there is nothing to say. The patient is shown
    only where that was asked for."""

    file: str
    claim: str
    line: str
    service_date: str
    procedure: str
    modifiers: str
    therapist: str
    npi: str
    payer_name: str
    payer: str
    profile: str
    line_of_business: str
    disposition: str
    severity: str
    code: str
    snip: str
    item: str
    place: str
    path: str
    message: str
    what_to_do: str
    fixed: str
    with_consent: str
    charge: str
    expected: str
    status: str
    suggested_adjustment: str
    source: str
    rule_page: str
    patient: str


COLUMNS = FindingRow(
    file="File",
    claim="Claim",
    line="Line",
    service_date="Date of service",
    procedure="Procedure",
    modifiers="Modifiers",
    therapist="Therapist",
    npi="Therapist NPI",
    payer_name="Payer name",
    payer="Payer",
    profile="Profile",
    line_of_business="Line of business",
    disposition="Disposition",
    severity="Severity",
    code="Code",
    snip="SNIP type",
    item="CMS-1500 item",
    place="Place",
    path="Path",
    message="Message",
    what_to_do="What to do",
    fixed="Fixed",
    with_consent="With consent",
    charge="Charge",
    expected="Expected",
    status="Claim status",
    suggested_adjustment="Suggested adjustment",
    source="Source",
    rule_page="Rule page",
    patient="Patient",
)
DOLLARS = frozenset({"charge", "expected"})
NUMBERS = DOLLARS | {"line", "snip"}
"""The columns that hold numbers; dollars with two decimals."""

LONGEST_CELL = 32_767
"""No spreadsheet takes more characters in a cell, so no text of a row has more."""

RULE_PAGE = "scrubber rule show "
"""What prints the page of a rule, its code behind it."""

_OF_CLAIM = ("claim_id", "payer_id", "payer_name", "profile", "disposition", "charge")
_NO_CLAIM: Record = {**dict.fromkeys(_OF_CLAIM, ""), "service_from": None, "lines": ()}
_NO_LINE: Record = {"code": "", "modifiers": ()}


def finding_rows(
    claims: Iterable[Record], head: Record, guidance: GuidanceByCode
) -> Iterator[FindingRow]:
    """The rows of a report in file order; the findings that belong to no claim come last. Date,
    charge and expected amount are those of the finding's service line, else of the claim.

    Of `head` only the input's name is read before the claims are through, so the findings of
    the envelope may still be added to it meanwhile. What was repaired above claims has a row for
    each of them, and none without a claim.
    """
    name = head["input"]["name"]
    of_claims: set[tuple[str, str, int]] = set()
    for claim in claims:
        lines = {line["line"]: line for line in reversed(claim["lines"])}
        for finding in claim["findings"]:
            if is_repaired_above(finding) and len(of_claims) < MOST:
                of_claims.add(_place(finding))
            yield _row(name, claim, lines.get(finding["line"]), finding, guidance)
    for finding in head.get("findings", ()):
        if _place(finding) not in of_claims:
            yield _row(name, _NO_CLAIM, None, finding, guidance)


def _place(finding: Record) -> tuple[str, str, int]:
    return finding["code"], finding["path"], finding["segment"]


def line_words(claim: Record) -> str:
    """The line of business under which the claim was judged, in words; "" without one."""
    line = claim.get("line_of_business")
    return LineOfBusiness(line).words if line else ""


def place_words(finding: Record) -> str:
    """Where a finding is on the paper claim: `Item 24D, modifier`; "" where that is unknown."""
    return str(Place(finding["item"], finding["place"]))


def status_text(status: Record | None) -> str:
    """A claim status as trading partners write it: `A7:562:82`, with `+735` for a second code."""
    if not status:
        return ""
    second = status.get("second")
    parts = (status["category"], status["code"], status["entity"])
    return ":".join(part for part in parts if part) + (f"+{second}" if second else "")


def _row(
    name: str,
    claim: Record,
    line: Record | None,
    finding: Record,
    guidance: GuidanceByCode,
) -> FindingRow:
    service = line or _NO_LINE
    risk = at_risk_of(claim, [None if line is None else line["line"]])
    row = FindingRow(
        file=name,
        claim=claim["claim_id"],
        line=_text(finding["line"]),
        service_date=_text((line or {"date": claim["service_from"]})["date"]),
        procedure=service["code"],
        modifiers=" ".join(service["modifiers"]),
        therapist=claim.get("therapist", ""),
        npi=claim.get("rendering", ""),
        payer_name=claim["payer_name"],
        payer=claim["payer_id"],
        profile=claim["profile"],
        line_of_business=line_words(claim),
        disposition=claim["disposition"],
        severity=finding["severity"],
        code=finding["code"],
        snip=_text(finding["snip"]),
        item=finding["item"],
        place=finding["place"],
        path=finding["path"],
        message=finding["message"],
        what_to_do=guidance.get(finding["code"], UNKNOWN).fix,
        fixed="yes" if finding["fixed"] else "no",
        with_consent=finding.get("with_consent", "") or _declined(finding),
        charge=_text((line or claim)["charge"]),
        expected=dollars(risk.expected) if risk.expected else "",
        status=status_text(finding["status"]),
        suggested_adjustment=likely_answer(finding),
        source=finding["source"],
        rule_page=f"{RULE_PAGE}{finding['code']}",
        patient=", ".join(claim.get("patient", {}).values()),
    )
    return FindingRow(*[text[:LONGEST_CELL] for text in row])


def _text(value: Any) -> str:
    return "" if value is None else str(value)


def _declined(finding: Record) -> str:
    """The repair that was declined, and by whom."""
    one = finding.get("declined")
    return f"declined {consent_words(one)}: {one['title']}" if one else ""
