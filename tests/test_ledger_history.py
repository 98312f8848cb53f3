"""What earlier services mean for later ones, as rows and words."""

from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrubber.history.book import Ledger
from scrubber.history.database import ledger_url
from scrubber.history.keys import Keys
from scrubber.history.ledger_history import PatientHistory, Visit, in_force, over_threshold
from scrubber.history.services import NO_NOTE, ServiceRow
from scrubber.history.visits import overdue_notes, visits_without_note
from scrubber.therapy.thresholds import threshold

DAY = date(2026, 2, 27)
NOTHING = Decimal(0)
KX = next(one.kx for one in [threshold(2026, "GP")] if one is not None)


def row(**given: object) -> ServiceRow:
    plain = ServiceRow(
        1, 0, 1, "claim", "1", "patient", "provider", "97110", ("GP",), DAY, DAY, "11",
        Decimal("116.00"), Decimal(2), "GP", True, Decimal("58.12"),
    )  # fmt: skip
    return plain._replace(**given)  # type: ignore[arg-type]


def codes(
    rows: list[ServiceRow], earlier: list[ServiceRow], opening: Decimal = NOTHING
) -> list[tuple[str, int]]:
    said = over_threshold(rows, PatientHistory(earlier), opening)
    return [(one.rule.code, one.line) for one in said]


LATER = {"file": 2, "claim": "other"}


def test_the_threshold_is_counted_by_year_and_shared_discipline() -> None:
    speech = row(code="92507", discipline="GN", expected=KX, first=date(2026, 1, 5))
    assert codes([row(**LATER)], [speech]) == []
    above = speech._replace(expected=KX + 1)
    assert codes([row(**LATER)], [above]) == [("S692", 1)]
    assert codes([row(**LATER, modifiers=("GP", "KX"))], [above]) == []
    assert codes([row(**LATER, counted=False)], [above]) == []
    assert codes([row(**LATER, discipline="GO")], [above]) == []
    assert codes([row(**LATER)], [above._replace(first=date(2025, 12, 31))]) == []
    assert codes([row(**LATER)], [above._replace(counted=False)]) == []


def test_what_has_no_rate_counts_nothing_and_is_told() -> None:
    unknown = row(code="97140", expected=None)
    earlier = PatientHistory([unknown, row()])
    assert earlier.accrued(2026, "GP") == (Decimal("58.12"), 1)
    [said] = over_threshold([row(**LATER, code="97530")], earlier, KX)
    assert "services without a rate in our table, not counted: 1" in said.message


def test_a_replacement_takes_the_place_of_what_it_replaces() -> None:
    replacement = row(file=2, frequency="7")
    assert in_force([row(), replacement]) == [replacement]
    assert in_force([row(), row(file=2, frequency="8")]) == []
    assert len(in_force([row(), row(file=2, claim="other", frequency="8")])) == 1


rows = st.builds(
    lambda claim, line, day, frequency: row(
        claim_number=claim, claim=f"c{claim}", line=line, first=date(2026, 1, day),
        last=date(2026, 1, day), frequency=frequency,
    ),
    st.integers(0, 9), st.integers(1, 9), st.integers(1, 31), st.sampled_from("178"),
)  # fmt: skip


@given(st.lists(rows, max_size=12, unique_by=lambda one: (one.claim_number, one.line)), st.data())
def test_the_order_in_which_rows_are_given_does_not_matter(
    some: list[ServiceRow], data: st.DataObject
) -> None:
    assert in_force(data.draw(st.permutations(some))) == in_force(some)


@given(st.lists(rows, max_size=12, unique_by=lambda one: one.claim_number))
def test_claim_by_claim_it_adds_up_to_what_is_in_force(some: list[ServiceRow]) -> None:
    some = [one._replace(note=NO_NOTE, claim=f"c{one.claim_number % 3}") for one in some]
    step_by_step, before = PatientHistory(), list[ServiceRow]()
    for one in sorted(some, key=lambda row: row.claim_number):
        if one.frequency in "78":
            known = [other for other in before if other.claim == one.claim]
            step_by_step.add(in_force(known), -1)
        if one.frequency != "8":
            step_by_step.add([one])
        before.append(one)
    at_once = PatientHistory(some)
    assert set(step_by_step.visits) == set(at_once.visits)
    assert step_by_step.accrued(2026, "GP") == at_once.accrued(2026, "GP")


@given(st.lists(rows, max_size=8, unique_by=lambda one: (one.claim_number, one.line)))
def test_entering_a_file_again_changes_nothing(some: list[ServiceRow]) -> None:
    book = Ledger(ledger_url("sqlite://"), Keys(b"k" * 32))
    for sha256 in ("a" * 64, "b" * 64, "a" * 64):
        with book.enter(sha256, DAY) as entry:
            known = entry.services_of(["patient"]).get("patient", [])
            assert all(one.file < entry.file for one in known)
            entry.claims = 1
            entry.add_services([one._replace(file=entry.file) for one in some])
    assert [one.sha256[0] for one in book.files()] == ["a", "b"]
    kept = [one for one in book.services() if one.file == 1]
    assert kept == sorted(some, key=lambda one: (one.claim_number, one.line))
    book.close()


def test_nothing_stays_of_a_file_that_could_not_be_written() -> None:
    book = Ledger(ledger_url("sqlite://"), Keys(b"k" * 32))
    with pytest.raises(OSError, match="full"), book.enter("a" * 64, DAY) as entry:
        entry.claims = 1
        entry.add_services([row()])
        raise OSError("full")
    assert book.files() == []
    assert list(book.services()) == []


def noted(day: int, note: str = NO_NOTE, **given: object) -> ServiceRow:
    """A visit on a day of January to March 2026, and what its documentation says of a note."""
    when = date(2026, 1, 1) + timedelta(days=day - 1)
    plain = {"first": when, "last": when, "note": note, "claim_number": day, "claim": f"c{day}"}
    return row(**(plain | given))


def overdue(days: list[int], of_claim: list[int], notes: dict[int, str] | None = None) -> list[int]:
    """Lines of the claim of which is said that a note is overdue."""
    earlier = [noted(day, (notes or {}).get(day, NO_NOTE)) for day in days]
    mine = [
        noted(day, (notes or {}).get(day, NO_NOTE), line=line, file=2, claim="mine")
        for line, day in enumerate(of_claim, start=1)
    ]
    return [one.line for one in overdue_notes(mine, PatientHistory(earlier).visits, 10)]


def test_a_note_is_due_by_the_tenth_treatment_day_over_all_claims() -> None:
    assert overdue(list(range(1, 9)), [9]) == []
    assert overdue(list(range(1, 10)), [10]) == [1]
    assert overdue(list(range(1, 9)), [9, 10, 11]) == [2]
    assert overdue([*range(1, 9), 8, 8], [9]) == [], "a day counts once"


def test_a_note_begins_the_count_anew() -> None:
    assert overdue(list(range(1, 10)), [10], {5: "2026-01-05"}) == []
    assert overdue(list(range(1, 10)), [10], {10: "2026-01-10"}) == []
    assert overdue(list(range(1, 15)), [15], {5: "2026-01-05"}) == [1]
    assert overdue(list(range(1, 10)), [10], {9: "2026-01-12"}) == [], "written after the visit"


def test_what_is_not_told_counts_for_nothing() -> None:
    assert overdue(list(range(1, 10)), [10], {3: ""}) == []
    assert overdue(list(range(1, 10)), [10], {10: ""}) == []


def test_other_disciplines_and_after_a_long_pause_do_not_count() -> None:
    speech = [noted(day, discipline="GN") for day in range(1, 10)]
    assert overdue_notes([noted(10)], PatientHistory(speech).visits, 10) == []
    assert overdue(list(range(1, 10)), [9 + 61]) == []
    assert overdue(list(range(1, 10)), [9 + 60]) == [1]


def test_replaced_and_voided_claims_do_not_count() -> None:
    history = PatientHistory([noted(day) for day in range(1, 10)])
    history.add([noted(1)], -1)
    assert overdue_notes([noted(10)], history.visits, 10) == []
    assert Visit("GP", noted(1).first, NO_NOTE) not in history.visits


@given(
    st.lists(st.tuples(st.integers(1, 80), st.sampled_from(["", NO_NOTE, "note"])), max_size=14),
    st.integers(1, 80),
    st.data(),
)
def test_the_count_is_of_days_and_of_no_order(
    told: list[tuple[int, str]], day: int, data: st.DataObject
) -> None:
    some = [noted(one, NO_NOTE) for one, note in told if note == NO_NOTE]
    for one, note in told:
        if note == "note":
            some.append(noted(one, noted(one).first.isoformat()))
    upto = noted(day).first
    count = visits_without_note(some, upto)
    assert count == visits_without_note(data.draw(st.permutations(some)), upto)
    assert count <= len({one.first for one in some if one.first <= upto})
    assert visits_without_note([*some, noted(day, upto.isoformat())], upto) == 0


def test_control_numbers_are_taken_anew_where_more_are_needed() -> None:
    book = Ledger(ledger_url("sqlite://"), Keys(b"k" * 32))
    asked = [("a", 3), ("b", 3), ("a", 3), ("a", 5), ("b", 2), ("c", 1)]
    assert [book.numbers_for(one * 64, count) for one, count in asked] == [1, 4, 1, 7, 4, 12]


def test_whoever_reads_keeps_nobody_from_writing(tmp_path: Path) -> None:
    url = ledger_url(str(tmp_path / "ledger.sqlite3"))
    reader, writer = Ledger(url, Keys(b"k" * 32)), Ledger(url, Keys(b"k" * 32))
    for number in range(2):
        with writer.enter(f"{number}" * 64, DAY) as entry:
            entry.claims = 1
            entry.add_services([row(file=entry.file)])
    read = reader.services()
    first = next(read)
    with writer.enter("c" * 64, DAY) as entry:
        assert reader.files_like("c") == []
        entry.claims = 1
        entry.add_services([row(file=entry.file)])
    assert [first, *read] == [row(file=1), row(file=2)], "as it was when reading began"
    assert len(list(reader.services())) == 3
    reader.close()
    writer.close()
