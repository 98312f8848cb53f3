"""Examples of every rule, made from its cases: what a claim says, and what the rule says to it.

`data/examples.json` is generated (tests/rule_examples.py) and kept current by a test.
"""

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

EXAMPLES_FILE = Path(__file__).parent / "data" / "examples.json"


class Said(NamedTuple):
    """One finding of an example."""

    severity: str
    path: str
    line: int | None
    message: str


class Example(NamedTuple):
    """One case of a rule. `given` are the segments that differ from a clean claim, `without` those
    it lacks, `gives` the segments after the rule's repair; `says` is empty where the rule is
    content. `beside` names what else was given: documentation, a payer profile, consent."""

    name: str
    given: tuple[str, ...]
    without: tuple[str, ...]
    beside: tuple[str, ...]
    says: tuple[Said, ...]
    gives: tuple[str, ...]


class Examples(NamedTuple):
    """What the cases of a rule show: the safeties of the fixes it offers, and the examples."""

    fixes: tuple[str, ...] = ()
    examples: tuple[Example, ...] = ()


NONE = Examples()


def examples_of(code: str) -> Examples:
    """The examples of a rule; none for a rule without cases."""
    record = _records().get(code)
    if record is None:
        return NONE
    return Examples(tuple(record["fixes"]), tuple(map(_example, record["examples"])))


def _example(record: Mapping[str, Any]) -> Example:
    return Example(
        record["name"],
        tuple(record.get("given", ())),
        tuple(record.get("without", ())),
        tuple(record.get("beside", ())),
        tuple(Said(*said) for said in record.get("says", ())),
        tuple(record.get("gives", ())),
    )


@cache
def _records() -> Mapping[str, Any]:
    records: Mapping[str, Any] = json.loads(EXAMPLES_FILE.read_text(encoding="utf-8"))
    return records
