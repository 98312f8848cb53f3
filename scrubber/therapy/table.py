"""The therapy code table: what each code is, how it is timed, who may bill it, and when.

The table is partial by nature: a code that is absent is not a therapy code as far as we know.
Descriptions are our own words; CPT descriptors are copyrighted and not carried here.
"""

from dataclasses import dataclass
from datetime import date
from enum import Enum
from functools import cache
from pathlib import Path
from typing import Literal, cast

from scrubber.codes.table_file import Release, day, number, read_release, read_table, words

DATA = Path(__file__).parent / "data"

Confidence = Literal["high", "medium", "low"]
Discipline = Literal["GP", "GO", "GN"]
TherapyStatus = Literal["always", "sometimes", "not_on_list", "contractor_priced", "unknown"]
MedicarePayment = Literal["yes", "no", "bundled", "restricted", "contractor_priced", "unknown"]
TimeRule = Literal["pooled", "midpoint", "full", "band", "untimed"]


class Standing(Enum):
    """How a code stands on a date of service."""

    IN_FORCE = "in force"
    NOT_YET = "not yet in force"
    DELETED = "deleted"
    NOT_THERAPY = "not a therapy code in our table"


@dataclass(frozen=True, slots=True)
class TherapyCode:
    """One row of the table.

    `time_rule`: `pooled` 15-minute codes whose minutes are counted together under the CMS rule;
    `midpoint` a unit once more than half its time is reached; `full` a unit only when all its
    time is reached; `band` one unit once `first_unit_minutes` is reached; `untimed` no minutes.
    `minutes_per_unit` and `first_unit_minutes` are None for untimed codes.
    `disciplines` are the plan-of-care modifiers the code can carry; `required_modifier` is the
    single one allowed (CR 10176). `units_per_day` is a limit of the code itself, not of an MUE;
    None where no such limit is known. `status_confidence` is that of `status` alone.
    `effective_from` None: in force as far back as we know; `effective_to` is the last day.
    """

    code: str
    description: str
    family: str
    time_rule: TimeRule
    minutes_per_unit: int | None
    first_unit_minutes: int | None
    addon_primaries: tuple[str, ...]
    status: TherapyStatus
    status_confidence: Confidence
    disciplines: tuple[Discipline, ...]
    required_modifier: Discipline | None
    fee_schedule_status: str
    medicare: MedicarePayment
    medicare_replacement: str
    units_per_day: int | None
    note: str
    mue_medicare: int | None
    mue_adjudication: int | None
    mue_medicaid: int | None
    effective_from: date | None
    effective_to: date | None
    successors: tuple[str, ...]
    sources: tuple[str, ...]
    confidence: Confidence

    @property
    def timed(self) -> bool:
        """Whether its units are counted from minutes."""
        return self.time_rule != "untimed"

    @property
    def pooled(self) -> bool:
        """A 15-minute code, whose minutes may be counted together with those of others."""
        return self.time_rule == "pooled"

    @property
    def is_evaluation(self) -> bool:
        """An evaluation or re-evaluation in physical or occupational therapy."""
        return self.family in ("evaluation", "reevaluation")

    @property
    def takes_one_unit(self) -> bool:
        """A timed code of which only one unit is billed; further time goes on its add-on."""
        return self.timed and self.units_per_day == 1

    def standing(self, on: date) -> Standing:
        """How the code stands on a date of service."""
        if self.effective_to and on > self.effective_to:
            return Standing.DELETED
        if self.effective_from and on < self.effective_from:
            return Standing.NOT_YET
        return Standing.IN_FORCE


def therapy_code(code: str, on: date) -> TherapyCode | None:
    """The code as it stands on a date of service; None if absent, deleted or not yet in force.

    `standing` tells which of the three it is, `known_code` gives the row whatever the date.
    """
    row = _table().get(code)
    return row if row and row.standing(on) is Standing.IN_FORCE else None


def known_code(code: str) -> TherapyCode | None:
    """The row of a code whatever the date; None for a code that is not in the table."""
    return _table().get(code)


def standing(code: str, on: date) -> Standing:
    """How a code stands on a date of service: in force, not yet, deleted, or not in our table.

    For a deleted code `known_code(code)` has `effective_to` and `successors`.
    """
    row = _table().get(code)
    return row.standing(on) if row else Standing.NOT_THERAPY


def add_ons_of(primary: str) -> tuple[str, ...]:
    """The add-on codes that may be billed beside a primary code."""
    return _add_ons().get(primary, ())


def all_codes() -> tuple[TherapyCode, ...]:
    """Every row, in the order of the codes."""
    return tuple(_table().values())


def source_text(key: str) -> str:
    """The source a key of `TherapyCode.sources` stands for. Raises KeyError for another key."""
    return _sources()[key]


def release() -> Release:
    """Provenance of the table."""
    return read_release(DATA / "therapy_codes.csv")


@cache
def _table() -> dict[str, TherapyCode]:
    return {row["code"]: _code(row) for row in read_table(DATA / "therapy_codes.csv").rows}


@cache
def _sources() -> dict[str, str]:
    return {row["key"]: row["source"] for row in read_table(DATA / "therapy_sources.csv").rows}


@cache
def _add_ons() -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for row in _table().values():
        for primary in row.addon_primaries:
            found[primary] = (*found.get(primary, ()), row.code)
    return found


def _code(row: dict[str, str]) -> TherapyCode:
    return TherapyCode(
        code=row["code"],
        description=row["description"],
        family=row["family"],
        time_rule=cast(TimeRule, row["time_rule"]),
        minutes_per_unit=number(row["minutes_per_unit"]),
        first_unit_minutes=number(row["first_unit_minutes"]),
        addon_primaries=words(row["addon_primaries"]),
        status=cast(TherapyStatus, row["status"]),
        status_confidence=cast(Confidence, row["status_confidence"]),
        disciplines=cast(tuple[Discipline, ...], words(row["disciplines"])),
        required_modifier=cast(Discipline, row["required_modifier"]) or None,
        fee_schedule_status=row["fee_schedule_status"],
        medicare=cast(MedicarePayment, row["medicare"]),
        medicare_replacement=row["medicare_replacement"],
        units_per_day=number(row["units_per_day"]),
        note=row["note"],
        mue_medicare=number(row["mue_medicare"]),
        mue_adjudication=number(row["mue_mai"]),
        mue_medicaid=number(row["mue_medicaid"]),
        effective_from=day(row["effective_from"]),
        effective_to=day(row["effective_to"]),
        successors=words(row["successors"]),
        sources=tuple(row["sources"].split()),
        confidence=cast(Confidence, row["confidence"]),
    )
