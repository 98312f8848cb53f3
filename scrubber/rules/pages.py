"""The page of a rule, made from its docstring: what is wrong, why it matters, what to do."""

import re
from functools import cache
from inspect import cleandoc
from typing import NamedTuple

from scrubber.findings import Severity
from scrubber.rules import RULES
from scrubber.rules.guide_rules import GUIDE_RULES
from scrubber.rules.history import HISTORY_RULES
from scrubber.rules.rule import Rule
from scrubber.rules.run_rules import RUN_RULES
from scrubber.rules.sources import evidence_of


class Page(NamedTuple):
    """The parts of a rule's page, each one paragraph without line breaks."""

    title: str
    why: str
    fix: str


@cache
def catalogue() -> dict[str, Rule]:
    """Every rule by its code, in the order of codes."""
    rules = [*GUIDE_RULES.values(), *HISTORY_RULES.values(), *RUN_RULES.values(), *RULES]
    return {rule.code: rule for rule in sorted(rules, key=lambda rule: rule.code)}


def status_codes() -> dict[str, list[str]]:
    """The claim status codes that rules answer with in a 277CA, and which rules."""
    found: dict[str, list[str]] = {}
    for rule in catalogue().values():
        first, _, second = rule.status.partition("+")
        for code in filter(None, (*first.split(":")[1:2], second)):
            found.setdefault(code, []).append(rule.code)
    return found


@cache
def page_of(code: str) -> Page:
    """The page of a rule. Raises KeyError for a code that no rule has."""
    text = cleandoc(catalogue()[code].doc)
    title, _, rest = text.partition("\n\n")
    return Page(_one_line(title), _paragraph("Why", rest), _paragraph("Fix", rest))


def rejecting_rules() -> str:
    """The part of a page that lists every rule that can reject a claim, with its evidence."""
    rules = [rule for rule in catalogue().values() if rule.severity is Severity.REJECT]
    rows = [
        f"| {rule.code} | {evidence_of(rule.source) or 'that of the statement'} | {rule.source} |"
        for rule in rules
    ]
    heading = f"## Rules\n\n{len(rules)} rules.\n\n| rule | evidence | source |\n|---|---|---|\n"
    return heading + "\n".join(rows) + "\n"


def _paragraph(name: str, text: str) -> str:
    match = re.search(rf"^{name}:(.*?)(?=^(?:Why|Fix|Note):|\Z)", text, re.DOTALL | re.MULTILINE)
    return _one_line(match[1]) if match else ""


def _one_line(text: str) -> str:
    return " ".join(text.split())
