"""What the ledger says of claims in the light of those that came before."""

import hashlib
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from ledger_server import missing, running_server
from sqlalchemy import create_engine
from test_payment_amounts import TEXAS, amount_row, payments, zip_line

from scrubber.cli import main
from scrubber.history.keys import KeyFileError, Keys, read_keys
from scrubber.history.services import patient_of
from scrubber.history.tables import METADATA
from scrubber.therapy.importers import Kind, import_table

ROOT = Path(__file__).parent.parent
ONE = (ROOT / "fixtures" / "clean" / "one_claim.837").read_text(encoding="latin-1")


def other(text: str, number: int) -> str:
    """A file of the same claim with a control number of its own."""
    return text.replace(control_number(text), f"{number:09d}")


def control_number(text: str) -> str:
    return text.split("*")[13]


class Desk:
    """Scrubs files one by one with one ledger."""

    def __init__(self, folder: Path, url: str) -> None:
        self.folder = folder
        self.url = url
        self.number = 0

    def command(self, *arguments: str | Path) -> Result:
        key = ("--ledger-key", str(self.folder / "key"))
        return CliRunner().invoke(main, [*map(str, arguments), *key], catch_exceptions=False)

    def scrub(
        self, text: str, name: str = "", *options: str
    ) -> tuple[Result, dict[str, Any] | None]:
        self.number += 1
        file = self.folder / f"{name or f'file{self.number}'}.837"
        file.write_text(text, encoding="latin-1")
        out = self.folder / f"out{self.number}"
        told = self.command(
            "scrub", file, "--out", out, "--quiet", "--as-of", "2026-03-02", "--ledger", self.url,
            *options,
        )  # fmt: skip
        report = out / f"{file.stem}.report.json"
        found = json.loads(report.read_text()) if report.exists() else None
        return told, found

    def answered(self, text: str) -> list[str]:
        """ISA13 of the TA1, the 999 and the 277CA for a file."""
        self.number += 1
        file = self.folder / f"file{self.number}.837"
        file.write_text(text, encoding="latin-1")
        out = self.folder / f"out{self.number}"
        self.command("scrub", file, "--out", out, "--ledger", self.url, "--format", ANSWERS)
        answers = [out / f"{file.stem}.{kind}" for kind in ("ta1", "999", "277ca")]
        return [one.read_text(encoding="latin-1").split("*")[13] for one in answers]

    def said(self, text: str) -> list[tuple[str, int | None]]:
        """Codes and lines of what the ledger had to say."""
        _, report = self.scrub(text)
        assert report is not None
        findings = report["findings"] + [f for c in report["claims"] for f in c["findings"]]
        return [(f["code"], f["line"]) for f in findings if f["code"] in LEDGER_CODES]

    def exported(self) -> str:
        return str(self.command("ledger", "export", self.url).output)


ANSWERS = "json,ta1,999,277ca"
LEDGER_CODES = {"S192", "S491", "S691", "S692"}


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    if missing():
        pytest.skip(missing())
    with running_server() as url:
        yield url


@pytest.fixture(params=["sqlite", "postgresql"])
def desk(tmp_path: Path, request: pytest.FixtureRequest) -> Desk:
    """With an empty ledger."""
    if request.param == "sqlite":
        return Desk(tmp_path, str(tmp_path / "ledger.sqlite3"))
    url: str = request.getfixturevalue("server")
    engine = create_engine(url)
    METADATA.drop_all(engine)
    engine.dispose()
    return Desk(tmp_path, url)


def test_the_same_file_is_left_alone(desk: Desk) -> None:
    first, report = desk.scrub(ONE, "first")
    assert first.exit_code == 0
    assert report is not None
    before = desk.exported()
    again, nothing = desk.scrub(ONE, "second")
    assert again.exit_code == 0
    assert "the same file was scrubbed before" in again.output
    assert nothing is None
    assert desk.exported() == before


def test_answers_have_numbers_that_none_had_before(desk: Desk) -> None:
    """Also where the sender uses the same number again and again."""
    told = [desk.answered(ONE.replace("20260227", f"202602{day}")) for day in (25, 26, 27)]
    assert told == [
        ["000000001", "000000002", "000000003"],
        ["000000005", "000000006", "000000007"],
        ["000000009", "000000010", "000000011"],
    ]


def test_the_same_file_gets_the_same_numbers_again(desk: Desk) -> None:
    first = desk.answered(ONE)
    desk.answered(other(ONE, 2))
    sha256 = hashlib.sha256(ONE.encode("latin-1")).hexdigest()
    assert desk.command("ledger", "forget", desk.url, sha256).exit_code == 0
    assert desk.answered(ONE) == first


def test_a_file_in_which_no_claim_could_be_read_is_not_remembered(desk: Desk) -> None:
    for _ in range(2):
        told, report = desk.scrub("no claims")
        assert told.exit_code == 2
        assert report is not None


def test_a_control_number_used_for_other_content(desk: Desk) -> None:
    assert desk.said(ONE) == []
    said = desk.said(ONE.replace("20260227", "20260226"))
    assert said == [("S192", None)]


def lines_of(text: str) -> int:
    return len(re.findall(r"~\s*SV1\*", text))


def test_a_service_billed_before(desk: Desk) -> None:
    assert desk.said(ONE) == []
    lines = range(1, lines_of(ONE) + 1)
    assert desk.said(other(ONE, 2)) == [("S491", line) for line in lines]


def test_a_service_billed_twice_in_one_file_is_reported_once(desk: Desk) -> None:
    """The claims of the run show it, and the ledger knows it too."""
    claim = ONE[ONE.index("CLM*") : ONE.index("SE*33*")]
    twice = ONE.replace("SE*33*", claim.replace("ONE-1", "ONE-2") + "SE*45*")
    lines = range(1, lines_of(ONE) + 1)
    assert desk.said(twice) == [("S491", line) for line in lines]


@pytest.mark.parametrize(
    ("old", "new"),
    [("20260227", "20260226"), ("97110:GP", "97110:GP:76")],
    ids=["another day", "said to be repeated"],
)
def test_what_makes_a_service_another_one(desk: Desk, old: str, new: str) -> None:
    desk.said(ONE)
    changed = other(ONE, 2).replace(old, new)
    assert ("S491", 1) not in desk.said(changed)


def as_replacement(text: str, frequency: str) -> str:
    changed = re.sub(r"(CLM\*[^~]*?:B:)1", rf"\g<1>{frequency}", text)
    assert changed != text
    changed = re.sub(r"(~\s*)(HI\*)", r"\1REF*F8*ORIGINAL1~\2", changed, count=1)
    count = int(re.search(r"SE\*(\d+)", changed)[1])  # type: ignore[index]
    return changed.replace(f"SE*{count}*", f"SE*{count + 1}*")


def test_a_replacement_takes_the_place_of_the_claim(desk: Desk) -> None:
    desk.said(ONE)
    assert desk.said(as_replacement(other(ONE, 2), "7")) == []


def test_after_a_void_the_service_may_be_billed_anew(desk: Desk) -> None:
    desk.said(ONE)
    desk.said(as_replacement(other(ONE, 2), "8"))
    assert desk.said(other(ONE, 3)) == []


def test_a_rejected_claim_is_not_remembered(desk: Desk) -> None:
    npi = re.search(r"NM1\*85\*.*?\*XX\*(\d{10})", ONE)
    assert npi is not None
    wrong = ONE.replace(npi[1], npi[1][:-1] + str((int(npi[1][-1]) + 1) % 10))
    told, _ = desk.scrub(wrong)
    assert told.exit_code == 1
    assert desk.said(other(ONE, 2)) == []


def test_a_forgotten_file_is_scrubbed_again(desk: Desk) -> None:
    desk.scrub(ONE)
    shown = desk.command("ledger", "show", desk.url).output.splitlines()
    sha256 = shown[1].split()[-1]
    assert desk.command("ledger", "forget", desk.url, sha256[:10]).exit_code == 0
    assert desk.said(ONE) == []


@pytest.mark.parametrize(
    "file", sorted((ROOT / "fixtures" / "hostile").iterdir()), ids=lambda p: p.stem
)
def test_hostile_files_fare_no_worse_with_a_ledger(tmp_path: Path, file: Path) -> None:
    desk = Desk(tmp_path, str(tmp_path / "ledger.sqlite3"))
    _, report = desk.scrub(file.read_text(encoding="latin-1"), "hostile")
    alone = tmp_path / "alone"
    options = ("--out", alone, "--quiet", "--as-of", "2026-03-02")
    CliRunner().invoke(main, ["scrub", str(tmp_path / "hostile.837"), *map(str, options)])
    assert report == json.loads((alone / "hostile.report.json").read_text())


def test_the_ledger_names_no_patient(desk: Desk) -> None:
    desk.scrub(ONE)
    files = [one for one in desk.folder.glob("ledger.sqlite3*") if one.suffix != ".key"]
    held = b"".join(one.read_bytes() for one in files) + desk.exported().encode()
    for qualifier in ("IL", "QC"):
        for found in re.findall(rf"NM1\*{qualifier}\*([^~]*)", ONE):
            for value in found.split("*"):
                assert len(value) < 5 or value.encode() not in held


def test_opening_balances_count_towards_the_threshold(desk: Desk) -> None:
    member = re.search(r"NM1\*IL\*.*?\*MI\*([^~]+)", ONE)
    assert member is not None
    balances = desk.folder / "balances.csv"
    header = "member_id,year,discipline,amount\n"
    balances.write_text(f'{header}{member[1]},2026,PT,"$2,479.99"\n')
    assert "1 balances set" in desk.command("ledger", "balances", desk.url, balances).output
    assert desk.said(ONE) == [("S692", 2)], "the second line comes above the threshold"
    assert desk.said(other(ONE, 2).replace("20260227", "20250227")) == [], "another year"


@pytest.mark.parametrize(("before", "said"), [("2430.56", []), ("2430.57", [("S692", 2)])])
def test_the_threshold_is_counted_at_the_amounts_of_the_locality(
    desk: Desk, before: str, said: list[tuple[str, int]]
) -> None:
    tables, member = desk.folder / "tables", re.search(r"NM1\*IL\*.*?\*MI\*([^~]+)", ONE)
    assert member is not None
    rows = (amount_row("97110", "28.10", "21.34"), amount_row("97140", "27.00", "21.00"))
    import_table(Kind.PAYMENTS, [payments(desk.folder, rows)], tables)
    (desk.folder / "ZIP5_JAN2026.txt").write_text(zip_line("78701", TEXAS))
    import_table(Kind.LOCALITIES, [desk.folder / "ZIP5_JAN2026.txt"], tables)
    balances = desk.folder / "balances.csv"
    balances.write_text(f"member_id,year,discipline,amount\n{member[1]},2026,PT,{before}\n")
    desk.command("ledger", "balances", desk.url, balances)
    # The first line, a unit in full and one reduced, is 28.10 + 21.34 of 2,480.
    _, report = desk.scrub(ONE, "", "--tables", str(tables))
    assert report is not None
    findings = [one for claim in report["claims"] for one in claim["findings"]]
    assert [(one["code"], one["line"]) for one in findings if one["code"] in LEDGER_CODES] == said


def test_a_file_of_balances_in_error_names_its_line(desk: Desk) -> None:
    balances = desk.folder / "balances.csv"
    balances.write_text("member_id,year,discipline,amount\nA1,2026,PT,10\nA2,2026,XX,10\n")
    told = desk.command("ledger", "balances", desk.url, balances)
    assert told.exit_code == 2
    assert "line 3 is not a balance" in told.output
    assert "A2" not in told.output


def test_a_key_that_others_may_read_is_refused(tmp_path: Path) -> None:
    read_keys(tmp_path / "key")
    (tmp_path / "key").chmod(0o644)
    with pytest.raises(KeyFileError, match="chmod 600"):
        read_keys(tmp_path / "key")


def test_a_ledger_refuses_another_key(desk: Desk) -> None:
    """Under it nobody would be recognized, and nothing would be a duplicate."""
    desk.scrub(ONE)
    before = desk.exported()
    key, own = desk.folder / "key", desk.folder / "own"
    key.rename(own)
    read_keys(key)
    told, report = desk.scrub(other(ONE, 2))
    assert (told.exit_code, report) == (2, None)
    assert "started with a different key" in told.output
    assert desk.command("ledger", "show", desk.url).exit_code == 2
    own.replace(key)
    assert desk.exported() == before


def test_no_key_is_made_for_a_ledger_that_is_there(tmp_path: Path) -> None:
    file, options = tmp_path / "one.837", ("--out", tmp_path / "out", "--ledger", tmp_path / "led")
    file.write_text(ONE, encoding="latin-1")
    arguments = ["scrub", *map(str, (file, *options))]
    assert CliRunner().invoke(main, arguments).exit_code == 0
    (tmp_path / "led.key").unlink()
    told = CliRunner().invoke(main, arguments)
    assert told.exit_code == 2
    assert "the key is missing" in told.output
    assert not (tmp_path / "led.key").exists()


@pytest.mark.parametrize(
    "url",
    [
        "postgresql+psycopg://biller:s3cret@localhost/claims",
        "postgresql://biller@localhost/claims?password=s3cret",
        "postgresql://biller@localhost/claims?sslpassword=s3cret",
        "postgresql://biller:s3cret@localhost:port/claims",
    ],
)
@pytest.mark.parametrize("command", ["scrub", "watch", "ledger"])
def test_a_password_in_a_url_is_refused(tmp_path: Path, url: str, command: str) -> None:
    arguments = {
        "scrub": ["scrub", str(ROOT / "fixtures" / "clean"), "--out", str(tmp_path), "--ledger"],
        "watch": ["watch", str(tmp_path / "drop"), "--once", "--ledger"],
        "ledger": ["ledger", "show"],
    }
    told = CliRunner().invoke(main, [*arguments[command], url])
    assert told.exit_code == 2
    assert "s3cret" not in told.output
    assert "PGPASSFILE" in told.output or "cannot be read" in told.output


def test_hashes_of_different_kinds_and_keys_differ() -> None:
    one, two = Keys(b"1" * 32), Keys(b"2" * 32)
    assert one.of("patient", "A1") == one.of("patient", "A1")
    told = {one.of("patient", "A1"), one.of("claim", "A1"), two.of("patient", "A1")}
    assert len(told | {one.of("patient", "A", "1")}) == 4
    assert patient_of(one, "ab-1 2") == patient_of(one, "AB12")


def refusing_profile(folder: Path) -> Path:
    """A folder with the profile of Medicare, which refuses control numbers used before."""
    shipped = (ROOT / "payer_profiles" / "medicare_b.xml").read_text(encoding="utf-8")
    refusal = (
        '<rule code="S192"><severity is="reject" reason="refused" source="test" '
        'confidence="high"/></rule>'
    )
    profiles = folder / "profiles"
    profiles.mkdir(exist_ok=True)
    end = shipped.rindex("</payer-profile>")
    (profiles / "medicare_b.xml").write_text(shipped[:end] + refusal + shipped[end:], "utf-8")
    return profiles


def test_a_profile_may_refuse_a_control_number_used_before(desk: Desk) -> None:
    """The claims of that payer are rejected; without the profile they are accepted."""
    desk.scrub(ONE)
    again = ONE.replace("20260227", "20260226")
    told, report = desk.scrub(again, "strict", "--profiles", str(refusing_profile(desk.folder)))
    assert report is not None
    assert told.exit_code == 1
    [claim] = report["claims"]
    assert claim["disposition"] == "rejected"
    assert [one["code"] for one in claim["findings"]] == ["S492", "S192"]
    assert desk.said(other(ONE, 5).replace("20260227", "20260226")) == [], "it was not entered"
    sha256 = hashlib.sha256(again.encode("latin-1")).hexdigest()
    desk.command("ledger", "forget", desk.url, sha256)
    _, report = desk.scrub(again)
    assert report is not None
    assert [one["disposition"] for one in report["claims"]] == ["accepted"]


def test_treatment_days_of_earlier_claims_count_towards_a_progress_note(desk: Desk) -> None:
    for day in range(1, 10):
        text = other(ONE, day).replace("20260227", f"202602{day + 5:02}")
        _, report = desk.scrub(text, "", *without_note(desk.folder, text))
        assert report is not None
        assert "S673" not in {f["code"] for c in report["claims"] for f in c["findings"]}
    text = other(ONE, 10).replace("20260227", "20260217")
    _, report = desk.scrub(text, "", *without_note(desk.folder, text))
    assert report is not None
    said = [f for c in report["claims"] for f in c["findings"] if f["code"] == "S673"]
    assert [(one["severity"], one["line"]) for one in said] == [("warn", 1)]
    assert "in 10 visits up to 2026-02-17, those on other claims counted" in said[0]["message"]
    text = other(ONE, 11).replace("20260227", "20260218")
    _, report = desk.scrub(text)
    assert report is not None
    assert "S673" not in {f["code"] for c in report["claims"] for f in c["findings"]}


def without_note(folder: Path, text: str) -> tuple[str, str]:
    """Documentation of a file of one claim that names no progress note."""
    claim_id = re.search(r"CLM\*([^*]+)", text)
    assert claim_id is not None
    rows = [f"{claim_id[1]},{line},60,no" for line in range(1, lines_of(text) + 1)]
    (folder / "notes.csv").write_text("\n".join(["claim_id,line,minutes,progress_note", *rows]))
    return "--documentation", str(folder / "notes.csv")


def test_the_rejected_file_has_a_number_out_of_the_ledger(desk: Desk) -> None:
    npi = re.search(r"NM1\*85\*.*?\*XX\*(\d{10})", ONE)
    assert npi is not None
    wrong = ONE.replace(npi[1], npi[1][:-1] + str((int(npi[1][-1]) + 1) % 10))
    numbers = []
    for day in (25, 26):
        desk.scrub(wrong.replace("20260227", f"202602{day}"), f"day{day}")
        rejected = desk.folder / f"out{desk.number}" / f"day{day}.rejected.837"
        numbers.append(control_number(rejected.read_text(encoding="latin-1")))
    answers = desk.answered(other(ONE, 7))
    assert len({*numbers, *answers}) == 5
