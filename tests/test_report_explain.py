"""The suggested adjustments: the table, and which row answers for which status."""

import csv
from importlib.resources import files
from typing import Any

import pytest
import report_samples

from scrubber.outputs.explain import (
    Adjustment,
    adjustment_for,
    likely_answer,
    suggested_adjustment,
)
from scrubber.outputs.rule_page import RulePage, rule_pages

TABLE = files("scrubber.outputs").joinpath("data/suggested_adjustments.csv").read_text("utf-8")
ROWS = list(csv.DictReader(TABLE.splitlines()))
KEY = ("category", "code", "entity", "second", "element")


def test_every_row_has_a_source_and_a_confidence() -> None:
    for row in ROWS:
        assert row["source"].startswith(("SOURCED", "KNOWLEDGE")), row
        assert row["confidence"] in {"high", "medium", "low"}, row
        assert row["group"] in {"CO", "OA", "PI", "PR", "PR/CO"}, row
        assert row["carc"].isdigit(), row


def test_no_status_has_two_rows() -> None:
    keys = [tuple(row[part] for part in KEY) for row in ROWS]
    assert len(set(keys)) == len(keys)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: ":".join(row[part] for part in KEY))
def test_every_row_answers_for_its_own_status(row: dict[str, str]) -> None:
    found = adjustment_for(*(row[part] for part in KEY))
    assert found is not None
    assert (found.group, found.carc) == (row["group"], row["carc"])
    assert ";".join(found.rarc) == row["rarc"]


@pytest.mark.parametrize(
    ("status", "path", "expected"),
    [
        (("A6", "453", None, None), "2400/SV101-3", "CO-4 N822 MA130"),
        (("A8", "453", None, None), "2400/SV101-3", "CO-4"),
        (("A8", "453", None, "735"), "2400/SV101-3", "CO-236 M15"),
        (("A8", "476", None, "732"), "2400/SV104", "CO-222 N853 N640"),
        (("A8", "476", None, "732"), "2400/LX01", "CO-151 N362"),
        (("A8", "476", None, "732"), "2400/LX", "OA-18"),
        (("A7", "562", "82", None), "2310B/NM109", "CO-16 N290 MA130"),
        (("A7", "562", "85", None), "2010AA/NM109", "CO-207 N257"),
        # A status that the table does not know has the general answer of its category ...
        (("A7", "562", "77", None), "2310C/NM109", "CO-16 MA130"),
        (("A6", "999", None, None), "2300/CLM01", "CO-16 MA130"),
        # ... and where the category has none, there is no suggestion.
        (("A3", "684", None, None), "2300/CLM01", "None"),
    ],
)
def test_the_most_particular_row_answers(
    status: tuple[str, str, str | None, str | None], path: str, expected: str
) -> None:
    names = ("category", "code", "entity", "second")
    finding = {"status": dict(zip(names, status, strict=True)), "path": path}
    assert str(suggested_adjustment(finding)) == expected


def test_a_finding_may_bring_its_own_suggestion() -> None:
    finding = report_samples.report()["claims"][1]["findings"][0]
    finding["suggested"] = {"group": "PR", "carc": "119", "rarc": ["N435"]}
    assert suggested_adjustment(finding) == Adjustment("PR", "119", ("N435",))


@pytest.mark.parametrize("page", list(rule_pages()), ids=lambda page: page.code)
def test_every_rule_that_finds_fault_says_what_a_payer_would_answer(page: RulePage) -> None:
    """Only what informs of a check that was not made has nothing to answer."""
    assert page.adjustment or page.severity == "info"


def test_what_cannot_be_read_is_never_adjudicated() -> None:
    status = {"category": "A3", "code": "481", "entity": None, "second": None}
    finding = {"status": status, "path": "ISA/ISA05"}
    assert suggested_adjustment(finding) is None
    assert likely_answer(finding) == "TA1 or 999, returned unread"


def test_a_finding_without_status_has_none() -> None:
    finding: dict[str, Any] = {"status": None, "path": "2300/HI01-2"}
    assert suggested_adjustment(finding) is None
