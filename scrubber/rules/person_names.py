"""Whether names fit what they are the names of: persons have first names, organizations none."""

from collections.abc import Iterator
from datetime import date

from scrubber.claim.loop import Party
from scrubber.findings import Problem, Severity
from scrubber.rules.rule import Rule, loop_rule

PEOPLE = ("2010AA", "2010BA", "2010CA", "2310A", "2310B", "2310D", "2420A", "2420D")
PERSON, ORGANIZATION = "1", "2"


def _may_be_odd(loop: Party, _as_of: date) -> bool:
    """Whether there is a first name where no person is, or none where one is."""
    values = loop.block.values(loop.layout.first)
    return any(values[4:5]) != (values[2:3] == [PERSON])


@loop_rule(
    "S497", *PEOPLE, severity=Severity.INFO, status="A6:125:*",
    source="X12 005010X222A1, NM104: sent where the person has a first name", gate=_may_be_odd,
)  # fmt: skip
def first_name_missing(loop: Party, _as_of: date) -> Iterator[Problem]:
    """A person has no first name.

    Why: payers compare last and first name with their records of members and providers.
    Fix: enter the first name. Hardly anyone has only one name.
    """
    if loop.is_person and loop.value("NM1", 3) and not loop.value("NM1", 4):
        yield Problem(loop.name_segment[4], "the first name is missing")


@loop_rule(
    "S498", *PEOPLE, severity=Severity.WARN, status="A7:125:*",
    source="X12 005010X222A1, NM102 and NM104: first names are those of persons", gate=_may_be_odd,
)  # fmt: skip
def organization_with_first_name(loop: Party, _as_of: date) -> Iterator[Problem]:
    """An organization has a first name.

    Why: either a person is marked as an organization (NM102), or the organization's name is split
    in two; payers cannot find it.
    Fix: mark the person as one, or write the organization's name in one element (NM103).
    """
    if loop.value("NM1", 2) == ORGANIZATION and loop.value("NM1", 4):
        yield Problem(loop.name_segment[4], "an organization with a first name")


RULES: tuple[Rule, ...] = (first_name_missing, organization_with_first_name)
