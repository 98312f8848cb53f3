"""The report in figures as XML, the form from which report.xslt makes a page."""

import re
from collections import Counter, deque
from collections.abc import Callable, Iterable
from decimal import Decimal

from lxml import etree

from scrubber.outputs.explain import likely_answer
from scrubber.outputs.finding_rows import status_text
from scrubber.outputs.guidance import UNKNOWN, GuidanceByCode
from scrubber.outputs.level_findings import LEVELS, MOST_ALIKE, sorted_findings
from scrubber.outputs.report_file import Record
from scrubber.outputs.rule_markdown import example_lines
from scrubber.outputs.rule_page import RulePage, rule_page
from scrubber.outputs.summary_text import expected_words, money, table_words
from scrubber.outputs.tally import Party, Share, Summary
from scrubber.rules.pages import catalogue

# The characters that XML 1.0 cannot carry in any form.
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")

CatalogueEntry = Callable[[str], RulePage | None]
"""Gives the whole page of a rule; None where there is none."""

_FINDING = ("code", "severity", "message", "path", "segment", "fixed", "source")
_CORRECTION = ("code", "path", "before", "after", "title")


def report_element(
    summary: Summary,
    head: Record,
    guidance: GuidanceByCode,
    codes: Iterable[str],
    entry: CatalogueEntry,
) -> etree._Element:
    """The figures, the findings that belong to no claim, and the pages of the rules in `codes`,
    with what the catalogue has of them besides.

    Amounts stand twice: `charge` to draw with, `money` to read.
    """
    report = etree.Element("report", schema=head["schema"])
    _add(report, "input", {key: head["input"][key] for key in ("name", "sha256", "bytes")})
    run = _add(report, "run", {key: head["run"][key] for key in ("version", "as_of")})
    for profile in head["run"]["profiles"]:
        _add(run, "profile", {key: profile[key] for key in ("id", "version")})
    _add_totals(report, summary)
    _add_reasons(report, summary, guidance)
    _add_parties(report, "payers", summary.payers)
    _add_parties(report, "rendering", summary.rendering)
    repairs = _add(report, "repairs")
    for repair in summary.repairs:
        figures = {"times": repair.times, **_share(Share(repair.claims, repair.charge))}
        _add(repairs, "repair", {"code": repair.code, "title": repair.title, **figures})
    rejecting = {one.code for one in summary.reasons if one.severity == "reject" and one.claims}
    _add_file(report, head, frozenset(rejecting))
    _add_rules(report, guidance, codes, entry)
    return report


def _add_totals(report: etree._Element, summary: Summary) -> None:
    totals = _add(report, "totals", _share(Share(summary.claims, summary.charge)))
    clean, received = summary.rate("accepted", "corrected"), summary.rate("accepted")
    if clean is not None and received is not None:
        totals.attrib.update({"clean": str(clean), "clean_as_received": str(received)})
    _set(totals, {"not_checked": summary.not_checked, "findings": summary.findings})
    for name, share in summary.dispositions.items():
        _add(totals, "disposition", {"name": name, **_share(share)})
    _add(totals, "warned", _share(summary.warned))
    for use in summary.tables:
        if words := table_words(use):
            _add(totals, "table", {"words": words})


def _add_reasons(report: etree._Element, summary: Summary, guidance: GuidanceByCode) -> None:
    reasons = _add(report, "reasons")
    if words := expected_words(summary):
        _set(reasons, {"expected": words})
    for reason in summary.reasons:
        if not reason.claims:
            continue
        about = {
            "code": reason.code,
            "severity": reason.severity,
            "snip": reason.snip,
            "title": guidance.get(reason.code, UNKNOWN).title or reason.example,
        }
        if reason.expected:
            about["expected"] = money(reason.expected)
        _add(reasons, "reason", about | _share(Share(reason.claims, reason.charge)))


def _add_parties(report: etree._Element, name: str, parties: Iterable[Party]) -> None:
    group = _add(report, name)
    for party in parties:
        element = _add(
            group, "party", {"name": party.name, "label": party.label, **_share(party.total)}
        )
        _add(element, "rejected", _share(party.rejected))


def _add_file(report: etree._Element, head: Record, rejecting: frozenset[str]) -> None:
    of_file, more, of_levels = sorted_findings(head.get("findings", ()), rejecting)
    file, levels = _add(report, "file"), _add(report, "levels")
    repaired: dict[tuple[str, str], deque[etree._Element]] = {}
    for finding in of_file:
        element = _add_finding(file, finding)
        repaired.setdefault((finding["code"], finding["path"]), deque()).append(element)
    if more:
        _set(file, {"more": f"{more:,}"})
    for one in of_levels:
        element = _add_finding(levels, one.first)
        _set(element, {"times": f"{one.times:,}", "where": one.where})
    codes = {one.first["code"] for one in of_levels}
    alike: Counter[str] = Counter()
    for correction in head.get("corrections", ()):
        code, path = correction["code"], correction["path"]
        if code in codes and path.startswith(LEVELS):
            continue
        alike[code] += 1
        if alike[code] <= MOST_ALIKE:
            waiting = repaired.get((code, path))
            parent = waiting.popleft() if waiting else file
            _add(parent, "correction", {key: correction[key] for key in _CORRECTION})


def _add_finding(parent: etree._Element, finding: Record) -> etree._Element:
    element = _add(parent, "finding", {key: finding[key] for key in _FINDING})
    answer = likely_answer(finding)
    _set(element, {"status": status_text(finding["status"]), "answer": answer or ""})
    return element


def catalogue_entry(code: str) -> RulePage | None:
    """The whole page of a rule; None where the catalogue has none."""
    return rule_page(code) if code in catalogue() else None


def _add_rules(
    report: etree._Element, guidance: GuidanceByCode, codes: Iterable[str], entry: CatalogueEntry
) -> None:
    rules = _add(report, "rules")
    for code in sorted(set(codes) & guidance.keys()):
        element = _add(rules, "rule", {"code": code, **guidance[code]._asdict()})
        page = entry(code)
        if page is not None:
            _add_entry(element, page)


def _add_entry(rule: etree._Element, page: RulePage) -> None:
    """What the catalogue says of a rule beyond its guidance."""
    severity = f"{page.severity}, unless the payer's profile says otherwise"
    status = f"{page.status} ({page.status_words})" if page.status else ""
    answer = f"{page.adjustment} (suggested)" if page.adjustment else ""
    facts = {
        "Type": page.kind, "Severity": severity, "Repair": page.repairs,
        "277CA status": status, "Likely answer": answer, "Source": page.source,
    }  # fmt: skip
    for name, text in facts.items():
        if text:
            _add(rule, "fact", {"name": name, "text": text})
    example = next((one for one in page.examples if one.says), None)
    if example is not None:
        lines = "\n".join(example_lines(example, page.code))
        _add(rule, "example", {"name": example.name, "text": lines})


def _share(share: Share) -> dict[str, object]:
    return {"claims": share.claims, "charge": share.charge, "money": money(share.charge)}


def _add(
    parent: etree._Element, name: str, attributes: dict[str, object] | None = None
) -> etree._Element:
    element = etree.SubElement(parent, name)
    _set(element, attributes or {})
    return element


def _set(element: etree._Element, attributes: dict[str, object]) -> None:
    for key, value in attributes.items():
        text = f"{value:f}" if isinstance(value, Decimal) else str(value)
        element.set(key, _NOT_XML.sub("\ufffd", text))
