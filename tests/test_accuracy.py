"""No labelled good claim is rejected, every labelled fault is found, and the README says so."""

from functools import cache

import accuracy
from accuracy import Outcome


@cache
def found() -> list[Outcome]:
    return accuracy.outcomes()


def test_there_are_a_thousand_cases_half_of_them_good() -> None:
    assert len(found()) >= 1000
    assert sum(one.good for one in found()) >= 500


def test_no_good_claim_is_rejected_and_none_changed_that_goes_out_as_it_came() -> None:
    assert [one.name for one in found() if one.good and one.rejected] == []
    assert [one.name for one in found() if one.changed] == []


def test_every_fault_is_found_and_every_repair_right() -> None:
    assert [one.name for one in found() if not all(fault.found for fault in one.faults)] == []
    assert [one.name for one in found() if one.repaired is False] == []


def test_the_readme_quotes_it() -> None:
    readme = (accuracy.ROOT / "README.md").read_text(encoding="utf-8")
    quoted = accuracy.QUOTE.search(readme)
    assert quoted is not None
    assert quoted[0] == accuracy.quote(found()), (
        "write the quote anew: python tests/accuracy.py --readme"
    )
