"""Settings come from options, the environment and scrubber.toml, and a mistake is named."""

import json
import os
import re
from datetime import date
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner, Result

import scrubber
from scrubber.cli import main
from scrubber.cli.settings import SettingOption
from scrubber.configuration.settings import SETTINGS, Kind, Setting

ROOT = Path(__file__).parent.parent
PAGE = ROOT / "docs" / "configuration.md"
CLINIC_DAY = ROOT / "fixtures" / "clinic_day.837"
DAY = ("--as-of", "2026-03-02")
BLOCK = re.compile(r"(?<=<!-- settings -->\n)(.*?)(?=<!-- /settings -->)", re.DOTALL)
STRICT = (ROOT / "payer_profiles" / "medicare_b.xml").read_text("utf-8")
CONSENT = '[consent.S601]\nreason = "All are PTs"\nuntil = {}\n'


class Office:
    """A working folder and a user's configuration folder, each of which may have a file."""

    def __init__(self, folder: Path, user: Path) -> None:
        self.folder = folder
        self.user = user

    def writes(self, text: str) -> None:
        """Write the file of the working folder."""
        (self.folder / "scrubber.toml").write_text(text, encoding="utf-8")

    def writes_own(self, text: str) -> None:
        """Write the user's file."""
        self.user.mkdir(parents=True, exist_ok=True)
        (self.user / "scrubber.toml").write_text(text, encoding="utf-8")


@pytest.fixture
def office(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Office:
    folder, home = tmp_path / "work", tmp_path / "home"
    folder.mkdir()
    monkeypatch.chdir(folder)
    monkeypatch.delenv("SCRUBBER_CONFIG")
    monkeypatch.setattr(
        "scrubber.configuration.files._user_file", lambda: home / "claims" / "scrubber.toml"
    )
    return Office(folder, home / "claims")


def call(*arguments: object) -> Result:
    done = CliRunner().invoke(main, [*map(str, arguments)])
    assert done.exception is None or isinstance(done.exception, SystemExit)
    return done


def settings(*arguments: object) -> dict[str, tuple[str, str]]:
    """What `scrubber config` shows: value and origin by setting."""
    done = call("config", "--output", "json", *arguments)
    assert done.exit_code == 0, done.output
    rows = json.loads(done.stdout)["settings"]
    return {row["setting"]: (row["value"], row["origin"]) for row in rows}


def test_the_nearest_value_counts(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    assert settings()["out"] == ("not set", "")
    office.writes_own('# mine\nout = "user"\n')
    assert settings()["out"] == (str(office.user / "user"), f"{office.user}/scrubber.toml:2")
    office.writes('\n\nout = "here"\n')
    assert settings()["out"] == (str(office.folder / "here"), "scrubber.toml:3")
    monkeypatch.setenv("SCRUBBER_OUT", "from_environment")
    assert settings()["out"] == ("from_environment", "SCRUBBER_OUT")
    assert settings("--out", "given")["out"] == ("given", "--out")


def test_one_file_does_not_hide_the_other(office: Office) -> None:
    office.writes_own('out = "user"\n[participation]\naetna = true\ncigna = true\n')
    office.writes("[participation]\ncigna = false\n")
    shown = settings("--participation", "uhc=yes")
    assert shown["out"][0] == str(office.user / "user")
    assert shown["participation aetna"] == ("yes", f"{office.user}/scrubber.toml:3")
    assert shown["participation cigna"] == ("no", "scrubber.toml:2")
    assert shown["participation uhc"] == ("yes", "--participation")


def test_a_named_file_is_read_alone(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    office.writes('out = "here"\n')
    other = office.folder / "other.toml"
    other.write_text("jobs = 3\n")
    done = call("--config", other, "config", "--output", "json")
    rows = {one["setting"]: one["value"] for one in json.loads(done.stdout)["settings"]}
    assert (rows["jobs"], rows["out"]) == ("3", "not set")
    monkeypatch.setenv("SCRUBBER_CONFIG", os.devnull)
    assert settings()["out"] == ("not set", "")


MISTAKES = [
    ("jobs = 1\ntabels = 't'\n", "scrubber.toml:2: there is no setting tabels; perhaps tables"),
    ("ledger_key = 'k'\n", "scrubber.toml:1: there is no setting ledger_key; perhaps ledger-key"),
    ("\njobs = '2'\n", "scrubber.toml:2: jobs must be a whole number"),
    ("jobs = true\n", "scrubber.toml:1: jobs must be a whole number"),
    ("jobs = 0\n", "scrubber.toml:1: jobs must be a whole number of 1 or more"),
    ("out = 3\n", "scrubber.toml:1: out must be a path or URL, as text"),
    ("status-text = 'no'\n", "scrubber.toml:1: status-text must be true or false"),
    ("format = [\n 'json',\n 'hmtl']\n", "scrubber.toml:1: format has no hmtl; perhaps html"),
    ("format = [1]\n", "scrubber.toml:1: format must be a list of words"),
    ("isolate = 'set'\n", "scrubber.toml:1: isolate has no set; choose from claim, transaction"),
    ("participation = true\n", "scrubber.toml:1: participation must be true or false by the id"),
    ("[participation]\na = true\nb = 'no'\n", "scrubber.toml:3: participation b must be true"),
    ("[participation]\naetnna = true\n", "scrubber.toml:2: there is no profile aetnna"),
    ("[consent.S601]\nuntil = 2026-12-31\n", "scrubber.toml:1: consent S601 needs a reason"),
    ("[consent.S601]\nreason = 'a'\n", "scrubber.toml:1: consent S601 needs until, its last day"),
    (CONSENT.format('"2026"'), "scrubber.toml:3: consent S601 needs until"),
    (CONSENT.format("2026-12-31T00:00:00"), "scrubber.toml:3: consent S601 needs until"),
    (CONSENT.format("2026-12-31\nuntill = 1"), "scrubber.toml:4: a consent has no untill; perhaps"),
    (CONSENT.format("2026-12-31").replace("S601", "S600"), "scrubber.toml:1: consent S600: there"),
    ("consent.S601 = 'yes'\n", "scrubber.toml:1: consent S601 must be reason and until"),
    ("tables = 'nowhere'\n", "scrubber.toml:1: tables: Directory '"),
    ("\nout = \n", "scrubber.toml:2: Invalid value"),
    ("out = 'a'\nout = 'b'\n", "scrubber.toml:2: Cannot overwrite a value"),
    ("[participation\n", "scrubber.toml:1: Expected ']'"),
]


@pytest.mark.parametrize(("text", "said"), MISTAKES)
def test_a_mistake_is_named_by_file_and_line(office: Office, text: str, said: str) -> None:
    office.writes(text)
    done = call("check", CLINIC_DAY)
    assert (done.exit_code, done.stdout) == (2, "")
    assert done.stderr.startswith(f"Error: {said}")


def test_all_mistakes_are_said_at_once(office: Office) -> None:
    office.writes("a = 1\njobs = 'x'\n")
    assert [line.split(": ")[-2:][0] for line in call("config").stderr.splitlines()] == [
        "scrubber.toml:1", "scrubber.toml:2",
    ]  # fmt: skip


def test_a_mistake_in_the_environment_names_the_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SCRUBBER_JOBS", "many")
    done = call("check", CLINIC_DAY)
    assert done.exit_code == 2
    assert "SCRUBBER_JOBS: jobs: 'many' is not a valid integer" in done.stderr


@pytest.mark.parametrize("content", [b"out = '\xe4'\n", b"jobs = 1\nout = '\xff'\n"])
def test_a_file_that_is_no_utf_8_is_named(office: Office, content: bytes) -> None:
    (office.folder / "scrubber.toml").write_bytes(content)
    line = content.count(b"\n")
    assert f"Error: scrubber.toml:{line}: not UTF-8" in call("config").stderr


def test_marks_and_line_ends_of_windows_are_read(office: Office) -> None:
    (office.folder / "scrubber.toml").write_bytes(b"\xef\xbb\xbfjobs = 2\r\nout = 'a'\r\n")
    assert settings()["out"][1] == "scrubber.toml:2"


@pytest.fixture
def strict(office: Office) -> Office:
    """An office whose profile of Medicare gives no consent to append GP."""
    (office.folder / "profiles").mkdir()
    text = STRICT.replace('always-codes="required"', 'always-codes="optional"')
    (office.folder / "profiles" / "medicare_b.xml").write_text(text, encoding="utf-8")
    return office


def reported(folder: Path) -> Any:
    return json.loads((folder / "clinic_day.report.json").read_text("utf-8"))


def corrected(report: Any) -> set[str]:
    return {one["code"] for claim in report["claims"] for one in claim["corrections"]}


def test_a_run_needs_no_options(strict: Office) -> None:
    strict.writes('out = "done"\nformat = "html"\nprofiles = "profiles"\n')
    assert call("scrub", CLINIC_DAY, *DAY).exit_code == 1
    names = {one.name for one in (strict.folder / "done").iterdir()}
    assert "clinic_day.report.html" in names
    assert "clinic_day.report.csv" not in names
    report = reported(strict.folder / "done")
    medicare = next(one for one in report["run"]["profiles"] if one["id"] == "medicare_b")
    assert medicare["sha256"] != scrubbed_without(strict)["medicare_b"]


def scrubbed_without(office: Office) -> dict[str, str]:
    call("--config", os.devnull, "scrub", CLINIC_DAY, "--out", office.folder / "plain", *DAY)
    profiles = reported(office.folder / "plain")["run"]["profiles"]
    return {one["id"]: one["sha256"] for one in profiles}


CODED = "S149"


def consented(office: Office, until: str) -> tuple[Result, Any]:
    """A claim with a letter that is written plainly only with consent, in a run of that day."""
    text = CLINIC_DAY.read_bytes().replace(b"NM1*IL*1*", b"NM1*IL*1*\xc9", 1)
    (office.folder / "clinic_day.837").write_bytes(text)
    office.writes(f'[consent.{CODED}]\nreason = "Our system keeps accents"\nuntil = {until}\n')
    done = call("scrub", "clinic_day.837", "--out", "done", *DAY)
    return done, reported(office.folder / "done")


def test_a_standing_consent_is_used_through_its_last_day(office: Office) -> None:
    done, report = consented(office, "2026-03-02")
    assert CODED in corrected(report)
    assert report["run"]["consents"] == [
        {
            "rule": CODED,
            "basis": "office",
            "origin": "scrubber.toml:1",
            "until": "2026-03-02",
            "reason": "Our system keeps accents",
        }
    ]
    assert "ended" not in done.stderr


def test_a_consent_past_its_end_is_not_used_and_said_once(office: Office) -> None:
    done, report = consented(office, "2026-03-01")
    assert CODED not in corrected(report)
    assert "consents" not in report["run"]
    said = f"Note: scrubber.toml:1: the consent to {CODED} ended on 2026-03-01 and is not used"
    assert done.stderr.splitlines().count(said) == 1


def test_an_option_counts_before_a_consent_that_ended(office: Office) -> None:
    consented(office, "2026-03-01")
    done = call("scrub", "clinic_day.837", "--out", "again", "--consent", CODED, *DAY)
    assert CODED in corrected(reported(office.folder / "again"))
    assert "ended" not in done.stderr


def test_programs_take_a_file_only_where_they_name_it(office: Office) -> None:
    consented(office, "2099-12-31")
    found = scrubber.check("clinic_day.837", as_of=date(2026, 3, 2))
    named = scrubber.check("clinic_day.837", as_of=date(2026, 3, 2), config="scrubber.toml")
    codes = [
        {one.code for claim in result.claims for one in claim.corrections}
        for result in (found, named)
    ]
    assert [CODED in one for one in codes] == [False, True]
    office.writes("jbos = 1\n")
    with pytest.raises(scrubber.ConfigurationError, match="there is no setting jbos; perhaps jobs"):
        scrubber.Scrubber(config="scrubber.toml")


def test_programs_are_warned_of_a_consent_past_its_end(office: Office) -> None:
    office.writes(CONSENT.format("2020-01-01"))
    with pytest.warns(UserWarning, match="consent to S601 ended on 2020-01-01"):
        scrubber.Scrubber(config="scrubber.toml")


def test_impact_goes_by_the_settings(strict: Office) -> None:
    strict.writes("[participation]\nmedicare_c = true\n")
    done = call("profile", "impact", "medicare_b", "profiles/medicare_b.xml", CLINIC_DAY, *DAY)
    assert "scrubber.toml:2: there is no profile medicare_c" in done.stderr


def _options(command: click.Command, context: click.Context) -> list[SettingOption]:
    if isinstance(command, click.Group):
        below = [command.get_command(context, name) for name in command.list_commands(context)]
        return [option for one in below if one for option in _options(one, context)]
    return [one for one in command.params if isinstance(one, SettingOption)]


def test_every_option_of_the_name_of_a_setting_is_one() -> None:
    """`generate --out` and the like name one file of one run; the rest is in the table."""
    taken = {option.setting.name for option in _options(main, click.Context(main))}
    assert taken == {one.name for one in SETTINGS}


def _row(one: Setting) -> str:
    default = "yes" if one.default is True else "no" if one.default is False else one.default or ""
    about = one.help.partition("  [default: ")[0]
    kind = {Kind.CHOICE: " or ".join(one.choices)}.get(one.kind, one.kind.value)
    return f"| `{one.name}` | `{one.variable}` | {about} | {kind} | {default} |"


def settings_block() -> str:
    """The table of the page."""
    head = "| setting, and option | environment | what it does | in the file | default |\n"
    return head + "|---|---|---|---|---|\n" + "\n".join(map(_row, SETTINGS)) + "\n"


def test_the_page_lists_every_setting() -> None:
    found = BLOCK.search(PAGE.read_text("utf-8"))
    assert found is not None
    assert found[0] == settings_block(), "write it anew: python tests/test_configuration.py"


def test_the_file_on_the_page_is_taken(office: Office) -> None:
    (sample,) = re.findall(r"```toml\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL)
    sample = re.sub(r'^(profiles|tables|documentation) = ".*"', r'\1 = "."', sample, flags=re.M)
    office.writes(sample.replace('documentation = "."', 'documentation = "scrubber.toml"'))
    shown = settings()
    assert shown["ledger"] == (str(office.folder / "claims.sqlite3"), "scrubber.toml:6")
    assert shown["participation cigna"] == ("no", "scrubber.toml:11")
    assert shown["consent S601"][1] == "scrubber.toml:13"


if __name__ == "__main__":
    PAGE.write_text(BLOCK.sub(lambda _: settings_block(), PAGE.read_text("utf-8")), "utf-8")
