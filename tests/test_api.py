"""`import scrubber` checks and scrubs as the commands do, and docs/api.md shows how."""

import json
import re
import subprocess
import sys
from datetime import date
from io import BytesIO
from pathlib import Path

import pytest
from cli_process import scrubber as in_a_shell

import scrubber

ROOT = Path(__file__).parent.parent
DAY = ROOT / "fixtures" / "clinic_day.837"
AS_OF = date(2026, 3, 2)
EXAMPLES = re.findall(r"```python\n(.*?)```", (ROOT / "docs" / "api.md").read_text("utf-8"), re.S)


def command(*arguments: str) -> subprocess.CompletedProcess[str]:
    return in_a_shell(*arguments, "--as-of", AS_OF)


@pytest.mark.parametrize("example", EXAMPLES)
def test_the_page_shows_what_works(
    example: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "clinic_day.837").write_bytes(DAY.read_bytes())
    monkeypatch.chdir(tmp_path)
    exec(compile(example, "docs/api.md", "exec"), {})


def test_check_says_what_the_command_says() -> None:
    done = command("check", str(DAY), "--output", "json")
    report = json.loads(done.stdout)
    result = scrubber.check(DAY, as_of=AS_OF)
    assert result.status == done.returncode
    told = {one["claim_id"]: sorted(f["code"] for f in one["findings"]) for one in report["claims"]}
    assert told == {one.claim_id: sorted(f.code for f in one.findings) for one in result.claims}
    assert report["totals"]["rejected"] == result.totals["rejected"].claims > 0


def test_every_kind_of_source_is_the_same_file() -> None:
    content = DAY.read_bytes()
    sources = (str(DAY), DAY, content, BytesIO(content), DAY.as_uri())
    results = [scrubber.check(source, as_of=AS_OF) for source in sources]
    assert results[0].claims
    assert all(result == results[0] for result in results)
    assert tuple(scrubber.Scrubber(as_of=AS_OF).claims(content)) == results[0].claims


def test_scrub_writes_what_the_command_writes(tmp_path: Path) -> None:
    command("scrub", str(DAY), "--out", str(tmp_path / "command"))
    outcome = scrubber.scrub(DAY, tmp_path / "api", as_of=AS_OF)
    ours = {path.name: path.read_bytes() for path in (tmp_path / "api").iterdir()}
    theirs = {path.name: path.read_bytes() for path in (tmp_path / "command").iterdir()}
    assert ours == theirs
    assert {Path(str(path)).name for path in outcome.files} == set(ours)
    assert outcome.status == 1


def test_bytes_are_written_under_the_name_they_are_given(tmp_path: Path) -> None:
    run = scrubber.Scrubber(as_of=AS_OF)
    run.scrub(DAY.read_bytes(), tmp_path, name="monday", formats=["json", "999"])
    names = {path.name for path in tmp_path.iterdir()}
    assert {"monday.accepted.837", "monday.report.json", "monday.999"} <= names


def test_a_duplicate_is_seen_in_a_later_file_of_a_run_and_not_in_another_run() -> None:
    run = scrubber.Scrubber(as_of=AS_OF)
    first, second = run.check(DAY), run.check(DAY)
    assert len(second.claims) == len(first.claims)
    said = [
        {one.code for claim in each.claims for one in claim.findings} for each in (first, second)
    ]
    assert "S492" in said[1] - said[0]
    assert scrubber.Scrubber(as_of=AS_OF).check(DAY) == first


def test_no_claim_file_is_a_finding_and_no_exception() -> None:
    result = scrubber.check(b"<html></html>")
    assert (result.claims, result.status) == ((), 2)
    assert result.findings


@pytest.mark.parametrize(
    ("settings", "error", "said"),
    [
        ({"consents": ["S000"]}, scrubber.UnknownRuleError, "there is no rule S000"),
        ({"documentation": "nowhere.csv"}, scrubber.DocumentationError, "nowhere.csv"),
        ({"tables": "."}, scrubber.TableError, "no table was imported"),
        ({"profiles": "."}, scrubber.ScrubberError, "no profiles"),
    ],
)
def test_what_a_run_cannot_use_is_named(
    settings: scrubber.Settings,
    error: type[Exception],
    said: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(error, match=said) as raised:
        scrubber.Scrubber(**settings)
    assert isinstance(raised.value, scrubber.ScrubberError)


def test_a_source_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(scrubber.UnreadableInputError, match="no such file"):
        scrubber.check(tmp_path / "nowhere.837")
    with pytest.raises(ValueError, match="no such format"):
        scrubber.Scrubber().scrub(DAY, tmp_path, formats=["pdf"])


def test_the_command_line_does_not_load_it() -> None:
    code = "import sys, scrubber.cli; print('scrubber.api' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"


def test_every_name_is_there_and_no_other() -> None:
    assert [getattr(scrubber, name) for name in scrubber.__all__]
    with pytest.raises(AttributeError, match="nothing"):
        getattr(scrubber, "nothing")  # noqa: B009
