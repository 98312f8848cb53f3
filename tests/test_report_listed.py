"""What belongs to no claim is listed in full, in a report and wherever it is walked through."""

import io
import json
import re
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from scrubber.cli import main
from scrubber.engine import FileScrubber
from scrubber.outputs import findings_of_file, listed_records
from scrubber.outputs.listed_records import ListedRecords
from scrubber.outputs.report_check import json_fault
from scrubber.outputs.report_file import read_report
from scrubber.rules import RULES
from scrubber.run.scrub_file import Request, scrub_file
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


@pytest.fixture
def empty_levels(tmp_path: Path) -> Path:
    """A file of 40 subscribers of whom nothing is told, a claim, and the set's end missing."""
    text = CLEAN.read_text(encoding="latin-1")
    levels = "".join(f"HL*{number}*1*22*1~" for number in range(2, 42))
    source = tmp_path / "levels.837"
    text = text.replace("HL*2*1*", f"{levels}HL*42*1*").replace("SE*33*0001~", "")
    source.write_text(text, encoding="latin-1")
    return source


def test_of_more_findings_than_anybody_reads_it_is_said_that_there_are_more(
    empty_levels: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = scrubbed(empty_levels, tmp_path / "whole")
    claims = (tmp_path / "whole" / "day.accepted.837").read_bytes()
    codes = {one["code"] for one in whole["findings"]}
    assert "S112" in codes
    assert "S136" not in codes
    monkeypatch.setattr(findings_of_file, "MOST", 50)
    short = scrubbed(empty_levels, tmp_path / "short")
    *listed, last = short["findings"]
    assert {one["code"] for one in listed} == codes
    assert listed[:50] == whole["findings"][:50]
    left_out = len(whole["findings"]) - len(listed)
    assert left_out > 50
    assert (last["code"], last["severity"]) == ("S136", "reject")
    assert last["message"] == (
        f"{len(listed)} findings that belong to no claim are listed; "
        f"{left_out} more, from here on, are not"
    )
    assert last["byte"] == whole["findings"][50]["byte"]
    assert (short["totals"], short["claims"]) == (whole["totals"], whole["claims"])
    assert short["corrections"] == whole["corrections"]
    assert (tmp_path / "short" / "day.accepted.837").read_bytes() == claims
    for name in ("day.999", "day.277ca"):
        assert (tmp_path / "short" / name).read_bytes() == (tmp_path / "whole" / name).read_bytes()


def test_check_tells_of_as_many_as_scrub(
    empty_levels: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(findings_of_file, "MOST", 50)
    done = CliRunner().invoke(main, ["check", str(empty_levels), "--output", "short"])
    assert done.exit_code == 2
    assert done.output.count("[S136]") == 1
    assert 50 < len(done.output.splitlines()) < 60


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
