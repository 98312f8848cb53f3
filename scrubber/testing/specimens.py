"""Files that break one rule each, kept as data: a clean base and what was replaced in it.

`data/specimens.json` is made from the cases of the rules; `data/own_specimens.toml` holds those
that no case gives, and `data/besides.toml` what cannot but be said besides, with the reason.
"""

import json
import tomllib
from collections.abc import Mapping
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from scrubber.testing.records import AS_OF

DATA = Path(__file__).parent / "data"
SHIPPED_FILE = DATA / "specimens.json"
OWN_FILE = DATA / "own_specimens.toml"
BESIDES_FILE = DATA / "besides.toml"

Row = Mapping[str, Any]


class Specimen(NamedTuple):
    """A file that breaks a rule, and the run it is meant for.

    `before` are files that must have come before it. `profile` is the text of a payer profile
    that is to stand beside the shipped ones; empty where none is needed.
    """

    name: str
    text: str
    before: tuple[str, ...]
    as_of: date
    documentation: tuple[str, ...]
    profile: str
    consents: frozenset[str]
    isolate: str


class NoSpecimenError(LookupError):
    """There is no file that breaks this rule; the message says why."""


@cache
def specimen(code: str) -> Specimen:
    """The specimen of a rule.

    Raises:
        NoSpecimenError: no rule has this code, or no file can break it.
    """
    row = _rows().get(code)
    if row is None:
        raise NoSpecimenError(unspoilable().get(code, f"no rule has the code {code}"))
    return Specimen(
        name=row["name"],
        text=_file(row),
        before=tuple(_file({**row, "replace": one}) for one in row.get("before", ())),
        as_of=date.fromisoformat(row["as_of"]) if "as_of" in row else AS_OF,
        documentation=_documentation(row.get("documentation", ())),
        profile=_shipped()["profiles"][row["profile"]] if "profile" in row else "",
        consents=frozenset(row.get("consents", ())),
        isolate=row.get("isolate", "claim"),
    )


@cache
def unspoilable() -> Mapping[str, str]:
    """Why no file breaks a rule, by its code."""
    found: dict[str, str] = _besides().get("unspoilable", {})
    return found


def besides(code: str) -> Mapping[str, str]:
    """Which rejecting rules speak besides where this one is broken, and why that cannot be
    helped."""
    found: dict[str, str] = _besides().get(code, {})
    return found


@cache
def _besides() -> Mapping[str, Any]:
    return tomllib.loads(BESIDES_FILE.read_text(encoding="utf-8"))


def shipped_specimens() -> Mapping[str, Row]:
    """The rows that are made from the cases of the rules, by code."""
    rows: dict[str, Row] = _shipped()["specimens"]
    return rows


@cache
def _shipped() -> Mapping[str, Any]:
    found: dict[str, Any] = json.loads(SHIPPED_FILE.read_text(encoding="utf-8"))
    return found


@cache
def _rows() -> Mapping[str, Row]:
    own = tomllib.loads(OWN_FILE.read_text(encoding="utf-8"))
    return {**shipped_specimens(), **own}


def _file(row: Row) -> str:
    if "text" in row:
        return str(row["text"])
    text: str = _shipped()["bases"][row["base"]]
    for old, new in row.get("replace", ()):
        if text.count(old) != 1:
            raise ValueError(f"a text to replace stands {text.count(old)} times in {row['base']}")
        text = text.replace(old, new if isinstance(new, str) else _repeated(*new))
    return recounted(text) if row.get("recount", True) else text


def _repeated(before: str, piece: str, times: int, after: str, first: int = 0) -> str:
    """`piece` so many times between two texts, each with its number for `{n}`, from `first` on."""
    if "{n}" not in piece:
        return before + piece * times + after
    pieces = (piece.replace("{n}", str(number)) for number in range(first, first + times))
    return "".join((before, *pieces, after))


def recounted(text: str) -> str:
    """The file with the number of segments of its first transaction set in SE01."""
    segments = text.split("~")
    names = [segment.strip().split("*")[0] for segment in segments]
    if "ST" not in names or "SE" not in names:
        return text
    first, last = names.index("ST"), names.index("SE")
    trailer = segments[last].split("*")
    trailer[1] = str(last - first + 1)
    segments[last] = "*".join(trailer)
    return "~".join(segments)


def _documentation(rows: tuple[Mapping[str, Any], ...]) -> tuple[str, ...]:
    """The lines of the CSV, its header first."""
    if not rows:
        return ()
    columns = list(rows[0])
    lines = (",".join(str(row.get(column, "")) for column in columns) for row in rows)
    return (",".join(columns), *lines)
