"""The rules that installed packages add."""

import re
from collections.abc import Iterable, Iterator

from scrubber.plugins import RULES_GROUP, plugins, refuse
from scrubber.rules.rule import ClaimRule, LineRule, LoopRule, Rule, VisitRule

CODE = re.compile(r"[A-RT-Z][1-7][0-9]{2}")
"""Codes with S are the program's own, those to come too."""

KINDS = (ClaimRule, LineRule, LoopRule, VisitRule)
PACKAGE_OF: dict[str, str] = {}
"""The package of each rule that is not the program's own, by code."""


def installed_rules() -> Iterator[Rule]:
    """The rules that packages declare; what is no rule, or takes a code that cannot be its, is
    named and left out."""
    for value, package in plugins(RULES_GROUP):
        found = getattr(value, "RULES", value)
        if not isinstance(found, Iterable):
            refuse(package, "its entry point names neither rules nor a module with RULES")
            continue
        for one in found:
            problem = _problem(one)
            if problem:
                refuse(package, problem)
            else:
                PACKAGE_OF[one.code] = package
                yield one


def _problem(one: object) -> str:
    if not isinstance(one, Rule):
        return f"{type(one).__name__} among its rules is none"
    if not isinstance(one, KINDS) or not CODE.fullmatch(str(one.code)):
        return f"{one.code} is no code for a rule of a package: a letter but S, 1 to 7, two digits"
    if one.code in PACKAGE_OF:
        return f"{PACKAGE_OF[one.code]} has a rule {one.code} too"
    return "" if one.doc.strip() else f"{one.code} has no page: its function has no docstring"
