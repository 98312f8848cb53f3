"""Provider taxonomy codes (code source 682): their form, and who among providers gives therapy.

Shipped are the codes of therapy and its neighbours; the full NUCC set is the user's to import.
"""

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal, cast

from scrubber.codes.table_file import CODES_DATA, Release, chosen, read_release, read_table
from scrubber.codes.verdict import Verdict

TABLE = CODES_DATA / "taxonomy.csv"
FULL_TABLE = CODES_DATA / "taxonomy_full.csv"

Role = Literal["therapist", "assistant", "clinic", "group", "facility", "other"]

# Physicians' codes of before 2003 (203B) ended in N and Y as well; X12's own examples carry them.
_FORM = re.compile(r"[0-9A-Z]{9}X|203B[0-9A-Z]{5}[NY]")


@dataclass(frozen=True, slots=True)
class Provider:
    """What kind of provider a taxonomy code stands for.

    `discipline` is PT, OT, SLP or DC (chiropractic), or None for providers of several or of none;
    `modifier` the plan-of-care modifier of that discipline, which chiropractic has not.
    """

    code: str
    meaning: str
    discipline: Literal["PT", "OT", "SLP", "DC"] | None
    role: Role
    confidence: str

    @property
    def modifier(self) -> Literal["GP", "GO", "GN"] | None:
        """GP, GO or GN as the discipline has it."""
        return _MODIFIERS.get(self.discipline) if self.discipline else None


_MODIFIERS: dict[str, Literal["GP", "GO", "GN"]] = {"PT": "GP", "OT": "GO", "SLP": "GN"}


def provider(code: str) -> Provider | None:
    """The kind of provider; None for a code that is not in our table (say nothing of it)."""
    return _providers().get(code)


def is_well_formed(code: str) -> bool:
    """Nine capitals or digits and a closing X, or a physician's code of before 2003."""
    return _FORM.fullmatch(code) is not None


def check(code: str, tables: Path | None = None) -> Verdict:
    """INVALID in form, or absent from an imported NUCC set; UNKNOWN while none is imported.

    `tables` is the folder of imported tables.
    """
    if not is_well_formed(code):
        return Verdict.INVALID
    if code in _providers():
        return Verdict.VALID
    full = _full_set(tables)
    if full is None:
        return Verdict.UNKNOWN
    return Verdict.VALID if code in full else Verdict.INVALID


def release(tables: Path | None = None) -> Release:
    """Provenance of the table, of the imported full set where there is one."""
    full = chosen(FULL_TABLE, tables)
    return read_release(full if full != FULL_TABLE else TABLE)


@cache
def _providers() -> dict[str, Provider]:
    return {
        row["code"]: Provider(
            code=row["code"],
            meaning=row["meaning"],
            discipline=cast(Literal["PT", "OT", "SLP", "DC"], row["discipline"]) or None,
            role=cast(Role, row["role"]),
            confidence=row["confidence"],
        )
        for row in read_table(TABLE).rows
    }


@cache
def _full_set(tables: Path | None) -> frozenset[str] | None:
    path = chosen(FULL_TABLE, tables)
    if path == FULL_TABLE:
        return None
    return frozenset(row["code"] for row in read_table(path, ("code",)).rows)
