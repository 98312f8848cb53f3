"""Reading report.json back: whole or in pieces, the same record."""

import json
from pathlib import Path
from typing import Any

import pytest
import report_samples
from hypothesis import given
from hypothesis import strategies as st

from scrubber.outputs.report_file import UnreadableReportError, read_report

TEXT = st.text(max_size=40)
VALUE = st.recursive(
    st.none() | st.booleans() | st.integers() | TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=8,
)


def as_record(source: Any) -> dict[str, Any]:
    head, claims = read_report(source)
    return {**head, "claims": list(claims)}


def test_a_file_and_its_record_read_alike() -> None:
    assert as_record(report_samples.REPORT) == report_samples.report()
    assert as_record(report_samples.report()) == report_samples.report()


@given(
    claims=st.lists(st.dictionaries(TEXT, VALUE, max_size=4), max_size=6),
    before=st.dictionaries(TEXT, VALUE, max_size=3),
    after=st.dictionaries(TEXT, VALUE, max_size=3),
    indent=st.sampled_from([None, 0, 2, 5000]),
    ascii_only=st.booleans(),
)
def test_any_record_reads_back_wherever_its_claims_stand(
    tmp_path_factory: pytest.TempPathFactory,
    claims: list[dict[str, Any]],
    before: dict[str, Any],
    after: dict[str, Any],
    indent: int | None,
    ascii_only: bool,
) -> None:
    fixed = {"schema": "scrubber-report/1", "claims": claims}
    record = {**before, **fixed, **{key: value for key, value in after.items() if key not in fixed}}
    record |= fixed
    record.pop("claim", None)
    path = tmp_path_factory.mktemp("report") / "report.json"
    path.write_text(json.dumps(record, indent=indent, ensure_ascii=ascii_only), "utf-8")
    assert as_record(path) == record


def test_values_longer_than_what_is_read_at_once(tmp_path: Path) -> None:
    record = report_samples.report()
    record["claims"][3]["claim_id"] = "9" * 300_000
    record["totals"]["claims"] = 10**400
    path = tmp_path / "report.json"
    path.write_text(json.dumps(record), "utf-8")
    assert as_record(path) == record


@pytest.mark.parametrize("share", [0.0, 0.2, 0.5, 0.9, 0.999])
def test_a_file_cut_short_is_refused_by_name(tmp_path: Path, share: float) -> None:
    text = report_samples.REPORT.read_text("utf-8").rstrip()
    path = tmp_path / "cut.report.json"
    path.write_text(text[: int(len(text) * share)], "utf-8")
    with pytest.raises(UnreadableReportError, match=r"cut\.report\.json"):
        as_record(path)


@pytest.mark.parametrize("schema", [None, "scrubber-report/2", 1])
def test_a_report_of_another_version_is_refused(schema: object) -> None:
    with pytest.raises(UnreadableReportError, match="scrubber-report/1"):
        read_report(report_samples.report() | {"schema": schema})
