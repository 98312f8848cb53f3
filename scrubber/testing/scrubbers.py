"""A scrubber for tests: given profiles and rules, it says of a file what it would say in a run."""

import tempfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from scrubber.engine import Consent, Context, FileScrubber
from scrubber.engine.documented_days import with_same_day
from scrubber.engine.results import ClaimResult
from scrubber.findings import Finding, Severity
from scrubber.profiles.loader import load_with
from scrubber.profiles.selection import ProfileSet
from scrubber.rules import RULES
from scrubber.rules.rule import Rule
from scrubber.testing.explained import explained
from scrubber.testing.payer_terms import shipped
from scrubber.testing.records import AS_OF, Claim, ClaimFile, Interchange
from scrubber.testing.runs import Run, run
from scrubber.testing.spoiled_files import Spoiled
from scrubber.therapy.documentation import documentation_of
from scrubber.x12.reader import BlockReader

Given = bytes | str | Claim | Interchange | ClaimFile | Spoiled
"""What can be scrubbed: the bytes of a file, segments as text, or what a strategy drew."""


@dataclass(frozen=True)
class Verdict:
    """What is said of one file. `"S601" in verdict` asks whether a rule speaks; as text it is
    what `scrubber check` prints, and so is the message of an assertion that fails."""

    file: bytes
    run: Run
    scrubber: FileScrubber

    @property
    def codes(self) -> frozenset[str]:
        """The codes of all findings."""
        return frozenset(finding.code for finding in self.findings)

    @property
    def findings(self) -> list[Finding]:
        """The findings of the file and of its claims."""
        return self.run.all_findings

    @property
    def claims(self) -> list[ClaimResult]:
        """The claims, with their dispositions."""
        return self.run.claims

    @property
    def rejecting(self) -> frozenset[str]:
        """The codes of findings for which a claim is rejected."""
        return frozenset(f.code for f in self.findings if f.severity is Severity.REJECT)

    @property
    def warning(self) -> frozenset[str]:
        """The codes of warnings."""
        return frozenset(f.code for f in self.findings if f.severity is Severity.WARN)

    def __contains__(self, rule: object) -> bool:
        """Whether a rule, or the rule with a code, speaks."""
        return (rule.code if isinstance(rule, Rule) else rule) in self.codes

    def __str__(self) -> str:
        """The findings as `scrubber check` prints them."""
        return explained(self.file, self.scrubber)

    def __repr__(self) -> str:
        """The codes that were said."""
        many = "1 claim" if len(self.claims) == 1 else f"{len(self.claims)} claims"
        return f"<verdict on {many}: {' '.join(sorted(self.codes)) or 'clean'}>"

    def assert_clean(self) -> None:
        """Fails where anything is rejected or warned of, and shows it."""
        __tracebackhide__ = True
        wrong = self.rejecting | self.warning
        assert not wrong, f"expected a clean file, but {_listed(wrong)}\n\n{self}"

    def assert_said(self, *rules: str | Rule) -> None:
        """Fails unless each of the rules speaks, and shows what was said in their place."""
        __tracebackhide__ = True
        missing = [one for one in map(_code, rules) if one not in self.codes]
        assert not missing, f"expected {', '.join(missing)}, which nothing says\n\n{self}"

    def assert_rejected_for(self, *rules: str | Rule) -> None:
        """Fails unless these rules reject, and no others; shows what was said."""
        __tracebackhide__ = True
        wanted = set(map(_code, rules))
        both = f"{_listed(wanted)} was expected, but {_listed(self.rejecting)}"
        assert self.rejecting == wanted, f"{both}\n\n{self}"


def _code(rule: str | Rule) -> str:
    return rule.code if isinstance(rule, Rule) else rule


def _listed(codes: Iterable[str]) -> str:
    return f"{', '.join(sorted(codes)) or 'nothing'} speaks"


class ScrubberUnderTest:
    """Scrubs what tests give it. `context` is its run."""

    def __init__(self, context: Context, rules: Sequence[Rule] = ()) -> None:
        self.context = context
        self._rules = (*RULES, *rules)
        self._scrubber = FileScrubber(context, self._rules)

    def __call__(self, given: Given) -> Verdict:
        """The verdict on a file."""
        file = content_of(given)
        context = with_same_day(self.context, [BlockReader([file])])
        scrubber = self._scrubber
        if context is not self.context:
            scrubber = FileScrubber(context, self._rules)
        return Verdict(file, run(file, scrubber), scrubber)


def content_of(given: Given) -> bytes:
    """The bytes of a file; segments given as text are those of a file as it stands."""
    if isinstance(given, bytes):
        return given
    if isinstance(given, str):
        return given.encode("latin-1")
    return given.file if isinstance(given, Spoiled) else given.file()


def scrubber_with(
    profiles: Iterable[str | Path] = (),
    *,
    as_of: date = AS_OF,
    rules: Sequence[Rule] = (),
    documentation: Sequence[Mapping[str, Any]] = (),
    consents: Iterable[str] = (),
) -> ScrubberUnderTest:
    """A scrubber with profiles of the caller's beside the shipped ones.

    `profiles` are paths of XML files, or XML texts. `rules` are rules of the caller's beside
    those of the catalogue, `documentation` rows of the documentation by column name, `consents`
    codes of rules whose REVIEW fixes are allowed.

    Raises:
        ProfileError: a profile is not valid.
        DocumentationError: a row of the documentation is not.
    """
    loaded = _profiles(tuple(profiles))
    documented = documentation_of(_csv(documentation)) if documentation else None
    allowed = frozenset(map(Consent, consents))
    return ScrubberUnderTest(Context(as_of, loaded, documented, allowed), rules)


def _csv(rows: Sequence[Mapping[str, Any]]) -> list[str]:
    columns = list(dict.fromkeys(column for row in rows for column in row))
    lines = (",".join(str(row.get(column, "")) for column in columns) for row in rows)
    return [",".join(columns), *lines]


def _profiles(given: tuple[str | Path, ...]) -> ProfileSet:
    if not given:
        return shipped()
    with tempfile.TemporaryDirectory() as folder:
        files = []
        for at, one in enumerate(given):
            file = Path(one) if isinstance(one, Path) or not one.lstrip().startswith("<") else None
            if file is None:
                file = Path(folder) / f"profile_{at}.xml"
                file.write_text(str(one), encoding="utf-8")
            files.append(file)
        return load_with(files)
