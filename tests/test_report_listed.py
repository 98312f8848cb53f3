"""What belongs to no claim is listed in full, in a report and wherever it is walked through."""

import io
import json
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrubber.batch.scrub_file import Request, scrub_file
from scrubber.engine import FileScrubber
from scrubber.reports import listed_records
from scrubber.reports.listed_records import ListedRecords
from scrubber.reports.report_check import json_fault
from scrubber.reports.report_file import read_report
from scrubber.rules import RULES
from scrubber.testing.runs import CONTEXT

CLEAN = Path(__file__).parent.parent / "fixtures" / "clean" / "one_claim.837"
ADDED = st.lists(st.tuples(st.sampled_from("FC"), st.dictionaries(st.text(), st.text())))


@given(ADDED, st.integers(0, 4))
def test_records_come_back_as_they_were_added(
    added: list[tuple[str, dict[str, str]]], held: int
) -> None:
    spool = io.StringIO()
    lists = {mark: ListedRecords(spool, mark) for mark in "FC"}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(listed_records, "HELD", held)
        for mark, record in added:
            lists[mark].add(record)
            spool.write('{"claim_id": "between them"}\n')
        for mark, one in lists.items():
            meant = [record for other, record in added if other == mark]
            assert len(one) == len(meant)
            assert [list(one), list(one)] == [meant, meant]


@pytest.fixture
def hyphenated(tmp_path: Path) -> Path:
    """A file whose two subscribers have a hyphen in their ZIP codes."""
    text = CLEAN.read_text(encoding="latin-1")
    begin, end = text.index("ST*"), text.index("GE*")
    second = text[begin:end].replace("*0001*005010", "*0002*005010").replace("ONE-1", "ONE-2")
    second = second.replace("*0001~", "*0002~")
    text = text[:end] + second + text[end:].replace("GE*1*", "GE*2*")
    source = tmp_path / "day.837"
    hyphenated = re.sub(r"(N4\*[^~]*\*\d{5})~", r"\1-1234~", text)
    source.write_text(hyphenated, encoding="latin-1")
    return source


def scrubbed(source: Path, out: Path) -> dict[str, Any]:
    out.mkdir()
    formats = ("json", "csv", "html", "xlsx", "999", "277ca")
    scrub_file(source, "day", CONTEXT, FileScrubber(CONTEXT, RULES), Request(out, formats))
    report: dict[str, Any] = json.loads((out / "day.report.json").read_text(encoding="utf-8"))
    return report


def test_it_does_not_matter_how_many_are_held(
    hyphenated: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    report = scrubbed(hyphenated, tmp_path / "held")
    assert len(report["corrections"]) == 2
    monkeypatch.setattr(listed_records, "HELD", 1)
    assert scrubbed(hyphenated, tmp_path / "spooled") == report
    names = sorted(one.name for one in (tmp_path / "held").iterdir())
    assert names == sorted(one.name for one in (tmp_path / "spooled").iterdir())
    for name in names:
        one, other = tmp_path / "held" / name, tmp_path / "spooled" / name
        assert name.endswith("xlsx") or one.read_bytes() == other.read_bytes(), name


def test_a_list_that_was_changed_shows_when_it_is_read_again(
    hyphenated: Path, tmp_path: Path
) -> None:
    scrubbed(hyphenated, tmp_path / "out")
    path = tmp_path / "out" / "day.report.json"
    head = dict(read_report(path).head)
    assert json_fault(path, head) == ""
    some = head["corrections"]
    for other in (some[1:], some[:-1], [*some, some[0]], [some[0] | {"line": 9}, *some[1:]], []):
        assert json_fault(path, head | {"corrections": other}) != ""
    assert json_fault(path, head | {"findings": some}) != ""
