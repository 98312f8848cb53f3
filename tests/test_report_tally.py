"""The figures of a report: counts, dollars, reasons, payers, providers, repairs."""

from decimal import Decimal
from typing import Any

import report_samples
from hypothesis import given
from hypothesis import strategies as st

from scrubber.outputs.tally import Share, Summary, Tally


def summary_of(report: dict[str, Any]) -> Summary:
    tally = Tally()
    for claim in report["claims"]:
        tally.add(claim)
    tally.add_file(report)
    return tally.summary()


def test_the_figures_agree_with_the_totals_of_the_report() -> None:
    report = report_samples.report()
    summary, totals = summary_of(report), report["totals"]
    assert summary.claims == totals["claims"]
    assert {name: share.claims for name, share in summary.dispositions.items()} == {
        name: totals[name] for name in ("accepted", "corrected", "rejected")
    }
    assert summary.charge == Decimal(totals["charge"])
    assert summary.dispositions["rejected"].charge == Decimal(totals["charge_rejected"])
    assert summary.not_checked == totals["not_checked"]


def test_rates() -> None:
    summary = summary_of(report_samples.report())
    assert summary.rate("accepted") == Decimal("33.3")
    assert summary.rate("accepted", "corrected") == Decimal("58.3")
    assert Tally().summary().rate("accepted") is None


def test_a_rejection_holds_up_its_whole_claim_and_a_warning_its_line() -> None:
    reasons = {reason.code: reason for reason in summary_of(report_samples.report()).reasons}
    assert (reasons["S601"].claims, reasons["S601"].charge) == (1, Decimal("241.50"))
    assert (reasons["S606"].claims, reasons["S606"].charge) == (1, Decimal("72.00"))
    # A warning about no line in particular is about the whole claim.
    assert reasons["S705"].charge == Decimal("288.00")


def test_what_was_repaired_is_a_reason_no_more() -> None:
    codes = {reason.code for reason in summary_of(report_samples.report()).reasons}
    assert codes.isdisjoint({"S104", "S510", "S610", "S704"})


def test_a_note_is_no_reason() -> None:
    assert "S631" not in {reason.code for reason in summary_of(report_samples.report()).reasons}


def test_a_claim_with_the_same_finding_twice_counts_once() -> None:
    report = report_samples.report()
    findings = report["claims"][1]["findings"]
    findings.append(findings[0] | {"line": 1})
    reason = next(one for one in summary_of(report).reasons if one.code == "S601")
    assert (reason.claims, reason.charge) == (1, Decimal("241.50"))


def test_warned_are_claims_that_go_out() -> None:
    # PT-10236 has a warning too, but is rejected.
    assert summary_of(report_samples.report()).warned == Share(1, Decimal("212.00"))


def test_payers_and_providers_with_the_most_to_fix_come_first() -> None:
    summary = summary_of(report_samples.report())
    assert [(one.name, one.rejected.claims, one.total.claims) for one in summary.payers] == [
        ("medicare_b 01112", 4, 9),
        ("uhc 87726", 1, 3),
    ]
    assert summary.rendering[0].rejected == Share(2, Decimal("600.00"))


def test_repairs_count_what_was_written() -> None:
    report = report_samples.report()
    # The rejected file is as received, so nothing was repaired in it.
    report["claims"][1]["corrections"] = report["claims"][2]["corrections"]
    repairs = {(one.code, one.times, one.claims) for one in summary_of(report).repairs}
    assert repairs == {
        ("S510", 2, 1), ("S104", 1, 0), ("S601", 1, 1), ("S610", 1, 1), ("S704", 1, 1),
    }  # fmt: skip


def test_a_finding_about_the_file_is_a_reason_without_claims() -> None:
    report = report_samples.report()
    report["findings"][0]["fixed"] = False
    reason = next(one for one in summary_of(report).reasons if one.code == "S104")
    assert (reason.claims, reason.charge) == (0, Decimal(0))


@given(st.permutations(range(12)))
def test_the_order_of_claims_changes_no_figure(order: list[int]) -> None:
    report = report_samples.report()
    shuffled = report | {"claims": [report["claims"][number] for number in order]}
    one, other = summary_of(report), summary_of(shuffled)
    assert one._replace(reasons=()) == other._replace(reasons=())
    assert [reason._replace(example="") for reason in one.reasons] == [
        reason._replace(example="") for reason in other.reasons
    ]
