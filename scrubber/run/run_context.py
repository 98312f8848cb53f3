"""The context of a run from what its user names: folders, files, consents."""

from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path
from typing import Literal

from scrubber.codes.table_file import TableError
from scrubber.engine import Consent, Context
from scrubber.errors import ScrubberError
from scrubber.near_names import no_such_rule
from scrubber.profiles.declared import Declared
from scrubber.profiles.loader import load_profiles
from scrubber.rules.pages import catalogue
from scrubber.run.decisions import read_decisions
from scrubber.therapy.catalogue import all_tables
from scrubber.therapy.documentation import Documentation, DocumentationError, read_documentation


class UnknownRuleError(ScrubberError):
    """A consent to the repairs of a rule that does not exist."""


def run_context(
    as_of: date,
    profiles: Path | None = None,
    documentation: Path | None = None,
    tables: Path | None = None,
    consents: Iterable[Consent] = (),
    isolate: Literal["claim", "transaction"] = "claim",
    participation: Mapping[str, Declared] | None = None,
    decisions: Path | None = None,
) -> Context:
    """The context of a run. Raises ProfileError, DocumentationError, TableError, DecisionError or
    UnknownRuleError for what cannot be used."""
    return Context(
        as_of,
        load_profiles(profiles, participation or {}),
        _documentation(documentation),
        known_consents([*consents, *(read_decisions(decisions) if decisions is not None else ())]),
        _tables(tables),
        isolate,
    )


def known_consents(given: Iterable[Consent]) -> frozenset[Consent]:
    """One consent for each rule and claim, the last that is given. Raises UnknownRuleError."""
    by_rule = {}
    for one in given:
        rule = one.rule.upper()
        if rule not in catalogue():
            where = f"{one.origin}: " if one.origin else ""
            raise UnknownRuleError(f"{where}consent {one.rule}: {no_such_rule(rule, catalogue())}")
        by_rule[rule, one.claim] = one._replace(rule=rule)
    return frozenset(by_rule.values())


def _documentation(path: Path | None) -> Documentation | None:
    if path is None:
        return None
    try:
        return read_documentation(path)
    except OSError as error:
        raise DocumentationError(f"{path}: cannot be read: {error.strerror}") from None


def _tables(folder: Path | None) -> Path | None:
    """The folder, once its tables are known to be sound: a rule that met a spoiled one in the
    middle of a run could only be left out."""
    if folder is None:
        return None
    try:
        imported = [one for one in all_tables(folder) if one.sha256]
    except TableError as error:
        raise TableError(f"{folder}: {error}; import the official file again") from None
    if not imported:
        raise TableError(f"{folder}: no table was imported into it; see scrubber table import")
    return folder
