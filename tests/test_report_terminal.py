"""What a person reads on the terminal: the check of a claim and the summary of a scrub."""

import io
import re
import tomllib
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import report_samples
from hypothesis import given
from hypothesis import strategies as st

from scrubber.outputs.address import address
from scrubber.outputs.check_text import Source, claim_lines, closing_line, short_lines
from scrubber.outputs.excerpt import excerpt
from scrubber.outputs.masking import masked_segment
from scrubber.outputs.summary_text import money, summary_lines
from scrubber.outputs.tally import Summary, Tally
from scrubber.outputs.terminal import Line, print_lines
from scrubber.x12.segment import Segment

DELIMITERS = report_samples.DELIMITERS
MASKING = tomllib.loads((report_samples.FOLDER / "masking.toml").read_text("utf-8"))["case"]


def printed(lines: Any, colour: bool | None = None) -> str:
    out = io.StringIO()
    print_lines(lines, out, colour)
    return out.getvalue()


def summary_of(report: dict[str, Any]) -> Summary:
    tally = Tally()
    for claim in report["claims"]:
        tally.add(claim)
    tally.add_file(report)
    return tally.summary()


def check_of(report: dict[str, Any]) -> Iterator[Line]:
    source, guidance = report_samples.source(), report_samples.guidance()
    for claim in report["claims"]:
        yield from claim_lines(claim, source, guidance)
    yield from claim_lines(report, source, guidance)
    yield closing_line(summary_of(report))


def one_finding(raw: str, show_phi: bool = False, **changes: Any) -> str:
    """The check of a claim with one finding at the only segment of a file."""
    claim = report_samples.report()["claims"][1]
    claim["findings"] = [claim["findings"][0] | changes]
    source = Source("one.837", lambda _: raw, DELIMITERS)
    return printed(claim_lines(claim, source, {}, show_phi))


def marked(text: str) -> str:
    """What stands above the carets."""
    lines = text.splitlines()
    number = next(number for number, line in enumerate(lines) if re.match(r"\s*\| +\^", line))
    start = lines[number].index("^")
    return lines[number - 1][start : start + lines[number].count("^")]


def test_golden_check() -> None:
    report = report_samples.report()
    report_samples.check_golden("sample.check.txt", printed(check_of(report)))


def test_golden_summary() -> None:
    files = [Path("out", f"clinic_day.{end}") for end in ("accepted.837", "report.json")]
    lines = summary_lines(
        "clinic_day.837", summary_of(report_samples.report()), report_samples.guidance(), files
    )
    report_samples.check_golden("sample.summary.txt", printed(lines))


@pytest.mark.parametrize(
    ("path", "element", "expected"),
    [
        ("2400/SV101-2", 1, "97530"),
        ("2400/SV101-3", 1, "GP"),
        ("2400/SV101", 1, "HC:97530:GP"),
        ("2400/SV102", 2, "109.5"),
        ("2400/SV104", None, "2"),
        ("2400/SV1", None, "SV1"),
        # Absent: the caret stands where it would be put in.
        ("2400/SV101-4", 1, "*"),
        # Another segment is missing: the caret stands under the one it would follow.
        ("2400/DTP[472]03", None, "SV1"),
    ],
)
def test_the_caret_marks(path: str, element: int | None, expected: str) -> None:
    text = one_finding("SV1*HC:97530:GP*109.5*UN*2***1", path=path, element=element)
    assert marked(text) == expected


def test_a_long_segment_is_cut_around_the_mark() -> None:
    text = one_finding("SV1*HC:97530*" + "1" * 300 + "*UN*777***1", path="2400/SV104", element=4)
    assert marked(text) == "777"
    assert max(len(line) for line in text.splitlines()[:6]) <= 101


@given(st.text(st.characters(max_codepoint=255), min_size=1), st.integers(0, 30), st.integers(0, 5))
def test_the_mark_lies_inside_the_excerpt(raw: str, element: int, component: int) -> None:
    at = address("2400/SV101")._replace(
        segment=raw.split("*", maxsplit=1)[0], element=element, component=component
    )
    shown = excerpt(raw, DELIMITERS, at, None, 40)
    assert len(shown.text) <= 40
    assert 0 <= shown.start <= len(shown.text)
    assert shown.length >= 1
    if not shown.absent and shown.length > 1:
        assert shown.start + shown.length <= len(shown.text)


@pytest.mark.parametrize("case", MASKING, ids=lambda case: f"{case['loop']}/{case['segment'][:6]}")
def test_masking(case: dict[str, str]) -> None:
    assert masked_segment(case["segment"], DELIMITERS, case["loop"]) == case["shown"]


@given(
    st.sampled_from(["NM1*IL", "NM1*QC", "N3", "N4", "DMG", "REF*SY", "PAT", "QQQ", ""]),
    st.text(st.characters(codec="latin-1", exclude_characters="*:^#")),
)
def test_no_character_of_a_hidden_element_is_shown(segment: str, secret: str) -> None:
    shown = masked_segment(f"{segment}*1*{secret}", DELIMITERS, "2010BA")
    assert shown.rsplit("*", 1)[1] == "#" * len(secret)


def test_a_check_masks_unless_told() -> None:
    at: dict[str, Any] = {"path": "2010BA/NM109", "element": 9, "segment": 7}
    segment = "NM1*IL*1*DOE*JANE****MI*1EG4"
    hidden, shown = one_finding(segment, **at), one_finding(segment, show_phi=True, **at)
    assert "DOE" not in hidden
    assert marked(hidden) == "####"
    assert marked(shown) == "1EG4"


def test_what_an_unreadable_segment_name_holds_is_hidden() -> None:
    raw = "DOE JANE 19600101*F"
    assert masked_segment(raw, DELIMITERS) == "#################*#"
    assert Segment(raw, DELIMITERS, loop="2300").path == "2300/?"


def test_one_line_a_finding() -> None:
    claim = report_samples.report()["claims"][1]
    source = Source("one.837", lambda _: "", DELIMITERS)
    lines = printed(short_lines(claim, source)).splitlines()
    assert len(lines) == len(claim["findings"])
    assert lines[0] == (
        "one.837:58: reject[S601] 97530 is always a therapy service, but the line carries none of "
        "GP, GO, GN (2400/SV101-3, claim PT-10232, line 2, medicare_b (Medicare Part B))"
    )


def test_what_a_claim_inherits_was_explained_above_it() -> None:
    claim = report_samples.report()["claims"][1]
    source = Source("one.837", lambda _: "", DELIMITERS, first=claim["findings"][0]["segment"] + 1)
    assert "= why" not in printed(claim_lines(claim, source, {}))


def test_a_repair_of_what_is_hidden_is_masked_too() -> None:
    claim = report_samples.report()["claims"][1]
    where = {"code": "S220", "path": "2010BA/N403", "line": None}
    claim["findings"] = [claim["findings"][0] | where | {"element": 3, "fixed": True}]
    claim["corrections"] = [{**where, "before": "33101-", "after": "33101", "title": "Tidy"}]
    source = Source("one.837", lambda _: "N4*MIAMI*FL*33101-", DELIMITERS)
    hidden = printed(claim_lines(claim, source, {}))
    shown = printed(claim_lines(claim, source, {}, show_phi=True))
    assert "= fix: Tidy\n" in hidden
    assert "33101" not in hidden
    assert "Tidy: 33101- -> 33101" in shown


def test_a_file_cannot_steer_the_terminal() -> None:
    text = one_finding(
        "SV1*HC:97530\x1b]0;gone\x07*1", message="\x1b[2J", path="2400/SV102", element=2
    )
    assert "\x1b" not in text
    assert "\x07" not in text
    assert marked(text) == "1"
    assert "\x1b[2J" not in printed([(("a\x1b[2Jb", "label"),)], colour=True)


def test_colour_only_where_it_is_wanted(monkeypatch: pytest.MonkeyPatch) -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.delenv("NO_COLOR", raising=False)
    lines: list[Line] = [(("reject", "reject"), (" x", ""))]
    terminal = Terminal()
    print_lines(lines, terminal)
    assert re.sub(r"\x1b\[[\d;]*m", "", terminal.getvalue()) == "reject x\n" != terminal.getvalue()
    monkeypatch.setenv("NO_COLOR", "1")
    terminal = Terminal()
    print_lines(lines, terminal)
    assert terminal.getvalue() == printed(lines) == "reject x\n"


def test_an_encoding_without_the_character_is_no_failure() -> None:
    out = io.TextIOWrapper(io.BytesIO(), encoding="ascii", newline="")
    print_lines([(("caf\u00e9", ""),)], out)
    out.seek(0)
    assert out.read() == "caf?\n"


def test_a_clean_run_says_so() -> None:
    report = report_samples.report()
    report["claims"] = [claim for claim in report["claims"] if not claim["findings"]]
    report["findings"] = report["corrections"] = []
    assert printed([closing_line(summary_of(report))]) == "No findings in 2 claims.\n"


def test_a_broken_file_is_named_in_the_summary() -> None:
    report = report_samples.report()
    report["claims"] = []
    finding = {"severity": "reject", "fixed": False, "message": "The file has no ISA"}
    report["findings"] = [report["findings"][0] | finding]
    text = printed(summary_lines("x.837", summary_of(report), {}))
    assert re.search(r"S104 +The file has no ISA +file\n", text)


def test_what_levels_above_claims_have_is_counted() -> None:
    report = report_samples.report()
    finding = {"severity": "warn", "fixed": False, "message": "five digits"}
    report["findings"] = [report["findings"][0] | finding] * 12
    text = printed(summary_lines("a.837", summary_of(report), {}, []))
    assert re.search(r"S104 +five digits +12x\n", text)


@pytest.mark.parametrize(
    ("amount", "text"),
    [("0", "$0.00"), ("1289.5", "$1,289.50"), ("-12", "-$12.00"), ("1e6", "$1,000,000.00")],
)
def test_money(amount: str, text: str) -> None:
    assert money(Decimal(amount)) == text


@pytest.mark.parametrize(
    ("path", "parts"),
    [
        ("2400/SV101-3", ("2400", "SV1", "", 1, 3)),
        ("2300/REF[G1]02", ("2300", "REF", "G1", 2, 0)),
        ("2010AA/N301", ("2010AA", "N3", "", 1, 0)),
        ("2310B/NM109", ("2310B", "NM1", "", 9, 0)),
        ("2300/HI02-2", ("2300", "HI", "", 2, 2)),
        ("SE01", ("", "SE", "", 1, 0)),
        ("2300/CLM", ("2300", "CLM", "", 0, 0)),
        ("2400/SV1", ("2400", "SV1", "", 0, 0)),
        ("no address", ("", "", "", 0, 0)),
        ("", ("", "", "", 0, 0)),
    ],
)
def test_an_address_comes_apart(path: str, parts: tuple[object, ...]) -> None:
    assert address(path) == parts


def test_of_thousands_of_files_the_first_and_the_last_are_named() -> None:
    accepted = [Path("out", f"day.accepted.{number}.837") for number in range(2, 3000)]
    files = [Path("out", "day.999"), *accepted, Path("out", "day.report.json")]
    summary = summary_of(report_samples.report())
    told = list(summary_lines("day.837", summary, report_samples.guidance(), files))
    names = ["".join(text for text, _ in line).strip() for line in told][-21:]
    assert names[0] == "day.999"
    assert names[10] == "and 2,980 more, named in the report"
    assert names[-1] == "day.report.json"
