"""What a denial means, which rules foretell it and what to do: data/denials.csv.

The most special row speaks: group, reason and a remark; then group and reason; then the same
under any group, as payers differ in the group they use.
"""

from collections.abc import Collection
from functools import cache
from pathlib import Path
from typing import NamedTuple

from scrubber.codes.table_file import Release, read_release, read_table, words

TABLE = Path(__file__).parent / "data" / "denials.csv"
_COLUMNS = (
    "group", "carc", "rarc", "meaning", "usual_cause", "preventable_by", "scenario", "step",
    "action", "source",
)  # fmt: skip
_GENERAL = "MA130"
"""Says that a claim is not processable, beside a remark that says why."""


class DenialEntry(NamedTuple):
    """A row. `remarks` are alternatives; `rules` are the codes of ours that foretell it, none if
    no rule can. `scenario` is documents, data, coverage or apart (not payable by itself); `step`
    is what to do next in one word or two: new claim, replace, appeal, records, patient,
    other payer, wait, write off, check, or none for what is no denial."""

    group: str
    reason: str
    remarks: frozenset[str]
    meaning: str
    cause: str
    rules: tuple[str, ...]
    scenario: str
    step: str
    action: str
    source: str


def denial_entry(group: str, reason: str, remarks: Collection[str]) -> DenialEntry | None:
    """The row for a denial; None where the table has none. Of several rows whose remarks were
    given, the rules of all foretell it."""
    rows = _rows().get(reason, ())
    said = frozenset(remarks)
    for of_group in (True, False):
        for with_remark in (True, False):
            fits = [
                one
                for one in rows
                if (one.group == group) is of_group
                and (bool(one.remarks & said) if with_remark else not one.remarks)
            ]
            if fits:
                return _together(fits)
    return None


def _together(fits: list[DenialEntry]) -> DenialEntry:
    special = [one for one in fits if one.remarks != {_GENERAL}] or fits
    rules = dict.fromkeys(rule for one in special for rule in one.rules)
    return special[0]._replace(rules=tuple(rules))


def entries() -> tuple[DenialEntry, ...]:
    """All rows."""
    return tuple(one for rows in _rows().values() for one in rows)


def release() -> Release:
    """Provenance of the table."""
    return read_release(TABLE)


@cache
def _rows() -> dict[str, list[DenialEntry]]:
    found: dict[str, list[DenialEntry]] = {}
    for row in read_table(TABLE, _COLUMNS).rows:
        remarks = frozenset(words(row["rarc"]))
        entry = DenialEntry(
            row["group"],
            row["carc"],
            remarks - {_GENERAL} or remarks,
            row["meaning"],
            row["usual_cause"],
            words(row["preventable_by"]),
            row["scenario"],
            row["step"],
            row["action"],
            row["source"],
        )
        found.setdefault(entry.reason, []).append(entry)
    return found
