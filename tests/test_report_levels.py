"""What the page says of providers, subscribers and patients: each rule once, however many."""

import pytest

from scrubber.outputs.level_findings import MOST_ALIKE, sorted_findings
from scrubber.outputs.report_file import Record

NOBODY: frozenset[str] = frozenset()


def finding(path: str, segment: int, severity: str = "warn", fixed: bool = False) -> Record:
    return {
        "code": "S549", "path": path, "segment": segment, "severity": severity, "fixed": fixed,
    }  # fmt: skip


def test_findings_of_one_rule_are_told_once_with_the_first_segments() -> None:
    many = [finding("2010BA/N403", segment) for segment in range(10, 5000, 10)]
    of_file, _, (one,) = sorted_findings(many, NOBODY)
    assert of_file == []
    assert one.first["segment"] == 10
    assert one.times == 499
    assert one.where == "segments 10, 20, 30, 40, 50 and 494 more"


def test_one_of_its_kind_is_told_as_one() -> None:
    *_, (one,) = sorted_findings([finding("2000A/PRV03", 7)], NOBODY)
    assert one.where == "segment 7"


@pytest.mark.parametrize("path", ["SE/SE01", "ISA/ISA13", "1000A/NM103", "ST/BHT"])
def test_the_envelope_is_the_file_itself(path: str) -> None:
    of_file, _, of_levels = sorted_findings([finding(path, 2)], NOBODY)
    assert len(of_file) == 1
    assert of_levels == []


def test_what_rejects_claims_stands_with_them_and_is_no_fault_of_the_file() -> None:
    rejecting = finding("2010BA/NM109", 7, "reject")
    of_file, _, (one,) = sorted_findings([rejecting], frozenset({"S549"}))
    assert of_file == []
    assert one.times == 1


def test_a_rejected_level_without_claims_leaves_the_file_in_doubt() -> None:
    of_file, _, of_levels = sorted_findings([finding("2000B/HL", 7, "reject")], NOBODY)
    assert len(of_file) == 1
    assert of_levels == []


def test_repaired_and_open_findings_of_a_rule_are_told_apart() -> None:
    both = [finding("2010BA/N403", 7), finding("2010BA/N403", 9, fixed=True)]
    *_, of_levels = sorted_findings(both, NOBODY)
    assert [one.first["fixed"] for one in of_levels] == [False, True]


def test_of_many_findings_of_one_rule_the_first_are_listed_and_the_others_counted() -> None:
    many = [finding("ISA", segment, fixed=True) for segment in range(3000)]
    listed = sorted_findings([*many, finding("ISA", 3000)], NOBODY)
    assert [one["segment"] for one in listed.of_file] == [*range(MOST_ALIKE), 3000]
    assert listed.more == 3000 - MOST_ALIKE
