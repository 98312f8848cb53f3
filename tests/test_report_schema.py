"""report.json, version 1: what its JSON Schema takes and what it refuses."""

import json
from collections.abc import Iterator
from importlib.resources import files
from typing import Any

import pytest
import report_samples
from jsonschema import Draft202012Validator

SCHEMA = json.loads(files("scrubber.outputs").joinpath("report.schema.json").read_text("utf-8"))
VALIDATOR = Draft202012Validator(SCHEMA)


def valid(report: Any) -> bool:
    return bool(VALIDATOR.is_valid(report))


def objects(value: Any, path: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    """Every object in a record, each with the way to it."""
    if isinstance(value, dict):
        yield path, value
        for key, member in value.items():
            yield from objects(member, f"{path}/{key}")
    elif isinstance(value, list):
        for number, member in enumerate(value):
            yield from objects(member, f"{path}/{number}")


def test_the_schema_is_a_schema() -> None:
    Draft202012Validator.check_schema(SCHEMA)


def test_the_sample_is_valid() -> None:
    assert [error.message for error in VALIDATOR.iter_errors(report_samples.report())] == []


def test_no_object_takes_a_member_it_does_not_know() -> None:
    report = report_samples.report()
    found = list(objects(report))
    assert len(found) > 100
    for path, record in found:
        record["surprise"] = 1
        assert not valid(report), path
        del record["surprise"]
    assert valid(report)


@pytest.mark.parametrize(
    ("member", "value"),
    [
        ("suggested", {"group": "CO", "carc": "4", "rarc": ["N822"]}),
        ("suggested", {"group": "PR", "carc": "119", "rarc": []}),
        ("element", None),
        ("element", 3),
        ("byte", 0),
        ("severity", "info"),
        ("status", None),
        ("status", {"category": "A8", "code": "453", "entity": None, "second": "735"}),
    ],
)
def test_a_finding_may_say(member: str, value: object) -> None:
    report = report_samples.report()
    report["claims"][1]["findings"][0][member] = value
    assert valid(report)


@pytest.mark.parametrize(
    ("member", "value"),
    [
        ("code", "601"),
        ("code", "S801"),
        ("severity", "error"),
        ("snip", 8),
        ("message", ""),
        ("element", 0),
        ("segment", -1),
        ("fixed", "no"),
        ("line", "2"),
        ("status", {"category": "A6", "code": "453"}),
        ("suggested", {"group": "CO", "carc": "4"}),
    ],
)
def test_a_finding_must_not_say(member: str, value: object) -> None:
    report = report_samples.report()
    report["claims"][1]["findings"][0][member] = value
    assert not valid(report)


@pytest.mark.parametrize("amount", ["12.34", "-12.00", "12.345", "0.00"])
def test_an_amount_keeps_the_decimals_it_was_sent_with(amount: str) -> None:
    report = report_samples.report()
    report["claims"][0]["charge"] = amount
    assert valid(report)


@pytest.mark.parametrize("amount", ["12", "12.5", "12.", "$12.00", "1,200.00", 12.0, ""])
def test_an_amount_has_two_decimals_at_least_and_is_text(amount: object) -> None:
    report = report_samples.report()
    report["claims"][0]["charge"] = amount
    assert not valid(report)


def test_a_claim_whose_charge_and_dates_cannot_be_read_says_null() -> None:
    report = report_samples.report()
    report["claims"][0] |= {"charge": None, "service_from": None, "service_to": None}
    assert valid(report)


def test_patient_and_what_was_not_checked_are_optional() -> None:
    report = report_samples.report()
    report["claims"][0]["patient"] = {"name": "DOE, JANE", "member_id": "1EG4TE5MK73"}
    report["claims"][0]["not_checked"] = ["Units of 97799: not in our table"]
    assert valid(report)
    report["claims"][0]["not_checked"] = [""]
    assert not valid(report)


def test_another_version_is_refused() -> None:
    assert not valid(report_samples.report() | {"schema": "scrubber-report/2"})
