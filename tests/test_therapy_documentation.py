"""The documentation CSV is read strictly, and refused with words a biller can act on."""

import pickle
from datetime import date, time
from decimal import Decimal
from pathlib import Path

import pytest

from scrubber.therapy.documentation import (
    Documentation,
    DocumentationError,
    DocumentedLine,
    documentation_of,
    read_documentation,
)

WHOLE = """\
claim_id,line,minutes,assistant_minutes,start,end,goal,plan_of_care,progress_note,prior_auth
A1,1,23,8,09:00,09:23,walk 200 m,2026-01-05,2026-02-20,AUTH77
A1,2,,,,,,no,,
A2,1,15,,9:23,09:38,yes,yes,no,
"""


def read(text: str) -> Documentation:
    return documentation_of(text.splitlines(keepends=True))


def test_a_whole_row() -> None:
    assert read(WHOLE).line("A1", 1) == DocumentedLine(
        claim_id="A1",
        line=1,
        minutes=23,
        assistant_minutes=8,
        start=time(9, 0),
        end=time(9, 23),
        goal=True,
        plan_of_care=True,
        plan_of_care_date=date(2026, 1, 5),
        progress_note=True,
        progress_note_date=date(2026, 2, 20),
        prior_auth="AUTH77",
    )


def test_an_empty_cell_says_it_was_not_documented() -> None:
    line = read(WHOLE).line("A1", 2)
    assert line is not None
    assert line.minutes is None
    assert (line.goal, line.plan_of_care, line.progress_note) == (False, False, False)
    assert line.prior_auth == ""


def test_a_missing_column_says_nothing() -> None:
    documentation = read("claim_id,line,minutes\nA1,1,23\n")
    line = documentation.line("A1", 1)
    assert line is not None
    assert line.minutes == 23
    assert (line.goal, line.plan_of_care, line.progress_note, line.prior_auth) == (None,) * 4
    assert documentation.tells("minutes")
    assert not documentation.tells("goal")


def test_a_line_without_a_row_is_not_documented() -> None:
    documentation = read(WHOLE)
    assert documentation.line("A2", 2) is None
    assert documentation.line("a1", 1) is None
    assert len(documentation) == 3


def test_documented_times_overlap_or_not_or_cannot_be_told() -> None:
    text = "claim_id,line,minutes,start,end\n"
    text += "A,1,15,09:00,09:15\nA,2,15,09:15,09:30\nA,3,15,09:10,09:20\nA,4,15,,\n"
    documentation = read(text)
    lines = [documentation.line("A", number) for number in (1, 2, 3, 4)]
    first, second, third, fourth = (line for line in lines if line)
    assert first.overlaps(second) is False
    assert first.overlaps(third) is True
    assert third.overlaps(second) is True
    assert first.overlaps(fourth) is None


def test_columns_come_in_any_order_and_blank_rows_are_passed_over() -> None:
    documentation = read("minutes, Claim_ID ,line\n\n 23 , A1 , 1 \n,,\n")
    line = documentation.line("A1", 1)
    assert line is not None and line.minutes == 23


def test_what_was_accrued_is_dollars_or_not_given() -> None:
    documentation = read("claim_id,line,minutes,accrued\nA1,1,15,2480.5\nA1,2,15,\n")
    first, second = documentation.line("A1", 1), documentation.line("A1", 2)
    assert first is not None and first.accrued == Decimal("2480.5")
    assert second is not None and second.accrued is None


HEADER = "claim_id,line,minutes,assistant_minutes,start,end\n"

REFUSED = [
    ("", "lacks claim_id, line, minutes"),
    ("claim_id,minutes\n", "lacks line"),
    ("claim_id;line;minutes\nA;1;15\n", "minutes; its columns are separated by semicolons, not"),
    ("claim_id\tline\tminutes\n", "separated by tabs, not by commas"),
    ("claim_id,line,minutes,mintues\n", "unknown column 'mintues'"),
    ("claim_id,line,minutes,minutes\n", "minutes comes twice"),
    (HEADER + "A,1,23,,,\nB,1,23,,,\nA,1,15,,,\n", "rows 2 and 4 are for the same claim and line"),
    ("claim_id,line,minutes,accrued\nA,1,15,-3\n", "row 2, accrued: dollars"),
    (HEADER + "A,1,23\n", "row 2: 6 columns expected, 3 found"),
    (HEADER + ",1,23,,,\n", "row 2, claim_id"),
    (HEADER + "A,0,23,,,\n", "row 2, line"),
    (HEADER + "A,one,23,,,\n", "row 2, line"),
    (HEADER + "A,1,-5,,,\n", "row 2, minutes: whole minutes"),
    (HEADER + "A,1,22.5,,,\n", "row 2, minutes: whole minutes"),
    (HEADER + "A,1,1441,,,\n", "row 2, minutes: whole minutes"),
    (HEADER + "A,1,15,16,,\n", "row 2, assistant_minutes: no more than minutes"),
    (HEADER + "A,1,15,,09:00,\n", "row 2, start and end: both or neither"),
    (HEADER + "A,1,15,,09:15,09:00\n", "row 2, end: a time after start"),
    (HEADER + "A,1,15,,9 am,09:15\n", "row 2, start: a time as HH:MM"),
    (HEADER + "A,1,15,,25:00,26:00\n", "row 2, start: a time as HH:MM"),
]


@pytest.mark.parametrize(("text", "expected"), REFUSED)
def test_refused_with_row_and_column(text: str, expected: str) -> None:
    with pytest.raises(DocumentationError, match=expected):
        read(text)


def test_a_complaint_carries_no_value_of_the_row() -> None:
    with pytest.raises(DocumentationError) as caught:
        read(HEADER + "SECRET77,1,SECRET88,,,\n")
    assert "SECRET" not in str(caught.value)


def test_a_file_is_named_in_the_complaint(tmp_path: Path) -> None:
    path = tmp_path / "minutes.csv"
    with pytest.raises(DocumentationError, match=r"minutes\.csv: cannot be opened"):
        read_documentation(path)
    path.write_bytes(b"claim_id,line,minutes\n\xff\xfe,1,1\n")
    with pytest.raises(DocumentationError, match=r"minutes\.csv: not a UTF-8 text"):
        read_documentation(path)
    path.write_text("claim_id\n")
    with pytest.raises(DocumentationError, match=r"minutes\.csv: the header lacks"):
        read_documentation(path)


def test_a_spreadsheet_with_a_byte_order_mark_is_read(tmp_path: Path) -> None:
    path = tmp_path / "minutes.csv"
    path.write_text(WHOLE, encoding="utf-8-sig", newline="\r\n")
    assert len(read_documentation(path)) == 3


def test_it_pickles() -> None:
    documentation = read(WHOLE)
    assert pickle.loads(pickle.dumps(documentation)) == documentation
