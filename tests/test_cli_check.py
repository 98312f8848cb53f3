"""`scrubber check` and `scrubber diff`: what is printed, and that nothing is written."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from cli_process import DAY, FIXTURES, scrubber, started
from click.testing import CliRunner, Result

from scrubber.cli import main
from scrubber.outputs.address import is_above_claims
from scrubber.outputs.tally import is_repaired_above

CLINIC_DAY = FIXTURES / "clinic_day.837"
ONE_CLAIM = FIXTURES / "clean" / "one_claim.837"
HOSTILE = FIXTURES / "hostile"
SPOILED = (
    ("N3*1200 MAPLE AVE*", "N3*1200 MAPLE AVE *"),
    ("NM1*IL*1*", "NM1*IL*1* "),
    ("SV1*HC:97110:GP*", "SV1*HC:97110:GP: *"),
)


def call(*arguments: object) -> Result:
    return CliRunner().invoke(main, [*map(str, arguments), *DAY])


def reported(path: Path, folder: Path) -> Any:
    call("scrub", path, "--out", folder)
    return json.loads((folder / f"{path.stem}.report.json").read_text(encoding="utf-8"))


def test_check_writes_nothing(tmp_path: Path) -> None:
    done = scrubber("check", CLINIC_DAY, *DAY, folder=tmp_path)
    assert (done.returncode, done.stderr) == (1, "")
    assert list(tmp_path.iterdir()) == []
    assert done.stdout.endswith(
        "5 claims would be rejected. [*] scrub repairs 1 of the findings."
        " scrubber rule show CODE explains a rule.\n"
    )


@pytest.mark.parametrize("path", [CLINIC_DAY, *sorted(HOSTILE.iterdir())], ids=lambda p: p.stem)
def test_check_says_what_scrub_reports(tmp_path: Path, path: Path) -> None:
    report = reported(path, tmp_path)
    as_json = call("check", path, "--output", "json")
    report.pop("outputs", None)  # of which a check has none
    assert json.loads(as_json.output) == report
    findings = [one for claim in report["claims"] for one in claim["findings"]]
    findings = [one for one in findings if not is_repaired_above(one)]
    short = call("check", path, "--output", "short")
    assert as_json.exit_code == short.exit_code == call("scrub", path, "--out", tmp_path).exit_code
    lines = [line for line in short.output.splitlines() if line.startswith(f"{path}:")]
    assert len(lines) == len(findings + report["findings"])
    for finding in findings + report["findings"]:
        said = f"{finding['severity']}[{finding['code']}]"
        place = f"{path}:{finding['segment']}: " if finding["segment"] else f"{path}: "
        assert any(
            line.startswith(f"{place}{said}") and finding["message"] in line for line in lines
        )


def test_check_explains_each_finding() -> None:
    output = call("check", CLINIC_DAY).output
    (block,) = [one for one in output.split("\n\n") if one.startswith("reject[S620]")]
    lines = block.splitlines()
    judged = "line 2  medicare_b (Medicare Part B)"
    assert lines[1] == f"    --> {CLINIC_DAY}:244  2400/SV104  claim MG-1010  {judged}"
    assert lines[3:5] == [
        " 244 | SV1*HC:97035:GP*90.00*UN*3***1",
        "     |                          ^",
    ]
    assert [line.split()[1] for line in lines if re.match(" *= [a-z]+:", line)] == [
        "where:",
        "why:",
        "do:",
        "payer:",
        "source:",
    ]


def test_a_clean_file_is_said_to_be_clean() -> None:
    done = call("check", ONE_CLAIM)
    assert (done.exit_code, done.output.splitlines()[-1]) == (0, "No findings in 1 claim.")


def test_what_a_level_says_is_explained_once() -> None:
    output = call("check", HOSTILE / "gigantic_element.837").output
    assert output.count("= why") == 1
    assert ":37: reject[S119] N301" in output
    assert (
        "at most 55 characters (2010BA/N301, claim HOST-2, medicare_b (Medicare Part B))\n"
        in output
    )


def test_nothing_of_a_patient_is_shown_unasked(tmp_path: Path) -> None:
    path = tmp_path / "long.837"
    text = ONE_CLAIM.read_text()
    (name,) = re.findall(r"NM1\*IL\*1\*([A-Z]+)\*", text)
    path.write_text(text.replace(f"*{name}*", f"*{name}{'X' * 60}*"))
    for command in ("check", "diff"):
        assert name not in call(command, path).output
    assert name in call("check", path, "--show-phi").output


def test_unreadable_files_are_named_and_the_rest_is_checked(tmp_path: Path) -> None:
    for words in (("check",), ("diff",), ("check", "--output", "short")):
        done = call(*words, "nowhere", CLINIC_DAY, tmp_path)
        assert done.exit_code == 2
        assert "MG-1009" in done.stdout
        assert done.stderr.startswith("Error: nowhere: there is no such file or folder\n")
        assert f"Error: {tmp_path}: the folder holds no claim files" in done.stderr


@pytest.mark.parametrize(
    ("text", "why"),
    [("", "the file is empty"), ("Dear biller\n", "no ISA segment"), (None, "SE is missing")],
)
def test_a_diff_says_why_a_file_is_not_scrubbed(tmp_path: Path, text: str | None, why: str) -> None:
    path = tmp_path / "broken.837"
    path.write_text(ONE_CLAIM.read_text().partition("SE*")[0] if text is None else text)
    done = call("diff", path)
    assert done.exit_code == 2
    assert done.stderr.startswith(f"Error: {path}: {why}")
    assert done.stderr.count("\n") == 1


def test_a_link_that_leads_nowhere_is_not_passed_over(tmp_path: Path) -> None:
    (tmp_path / "lost.837").symlink_to(tmp_path / "moved.837")
    done = call("check", tmp_path)
    assert done.exit_code == 2
    assert done.stderr == f"Error: {tmp_path / 'lost.837'}: a link to a file that is not there\n"


def test_json_names_an_unreadable_file_in_its_report() -> None:
    done = call("check", "nowhere", "--output", "json")
    assert done.exit_code == 2
    assert json.loads(done.output)["findings"][0]["message"] == "there is no such file or folder"


def test_nobody_reads_on(tmp_path: Path) -> None:
    process = started("check", CLINIC_DAY, *DAY, folder=tmp_path)
    assert process.stdout is not None
    process.stdout.close()
    assert process.stderr is not None
    assert process.stderr.read() == b""
    assert process.wait(20) == 141


def spoiled(folder: Path) -> Path:
    text = ONE_CLAIM.read_text()
    for old, new in SPOILED:
        assert text.count(old) == 1
        text = text.replace(old, new)
    path = folder / "spoiled.837"
    path.write_text(text)
    return path


def test_diff_shows_what_was_and_what_becomes(tmp_path: Path) -> None:
    done = call("diff", spoiled(tmp_path), "--show-phi")
    assert done.exit_code == 0
    lines = done.output.splitlines()
    assert lines[:2] == [f"--- {tmp_path}/spoiled.837", f"+++ {tmp_path}/spoiled.837, corrected"]
    at = lines.index("-N3*1200 MAPLE AVE *STE 300")
    assert lines[at + 1] == "+N3*1200 MAPLE AVE*STE 300"
    assert "  S126 2010AA/N301: remove spaces" in lines


def test_a_diff_applied_is_what_scrub_writes(tmp_path: Path) -> None:
    path = spoiled(tmp_path)
    call("scrub", path, "--out", tmp_path / "out")
    written = (tmp_path / "out" / "spoiled.accepted.837").read_text().split("~\n")
    segments = path.read_text().split("~\n")
    ranges = re.compile(r"@@ -(\d+),(\d+) \+(\d+),(\d+) @@")
    shift = 0
    lines = iter(call("diff", path, "--show-phi").output.splitlines())
    for line in lines:
        match = ranges.match(line)
        if match is None:
            continue
        first, count, _, becomes = map(int, match.groups())
        hunk = [next(lines)]
        while (
            sum(one[0] != "+" for one in hunk) < count or sum(o[0] != "-" for o in hunk) < becomes
        ):
            hunk.append(next(lines))
        old = [one[1:] for one in hunk if one[0] != "+"]
        new = [one[1:] for one in hunk if one[0] != "-"]
        at = first - 1 + shift
        assert segments[at : at + count] == old
        segments[at : at + count] = new
        shift += becomes - count
    assert segments == written


def test_a_diff_hides_what_identifies_a_patient(tmp_path: Path) -> None:
    output = call("diff", spoiled(tmp_path)).output
    changed = [line for line in output.splitlines() if line[:8] in ("-NM1*IL*", "+NM1*IL*")]
    assert len(changed) == 2
    assert all(re.fullmatch(r"[-+]NM1\*IL\*1\*[#*]+MI\*#+", line) for line in changed)


def test_a_diff_tells_what_waits_for_consent(tmp_path: Path) -> None:
    path = tmp_path / "day.837"
    path.write_text(CLINIC_DAY.read_text().replace("97110:GP*", "97110*"))
    asked = call("diff", path)
    assert "more of S601 with your consent: --consent S601" in asked.output
    given = call("diff", path, "--consent", "S601")
    assert "your consent" not in given.output
    assert given.output.count("+SV1*HC:97110:GP*") > asked.output.count("+SV1*HC:97110:GP*")


def test_a_check_tells_which_repair_waits_for_consent(tmp_path: Path) -> None:
    path = tmp_path / "day.837"
    path.write_text(CLINIC_DAY.read_text().replace("97110:GP*", "97110*"))
    report = reported(path, tmp_path / "out")
    offers = [
        (claim["claim_id"], finding["with_consent"])
        for claim in report["claims"]
        for finding in claim["findings"]
        if "with_consent" in finding
    ]
    assert offers
    assert all(title.startswith("append GP: ") for _, title in offers)
    asked = " ".join(call("check", path).output.split())
    assert asked.count("= fix: with --consent S601") == len(offers)
    rows = (tmp_path / "out" / "day.report.csv").read_text("utf-8-sig")
    assert rows.count("append GP: ") == len(offers)
    given = call("check", path, "--consent", "S601").output
    assert "with --consent" not in given


def test_no_consent_is_asked_for_that_was_given(tmp_path: Path) -> None:
    """What else rejects the claim keeps the repair from being made, not a missing consent."""
    path = tmp_path / "day.837"
    path.write_text(
        CLINIC_DAY.read_text().replace("97110:GP*", "97110*").replace("*11:B:1*", "*11:B:Q*")
    )
    asked = " ".join(call("check", path).output.split())
    assert "= fix: with --consent S601, once nothing else rejects the claim: append GP" in asked
    assert "reject[S601]" in (given := call("check", path, "--consent", "S601").output)
    assert "with --consent" not in given


def test_a_diff_for_programs_holds_the_corrections_of_the_report(tmp_path: Path) -> None:
    done = call("diff", spoiled(tmp_path), "--output", "json")
    *changes, totals = map(json.loads, done.output.splitlines())
    told = [one for change in changes for one in change["corrections"]]
    record = reported(tmp_path / "spoiled.837", tmp_path / "out")
    of_claims = [one for claim in record["claims"] for one in claim["corrections"]]
    made = [one for one in of_claims if not is_above_claims(one["path"])]
    made = record["corrections"] + made
    assert told == made
    assert totals == {
        "corrections": len(made),
        "claims": record["totals"]["claims"],
        "rejected": record["totals"]["rejected"],
        "waiting_for_consent": {},
        "tables": record["run"]["tables"],
    }


@pytest.mark.parametrize("command", [["check"], ["check", "--output", "short"], ["diff"]])
def test_a_table_past_its_date_is_named_once_for_the_run(command: list[str]) -> None:
    said = call(*command, CLINIC_DAY, ONE_CLAIM).output
    assert said.count("NCCI pairs") == 1
    assert re.search(r"NCCI pairs, Medicare, v302 \(2024 quarter 3\): \d+ of \d+ lines", said)
    assert said.count("scrubber table fetch-list names the files to import") == 1


def test_the_report_says_with_whom_the_office_participates(tmp_path: Path) -> None:
    asked = ["--participation", "cigna=yes", "--participation", "uhc=no"]
    call("scrub", CLINIC_DAY, "--out", tmp_path, *asked)
    report = json.loads((tmp_path / "clinic_day.report.json").read_text())
    assert report["run"]["participation"] == {"cigna": True, "uhc": False}


@pytest.fixture(scope="module")
def day_of_files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder worth two processes: many small files, a large one, some that cannot be read, and
    claims that repeat those of files before them."""
    folder = tmp_path_factory.mktemp("day")
    for number in range(100):
        text = ONE_CLAIM.read_text().replace("ONE-1", f"D-{number - number % 10}")
        text = text.replace("1EG4TE5MK72", f"1EG4TE5MK{number - number % 3:02d}")
        (folder / f"f{number:03d}.837").write_text(text.replace("*172.00*", f"*17{number % 4}.00*"))
    for one in HOSTILE.iterdir():
        (folder / one.name).write_bytes(one.read_bytes())
    (folder / "f0500.837").symlink_to("moved.837")
    (folder / "f055.edi").write_bytes(CLINIC_DAY.read_bytes())
    made = scrubber("generate", "4000", "--out", folder / "f0599.837", "--faults", "0.05")
    assert made.returncode == 0, made.stderr
    return folder


@pytest.mark.parametrize("options", ["text", "short", "json"])
def test_two_processes_say_what_one_says(day_of_files: Path, options: str) -> None:
    words = ("check", day_of_files, "--output", options, *DAY)
    one, two = scrubber(*words), scrubber(*words, "--jobs", "2")
    assert one.returncode == two.returncode == 2
    assert two.stderr == one.stderr
    assert two.stdout == one.stdout
    assert "S491" in one.stdout


@pytest.mark.parametrize(
    ("option", "severity"), [((), "warn"), (("--participation", "uhc=yes"), "reject")]
)
def test_a_run_may_say_that_the_office_participates(
    tmp_path: Path, option: tuple[str, ...], severity: str
) -> None:
    late = (FIXTURES / "rules/bases/unknown_payer_visit.837").read_text()
    late = late.replace("BATCH1*20260301", "BATCH1*20260512")
    late = late.replace("EXAMPLE HEALTH PLAN*****PI*99999", "UHC*****PI*87726")
    (tmp_path / "late.837").write_text(late)
    late_on = ("--as-of", "2026-05-12")
    done = CliRunner().invoke(main, ["check", str(tmp_path / "late.837"), *late_on, *option])
    assert f"{severity}[S706]" in done.output


@pytest.mark.parametrize("written", ["uhc", "uhc=perhaps", "=yes"])
def test_participation_is_yes_or_no(written: str) -> None:
    done = call("check", CLINIC_DAY, "--participation", written)
    assert done.exit_code == 2
    assert "the id of a profile and yes or no expected" in done.output
