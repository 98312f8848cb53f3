"""Golden files of what a run writes: claim files, their report, a diff, the workbook's cells."""

import io
import json
from pathlib import Path
from typing import Any

import pytest
from cli_process import FIXTURES, scrubber
from report_samples import check_golden, guidance, report
from test_report_xlsx import cells

from scrubber.outputs.xlsx_report import write_xlsx

DAY = ("--as-of", "2026-03-02")
LIMITS = ("--one-provider-per-file", "--claims-per-set", "1")


@pytest.mark.parametrize(
    ("source", "options", "written"),
    [
        ("clinic_day.837", (), "clinic_day.accepted.837"),
        ("clinic_day.837", (), "clinic_day.rejected.837"),
        ("clean/several_providers.837", LIMITS, "several_providers.accepted.837"),
        ("clean/several_providers.837", LIMITS, "several_providers.accepted.2.837"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_claim_files(tmp_path: Path, source: str, options: tuple[str, ...], written: str) -> None:
    scrubber("scrub", FIXTURES / source, "--out", tmp_path, *DAY, *options)
    check_golden(written, (tmp_path / written).read_text(encoding="latin-1"))


def test_report(tmp_path: Path) -> None:
    """But for the profiles in force and the words of the rules, which have tests of their own."""
    scrubber("scrub", FIXTURES / "clinic_day.837", "--out", tmp_path, *DAY)
    check_golden("clinic_day.report.json", pared((tmp_path / "clinic_day.report.json").read_text()))


def pared(text: str) -> str:
    told: dict[str, Any] = json.loads(text)
    told["run"].pop("profiles")
    told["rules"] = sorted(told["rules"])
    return json.dumps(told, indent=1) + "\n"


def test_diff() -> None:
    check_golden(
        "clinic_day.diff.txt", scrubber("diff", "clinic_day.837", *DAY, folder=FIXTURES).stdout
    )


def test_workbook() -> None:
    pytest.importorskip("xlsxwriter")
    out, sample = io.BytesIO(), report()
    write_xlsx(sample["claims"], sample, out, guidance())
    rows = [
        "\t".join(f"{column}={text}" for column, text in row.items())
        for name in ("sheet1", "sheet2")
        for row in cells(out.getvalue(), name)
    ]
    check_golden("sample.report.xlsx.txt", "\n".join(rows) + "\n")
