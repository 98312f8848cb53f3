"""The claim status that names the part of a claim where its syntax or the guide is broken.

The rules of syntax and guide say only what is broken, so their own status is the general one (481).
What a biller wants to hear, and what payers answer, is which part: the birth date, the line charge.
The table is data/element_status.csv; a part it does not name keeps the general status.
"""

from functools import cache, lru_cache
from pathlib import Path

from scrubber.codes import claim_status
from scrubber.codes.table_file import read_table
from scrubber.findings import Status
from scrubber.guide.definitions import load_guide
from scrubber.rules.rule import Rule

ELEMENT_STATUS = Path(__file__).parent / "data" / "element_status.csv"
GENERAL = "481"
ABOUT_CONTENT = frozenset({"A6", "A7"})
"""Categories of what is missing or invalid; the others are about what cannot be read at all."""
OUT_OF_PLACE = frozenset({"S204", "S207", "S210"})
"""Rules that speak of where a segment or loop stands, not of what it says."""
# STC01-3 for what a loop says, 005010X214.
LOOP_ENTITIES = {
    "1000A": "41", "1000B": "40", "2000A": "85", "2010AA": "85", "2010AB": "87", "2010AC": "87",
    "2000B": "IL", "2010BA": "IL", "2010BB": "PR", "2000C": "QC", "2010CA": "QC",
    "2310A": "DN", "2310B": "82", "2310C": "77", "2310D": "DQ", "2310E": "77", "2310F": "77",
    "2320": "GB", "2330A": "GB", "2330B": "PR", "2330C": "DN", "2330D": "82", "2330E": "77",
    "2330F": "DQ", "2330G": "85", "2420A": "82", "2420B": "QB", "2420C": "77", "2420D": "DQ",
    "2420E": "DK", "2420F": "DN", "2420G": "77", "2420H": "77", "2430": "PR",
}  # fmt: skip
_WHOLE = "0"


def names_part(rule: Rule) -> bool:
    """Whether a rule of syntax or guide is given the code of the part at fault."""
    first, _, second = rule.status.partition("+")
    category, _, code = first.partition(":")
    speaks_of_content = category in ABOUT_CONTENT and rule.code not in OUT_OF_PLACE
    return speaks_of_content and (bool(second) or code == GENERAL)


def fault_status(
    rule: Rule, loop: str, segment: str, qualifier: str, element: int, component: int
) -> Status | None:
    """The 277CA status of a fault: the rule's own, with the code of the part in place of the
    general one. A rule whose code wants a second beside it gets it there.

    `element` is 0 for the segment as a whole. For a segment that is missing `qualifier` is empty.
    """
    if not rule.status:
        return None
    first, _, second = rule.status.partition("+")
    category, code = first.split(":")
    if names_part(rule):
        qualifier = qualifier if segment in _told_apart() else ""
        part = _part(loop, segment, qualifier, str(element), str(component or ""))
        if part is not None and second:
            return Status(category, code, None, part[0])
        if part is not None:
            return Status(category, part[0], part[1])
    return Status(category, code, None, second or None)


@lru_cache(maxsize=4096)
def _part(
    loop: str, segment: str, qualifier: str, element: str, component: str
) -> tuple[str, str | None] | None:
    """Code and entity of the most particular row; None where the table has none."""
    rows = _rows()
    for of_loop in (loop, ""):
        for of_qualifier in (qualifier or _required_qualifier(loop, segment), ""):
            for of_element in ((element, component), (element, ""), ("", "")):
                row = rows.get((of_loop, segment, of_qualifier, *of_element))
                if row is not None:
                    return row["code"], _entity(row["code"], row["entity"], loop)
    return None


def _entity(code: str, given: str, loop: str) -> str | None:
    known = claim_status.status(code)
    wants_one = known is not None and known.needs_entity
    return (given or LOOP_ENTITIES.get(loop)) if wants_one else None


def _required_qualifier(loop: str, segment: str) -> str:
    """A qualifier of the segment that the loop must have, where it has but one such segment."""
    guide = load_guide()
    definitions = guide[loop].segments if loop in guide else []
    required = [one for one in definitions if one.id == segment and one.usage == "R"]
    return min(required[0].qualifiers, default="") if len(required) == 1 else ""


@cache
def _told_apart() -> frozenset[str]:
    """The segments that have rows for a qualifier. Of others the first element is no qualifier,
    and nothing to be remembered."""
    return frozenset(segment for _, segment, qualifier, *_ in _rows() if qualifier)


@cache
def _rows() -> dict[tuple[str, str, str, str, str], dict[str, str]]:
    return {
        (row["loop"], row["segment"], row["qualifier"], row["element"], row["component"]): row
        for row in read_table(ELEMENT_STATUS).rows
    }
