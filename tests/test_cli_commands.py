"""The smaller commands: rules, profiles, tables, synthetic claims, and help for all."""

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import click
import pytest
from cli_process import DAY, FIXTURES, scrubber
from click.testing import CliRunner, Result

from scrubber import __version__, check
from scrubber.__main__ import main as started
from scrubber.cli import COMMANDS, main
from scrubber.codes.table_file import Release
from scrubber.outputs.rule_page import rule_pages
from scrubber.outputs.rule_text import WIDE, list_lines
from scrubber.outputs.terminal import plain
from scrubber.profiles.loader import shipped_folder
from scrubber.rules.pages import catalogue
from scrubber.synthetic import generate
from scrubber.synthetic.payers import PROFILES
from scrubber.therapy.catalogue import all_tables

CLINIC_DAY = FIXTURES / "clinic_day.837"
ONE_CLAIM = FIXTURES / "clean" / "one_claim.837"
MEDICARE = shipped_folder() / "medicare_b.xml"


def call(*arguments: object) -> Result:
    done = CliRunner().invoke(main, [*map(str, arguments)])
    assert done.exception is None or isinstance(done.exception, SystemExit)
    return done


def commands(command: click.Command, path: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    yield path
    if isinstance(command, click.Group):
        for name, below in command.commands.items():
            yield from commands(below, (*path, name))


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_help(name: str) -> None:
    command = main.get_command(click.Context(main), name)
    assert command is not None
    for words in commands(command, (name,)):
        done = call(*words, "--help")
        assert done.exit_code == 0
        _, _, text, *_ = done.output.split("\n")
        assert re.match(r"  [A-Z].{20}", text)


@pytest.mark.parametrize("group", ["", "rule", "profile", "table", "ledger", "audit"])
def test_lists_of_commands_are_whole_sentences(group: str) -> None:
    assert "..." not in call(*group.split(), "--help").output.partition("Commands:")[2]


def test_a_command_that_does_not_exist() -> None:
    done = scrubber("scour")
    assert done.returncode == 2
    assert "No such command 'scour'" in done.stderr


@pytest.mark.parametrize("command", ["scrub", "check", "rule", "profile", "table", "generate"])
def test_a_command_loads_only_what_it_needs(command: str) -> None:
    """A file drop starts the program for every file; these take a tenth of a second each."""
    heavy = ("lxml", "rich", "unittest", "multiprocessing", "difflib", "http")
    script = (
        f"import sys; from scrubber.cli import main; main.get_command(None, '{command}');"
        f"print([name for name in {heavy!r} if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, check=True)
    assert done.stdout == b"[]\n"


def test_rule_list() -> None:
    lines = call("rule", "list").output.splitlines()
    assert [line.split()[0] for line in lines] == list(catalogue())
    some = call("rule", "list", "s6").output.splitlines()
    assert [line.split()[0] for line in some] == [code for code in catalogue() if code[1] == "6"]


def test_rule_list_as_json() -> None:
    records = json.loads(call("rule", "list", "--output", "json").output)
    assert [record["code"] for record in records] == list(catalogue())
    assert all(record["severity"] in ("reject", "warn", "info") for record in records)


def test_rule_list_as_a_page() -> None:
    page = call("rule", "list", "S601", "--output", "markdown").output
    assert page.startswith("# Rules\n\n1 rule, by")
    assert "### S601" in page


def test_rule_show() -> None:
    output = call("rule", "show", "s601").output
    assert output.startswith("S601  A therapy code lacks the modifier of its plan of care")
    assert "\nWhat to do\n  Append GP" in output
    assert "      gives SV1*HC:97110:GP*100*UN*2***1:2\n" in output


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("rule", "show", "S6011"), "there is no rule S6011; perhaps S"),
        (("rule", "list", "T"), "no rule begins with T; codes are a letter and three digits"),
        (("profile", "show", "medicar"), "there is no profile medicar; perhaps medicare_b"),
        (
            ("check", ONE_CLAIM, "--consent", "S6011"),
            "consent S6011: there is no rule S6011; perhaps S",
        ),
        (("ledger", "show", "mysql://x"), "mysql://: no ledger can be kept there; name a SQLite"),
        (("ledger", "show", "nowhere.sqlite3"), "nowhere.sqlite3: there is no such ledger"),
        (("ledger", "export", "nowhere.sqlite3"), "nowhere.sqlite3: there is no such ledger"),
        (("ledger", "forget", "no.sqlite3", "0123456789abcdef"), "no.sqlite3: there is no such"),
        (("profile", "new", "Acme Inc"), "the id 'Acme Inc'; expected: lowercase letters"),
        (("profile", "check", "nowhere.xml"), "nowhere.xml: cannot be read: No such file"),
        (("profile", "impact", "nobody", MEDICARE, ONE_CLAIM), "nobody: no such file, and no"),
        (
            ("profile", "impact", MEDICARE, "nobody", ONE_CLAIM),
            "nobody: no such file; NEW must",
        ),
        (("table", "import", "x.zip", "--tables", "t"), "x.zip: the name does not show what it"),
        (("table", "import", "mue.csv", "--tables", "t"), "mue.csv: cannot be opened: No such"),
        (
            ("table", "import", "mue.csv", "--tables", "t", "--quarter", "26-3"),
            "--quarter 26-3: a year and a quarter such as 2026q3 expected",
        ),
        (("generate", "1", "--out", "/nowhere/x.837"), "/nowhere/x.837: No such file or directory"),
        (("generate", "1", "--as-of", "3/2/26"), "'3/2/26': a date such as 2026-03-02 expected"),
        (("profile", "check", "/dev/zero"), "/dev/zero: a device, not a file"),
        (("table", "import", "/dev/zero", "--tables", "t"), "/dev/zero: a device, not a file"),
        (("generate", "--", "-1"), "-1 is not in the range"),
        (("generate", "1", "--faults", "5"), "5.0 is not in the range"),
    ],
)
def test_refusals(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: tuple[object, ...], said: str
) -> None:
    monkeypatch.chdir(tmp_path)
    done = call(*arguments)
    assert (done.exit_code, done.stdout) == (2, "")
    assert said in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_whoever_stops_the_start_is_told_so(monkeypatch: pytest.MonkeyPatch) -> None:
    def stopped(*_arguments: object, **_options: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(main, "parse_args", stopped)
    done = call("rule", "list")
    assert (done.exit_code, done.stdout) == (130, "")
    assert done.stderr == "Error: interrupted; unfinished files were not written\n"
    monkeypatch.setattr("scrubber.cli.main", stopped)
    with pytest.raises(SystemExit) as ended:
        started()
    assert ended.value.code == 130


def test_the_date_that_regress_takes_for_today_is_that_of_its_baseline() -> None:
    said = " ".join(call("regress", "--help").output.split())
    assert "today. [default: that of the baseline; of the first run, today]" in said


def test_profile_list_and_show() -> None:
    listed = call("profile", "list").output
    ids = [line.split()[0] for line in listed.splitlines()]
    assert ids == sorted(path.stem for path in MEDICARE.parent.glob("*.xml"))
    shown = call("profile", "show", "medicare_b").output
    assert shown.startswith("medicare_b: Medicare Part B\n")
    dated = call("profile", "show", "medicare_b", "--on", "2017-01-01").output
    assert len(dated) < len(shown)


def test_a_new_profile_is_in_order(tmp_path: Path) -> None:
    file = tmp_path / "acme.xml"
    assert call("profile", "new", "acme", "--out", file).exit_code == 0
    assert file.read_text() == call("profile", "new", "acme").output
    checked = call("profile", "check", file)
    assert checked.exit_code == 0
    assert checked.output.startswith(f"{file}: acme is valid")
    assert call("profile", "list", "--profiles", tmp_path).output.startswith("acme ")
    again = call("profile", "new", "acme", "--out", file)
    assert again.exit_code == 2
    assert "File exists; name a new file" in again.stderr


def test_a_profile_with_a_mistake_names_the_line(tmp_path: Path) -> None:
    file = tmp_path / "medicare.xml"
    file.write_text(MEDICARE.read_text().replace('confidence="high"', 'confidence="great"', 1))
    done = call("profile", "check", file)
    assert done.exit_code == 2
    assert re.match(rf"Error: {file}:\d+: ", done.stderr)
    scrubbed = call("check", ONE_CLAIM, "--profiles", tmp_path)
    assert (scrubbed.exit_code, scrubbed.stdout) == (2, "")
    assert scrubbed.stderr == done.stderr


@pytest.fixture
def strict(tmp_path: Path) -> Path:
    """Medicare without standing consent to append GP, GO and GN."""
    file = tmp_path / "strict.xml"
    text = MEDICARE.read_text()
    assert 'always-codes="required"' in text
    file.write_text(text.replace('always-codes="required"', 'always-codes="optional"'))
    return file


def test_profile_impact(strict: Path) -> None:
    done = call("profile", "impact", "medicare_b", strict, CLINIC_DAY, *DAY)
    assert done.exit_code == 0
    lines = [" ".join(line.split()) for line in done.output.splitlines()]
    assert lines[0] == "14 claims, $2,734.10; 5 claims, $1,056.00 judged by medicare_b"
    assert "corrected -> accepted 1 $172.00" in lines
    (finding,) = (line for line in lines if line.startswith("S601"))
    assert finding.startswith("S601 reject, repaired - 1 $172.00 A therapy code lacks")
    claim = "MG-1009 $172.00 corrected -> accepted -S601 reject, repaired"
    assert lines[-1] == f"{CLINIC_DAY} {claim}"


def test_profile_impact_as_json_turns_round(strict: Path) -> None:
    there = impact(strict, MEDICARE)
    back = impact(MEDICARE, strict)
    assert there["changed"] == back["changed"] == {"claims": 1, "charge": "172.00"}
    (come,), (go,) = there["findings"], back["findings"]
    assert (come["come"], come["go"]) == (go["go"], go["come"])
    (one,), (other,) = there["changes"], back["changes"]
    assert (one["before"], one["after"]) == (other["after"], other["before"])


def test_a_profile_against_itself_changes_nothing() -> None:
    record = impact(MEDICARE, MEDICARE)
    assert record["changed"]["claims"] == 0
    assert record["findings"] == record["changes"] == record["dispositions"] == []
    same = call("profile", "impact", "medicare_b", MEDICARE, CLINIC_DAY, *DAY)
    assert same.output.endswith("\n  No claim changes.\n")


def test_impact_names_as_many_claims_as_asked(tmp_path: Path, strict: Path) -> None:
    text = CLINIC_DAY.read_text()
    (tmp_path / "more.837").write_text(text.replace(":GP*", "*"))
    everything = impact(MEDICARE, strict, tmp_path / "more.837", limit=0)["changes"]
    assert len(everything) > 2
    assert everything == sorted(everything, key=lambda one: -float(one["charge"]))
    assert impact(MEDICARE, strict, tmp_path / "more.837", limit=2)["changes"] == everything[:2]


def impact(old: Path, new: Path, claims: Path = CLINIC_DAY, limit: int = 20) -> Any:
    done = call("profile", "impact", old, new, claims, "--output", "json", "--limit", limit, *DAY)
    assert done.exit_code == 0
    return json.loads(done.output)


@pytest.mark.parametrize("release", all_tables(), ids=lambda release: release.name)
def test_table_list(release: Release) -> None:
    output = call("table", "list").output
    line = next(line for line in output.splitlines() if line.startswith(f"{release.name}  "))
    assert f" {release.codes:,}  {release.release}, as of {release.as_of}" in line


def test_imported_limits_are_listed_and_used(tmp_path: Path) -> None:
    """Before the import two units of 97110 are fine; the imported table allows one a day."""
    assert "SV1*HC:97110:GP*116.00*UN*2*" in ONE_CLAIM.read_text()
    file = tmp_path / "medicare-ncci-2026q1-practitioner-mue.csv"
    head = "HCPCS/CPT Code,Practitioner Services MUE Values,MUE Adjudication Indicator,Rationale"
    limits = [(f"{number}", 5) for number in range(10000, 16000)]
    rows = [f"{one},{most},3 Date of Service Edit,Data" for one, most in [*limits, ("97110", 1)]]
    file.write_text("\n".join([head, *rows]) + "\n")
    tables = tmp_path / "tables"
    done = call("table", "import", file, "--tables", tables)
    assert done.output == (
        "Imported MUE, Medicare: 2026 quarter 1, 1 row, meant for services through 2026-03-31\n"
        f"Use them with --tables {tables}\n"
    )
    listed = json.loads(call("table", "list", "--tables", tables, "--output", "json").output)
    (found,) = [one for one in listed if one["sha256"]]
    assert (found["name"], found["release"]) == ("MUE, Medicare", "2026 quarter 1")
    assert call("check", ONE_CLAIM, *DAY).exit_code == 0
    checked = call("check", ONE_CLAIM, *DAY, "--tables", tables)
    assert checked.exit_code == 1
    assert "S620" in checked.output
    assert "2026 quarter 1" in checked.output


def test_a_spoiled_imported_table_stops_the_run(tmp_path: Path) -> None:
    (tmp_path / "mue_medicare.csv").write_text("# sha256: a\ncode,units\n97110\n")
    done = call("check", ONE_CLAIM, "--tables", tmp_path)
    assert (done.exit_code, done.stdout) == (2, "")
    assert "mue_medicare.csv, row 3: 2 columns expected, 1 found; import the" in done.stderr


def test_generated_claims_are_those_of_the_arguments(tmp_path: Path) -> None:
    file = tmp_path / "many.837"
    done = call("generate", 20, "--seed", 3, "--out", file, *DAY)
    assert (done.exit_code, done.stdout) == (0, "")
    assert done.stderr == f"{file}: 20 claims, {file.stat().st_size:,} bytes\n"
    expected = "".join(generate(20, 3, as_of=date(2026, 3, 2)))
    assert file.read_text() == expected
    printed = call("generate", 20, "--seed", 3, *DAY)
    assert printed.stdout == expected
    assert call("check", file, *DAY).exit_code == 0


def test_generated_faults_are_found(tmp_path: Path) -> None:
    file = tmp_path / "spoiled.837"
    assert call("generate", 20, "--faults", 1, "--out", file, *DAY).exit_code == 0
    assert call("check", file, *DAY).exit_code == 1


def test_generating_overwrites_nothing_unasked(tmp_path: Path) -> None:
    file = tmp_path / "claims.837"
    file.write_text("the clinic's own")
    done = call("generate", 1, "--out", file, *DAY)
    assert done.exit_code == 2
    assert "already exists; name another file or use --force" in done.stderr
    assert file.read_text() == "the clinic's own"
    assert call("generate", 1, "--out", file, "--force", *DAY).exit_code == 0
    assert file.read_text().startswith("ISA*")


@pytest.mark.parametrize("width", [40, 80, 119, 120, 200])
def test_the_list_of_rules_fits_the_terminal(width: int) -> None:
    lines = [plain(line) for line in list_lines(rule_pages(), width)]
    assert max(map(len, lines)) <= width
    whole = "".join(" ".join(lines).split())
    for page in rule_pages():
        assert width >= WIDE or "".join(page.title.split()) in whole


@pytest.mark.parametrize("profile", PROFILES)
def test_claims_are_generated_for_the_payer_that_is_wanted(profile: str, tmp_path: Path) -> None:
    file = tmp_path / "claims.837"
    assert call("generate", 12, "--payer", profile, "--out", file, *DAY).exit_code == 0
    result = check(file, as_of=date(2026, 3, 2))
    assert {claim.profile for claim in result.claims} == {profile}


def test_a_payer_without_claims_is_named() -> None:
    done = call("generate", 1, "--payer", "aetnna")
    assert done.exit_code == 2
    assert "--payer aetnna: perhaps aetna; choose from" in done.stderr


def test_the_version_names_the_tables_and_their_dates() -> None:
    lines = call("--version").output.splitlines()
    assert lines[0].startswith(f"scrubber {__version__} (with")
    shipped = [f"  {one.name}: {one.release}, as of {one.as_of}" for one in all_tables()]
    assert lines[1:] == shipped


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_a_shell_gets_its_completion(shell: str) -> None:
    done = call("completion", shell)
    assert done.exit_code == 0
    assert f"_SCRUBBER_COMPLETE={shell}_complete" in done.output


@pytest.mark.parametrize(
    ("words", "expected"), [("scrubber wat", "watch"), ("scrubber check --iso", "--isolate")]
)
def test_words_are_completed(words: str, expected: str) -> None:
    asked = {
        "_SCRUBBER_COMPLETE": "bash_complete",
        "COMP_WORDS": words,
        "COMP_CWORD": str(len(words.split()) - 1),
    }
    assert scrubber(settings=asked).stdout.split(",")[1].strip() == expected


def test_every_command_has_a_man_page(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, Path(__file__).with_name("man_pages.py"), tmp_path], check=True
    )
    assert done.returncode == 0
    pages = {page.stem for page in tmp_path.glob("*.1")}
    assert pages >= {"scrubber", *(f"scrubber-{name}" for name in COMMANDS)}
    assert "scrubber-profile-impact" in pages
    assert "--participation" in (tmp_path / "scrubber-check.1").read_text().replace("\\-", "-")
