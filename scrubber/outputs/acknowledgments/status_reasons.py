"""Turns findings into the status composites of a 277CA, complete as their usage rules demand.

A composite is category:code or category:code:entity. A code that speaks of an entity gets one, and
a code that needs a second beside it gets one, or it would itself be an error (front matter of
005010X214). Findings of syntax and guide point to the 999 with 684 besides, which is meant for
exactly that: a set accepted with errors, a claim refused.
"""

from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple

from scrubber.codes import claim_status
from scrubber.findings import Finding, Severity, Status
from scrubber.outputs.address import address
from scrubber.outputs.x12_writer import COMPONENT
from scrubber.rules.element_status import LOOP_ENTITIES

IN_THE_999 = "684"
UNPROCESSABLE = Status("A3", "481")
MOST_COMPOSITES = 3
# STC01-3 of loops 2200D and 2220D, 005010X214.
ENTITIES = frozenset(
    (
        "03", "1P", "1Z", "40", "41", "71", "72", "73", "77", "82", "85", "87", "DK", "DN", "DQ",
        "FA", "GB", "HK", "IL", "LI", "MSC", "PR", "PRP", "QB", "QC", "QD", "SEP", "TL", "TTP",
        "TU",
    )
)  # fmt: skip
PROVIDER = "1P"


class Reason(NamedTuple):
    """Why a claim or line was refused: one to three composites, and the words of the finding.

    `line` is LX01 as findings give it, `ordinal` the segment of the file.
    """

    composites: tuple[str, ...]
    message: str
    line: int | None
    ordinal: int


def reasons(findings: Iterable[Finding]) -> list[Reason]:
    """Every open rejection, each status once for the claim or line it concerns."""
    found: dict[tuple[object, ...], Reason] = {}
    for one in findings:
        if one.severity is Severity.REJECT and not one.fixed:
            composites = composites_of(one.status or UNPROCESSABLE, one.path, bool(one.syntax))
            reason = Reason(composites, one.message, one.line, one.segment)
            found.setdefault((composites, one.line), reason)
    return list(found.values())


@lru_cache(maxsize=4096)
def composites_of(status: Status, path: str, in_the_999: bool) -> tuple[str, ...]:
    """The composites of a status on a part of the claim, the most general first."""
    at = address(path)
    named = status.entity or LOOP_ENTITIES.get(at.loop, PROVIDER)
    entity = named if named in ENTITIES else LOOP_ENTITIES.get(at.loop, PROVIDER)
    codes = [status.code, status.second or "", IN_THE_999 if in_the_999 else ""]
    first = composite(status.category, status.code, entity if status.entity else "", entity)
    rest = [composite(status.category, one, "", entity) for one in codes[1:] if one]
    return tuple(dict.fromkeys((first, *rest)))[:MOST_COMPOSITES]


def composite(category: str, code: str, entity: str, fallback: str) -> str:
    """One composite. `fallback` is the entity where the code demands one and none is given."""
    known = claim_status.status(code)
    if not entity and known is not None and known.needs_entity:
        entity = fallback
    return COMPONENT.join((category, code, entity) if entity else (category, code))
