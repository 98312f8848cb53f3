"""Check and scrub claim files from a program: `import scrubber` gives what is public here.

docs/api.md shows them at work.
"""

import os
from collections.abc import Container, Iterable, Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import BinaryIO, Literal, NamedTuple, TypedDict, Unpack
from warnings import warn

from scrubber.configuration.files import Configuration, read_configuration
from scrubber.configuration.settings import BY_NAME
from scrubber.engine import Consent, Context, FileScrubber, ScrubResult
from scrubber.engine.results import ClaimResult, Disposition, Part
from scrubber.engine.run_memory import RunMemory
from scrubber.findings import Correction, Finding
from scrubber.outputs.guidance import guidance
from scrubber.outputs.json_report import Totals
from scrubber.outputs.tally import Share
from scrubber.plugins import plugin_problems
from scrubber.profiles.declared import Declared
from scrubber.rules import RULES
from scrubber.run.exit_status import exit_status
from scrubber.run.inputs import Input, find_inputs
from scrubber.run.remote_files import RemoteFile
from scrubber.run.run_context import run_context
from scrubber.run.same_day import with_inputs_read
from scrubber.run.scrub_file import FORMATS, Outcome, Request
from scrubber.run.scrub_input import scrub_input
from scrubber.run.source_file import SourceFile, UnreadableInputError
from scrubber.x12.block import Block
from scrubber.x12.reader import StrayText
from scrubber.x12.stretches import StretchReader

Source = str | os.PathLike[str] | bytes | BinaryIO
"""A path, a URL, the bytes of a file, or a file object opened for bytes, which is read whole."""

GIVEN = "claims"
"""The name of a file that was given as bytes, where the caller gives none."""


class Settings(TypedDict, total=False):
    """How claims are judged.

    `config` is a scrubber.toml whose settings count where none is given here; no other one is
    looked for, nor the environment.
    `as_of` is the date that counts as today. `profiles` and `tables` are folders of your own
    payer profiles and imported code tables, `documentation` a CSV of documented minutes.
    `consents` are codes of rules whose repairs change what is claimed, and which you allow, or
    a `Consent` each, which says who allowed it and why, also for one claim; `decisions` is a CSV
    of such.
    `isolate` says what a breach of the guide rejects. `participation` says by profile id
    whether the office has a contract with the payer.
    """

    config: str | os.PathLike[str] | None
    as_of: date | None
    profiles: str | os.PathLike[str] | None
    documentation: str | os.PathLike[str] | None
    tables: str | os.PathLike[str] | None
    consents: Iterable[str | Consent]
    decisions: str | Path
    isolate: Literal["claim", "transaction"]
    participation: Mapping[str, bool]


class CheckResult(NamedTuple):
    """What is found in one file. `findings` and `corrections` are those that belong to no claim;
    `totals` are claims and dollars by disposition. `status` is the exit status of `scrubber check`:
    0 every claim accepted or corrected, 1 some rejected, 2 something could not be scrubbed, -1
    where the file holds none but acknowledgments and the like."""

    claims: tuple[ClaimResult, ...]
    findings: tuple[Finding, ...]
    corrections: tuple[Correction, ...]
    totals: dict[str, Share]
    status: int


class Scrubber:
    """Checks and scrubs one file after another as one run: duplicates and the units of a
    patient's day are seen across its files. Use a new one for a new run.

    Raises:
        ProfileError, TableError, DocumentationError: one of those cannot be used.
        UnknownRuleError: a consent names no rule.
        DecisionError: the file of decisions has a mistake.
        ConfigurationError: the file `config` has a mistake.
    """

    def __init__(self, **settings: Unpack[Settings]) -> None:
        config = _path(settings.get("config"))
        self._configured = Configuration() if config is None else read_configuration(config)
        self.context = self._context(settings)
        for problem in plugin_problems():
            warn(problem, stacklevel=2)
        for one in self.context.ended_consents():
            warn(one.end_note(), stacklevel=2)
        self._run = RunMemory()
        self._scrubber = FileScrubber(self.context, RULES, self._run)

    def _context(self, settings: Settings) -> Context:
        configured = self._configured
        consents = [given.value for given in configured.several("consent").values()]
        declared = {
            profile: given.value for profile, given in configured.several("participation").items()
        }
        for profile, participates in settings.get("participation", {}).items():
            declared[profile] = Declared(participates)
        return run_context(
            settings.get("as_of") or date.today(),
            _path(settings.get("profiles") or configured.value("profiles")),
            _path(settings.get("documentation") or configured.value("documentation")),
            _path(settings.get("tables") or configured.value("tables")),
            [*consents, *map(_consent, settings.get("consents", ()))],
            settings.get("isolate") or configured.value("isolate") or "claim",
            declared,
            _path(settings.get("decisions") or configured.value("decisions")),
        )

    def new_run(self) -> None:
        """Forget the claims of the files before, so that the next one is not held against them;
        what was found clean is still known, so it is judged sooner."""
        self._run = self._scrubber.run = RunMemory()

    def claims(self, source: Source) -> Iterator[ClaimResult]:
        """The claims of a file as they are read, for files of any size. What a trailer repairs
        after a claim was given is not among its corrections; `check` has it.

        Raises UnreadableInputError where the file cannot be read.
        """
        for part in self.parts(source):
            if part.claim is not None:
                yield part.claim

    def parts(self, source: Source) -> Iterator[Part]:
        """Every part of a file in its order, for a program that shows or changes one; their
        received texts are the file.

        Raises UnreadableInputError where the file cannot be read.
        """
        return self._parts(_input(source, GIVEN))

    def check(self, source: Source) -> CheckResult:
        """What is found in a file, in memory. Writes nothing.

        Raises UnreadableInputError where the file cannot be read.
        """
        result = ScrubResult(tuple(self._parts(_input(source, GIVEN))))
        claims, findings = tuple(result.claims), tuple(result.findings)
        totals = Totals()
        for claim in claims:
            totals.add(claim)
        codes = {one.code for claim in claims for one in claim.findings}
        codes.update(one.code for one in findings)
        shares = totals.shares()
        rejected = shares[Disposition.REJECTED.value].claims
        return CheckResult(
            claims,
            findings,
            tuple([one for part in result.parts for one in part.corrections]),
            shares,
            exit_status(codes, len(claims), rejected, totals.not_checked),
        )

    def scrub(
        self,
        source: Source,
        out: str | os.PathLike[str],
        *,
        name: str | None = None,
        formats: Iterable[str] = (),
        show_phi: bool = False,
        only: Container[int] | None = None,
    ) -> Outcome:
        """Write to the folder `out` what `scrubber scrub` writes of a file: NAME.accepted.837,
        NAME.rejected.837, and the reports and acknowledgments of `formats` (json, csv, html, xlsx,
        999, ta1, 277ca), else of the `format` of the configuration, else json, csv and html. What
        cannot be read or written is the `problem` of the outcome. With `only` no other claims are
        accepted than those of these numbers in the file, counted from 1.

        Raises:
            UnreadableInputError: `source` names no file.
            ValueError: a format does not exist.
        """
        configured = self._configured.value("format") or BY_NAME["format"].default
        wanted = tuple(formats) or tuple(str(configured).split(","))
        unknown = [one for one in wanted if one not in FORMATS]
        if unknown:
            raise ValueError(f"no such format: {unknown[0]}; choose from {', '.join(FORMATS)}")
        one = _input(source, name or GIVEN)
        if name:
            one = one._replace(name=name)
        folder = Path(out)
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        request = Request(folder, wanted, show_phi, guidance())
        context = with_inputs_read(self.context, [one])
        scrubber = self._for(one, context)
        if only is not None:
            scrubber = _PickedClaims(context, only, self._run)
        return scrub_input(one, context, scrubber, request)

    def _parts(self, one: Input) -> Iterator[Part]:
        scrubber = self._for(one, with_inputs_read(self.context, [one]))
        with SourceFile(one.path) as file:
            yield from scrubber.parts(StretchReader(file.chunks()))

    def _for(self, one: Input, context: Context) -> FileScrubber:
        self._run.name_file(one.path.name)
        if context is self.context:
            return self._scrubber
        return FileScrubber(context, RULES, self._run)


class _PickedClaims(FileScrubber):
    """Keeps every claim back that was not picked."""

    def __init__(self, context: Context, only: Container[int], run: RunMemory) -> None:
        super().__init__(context, RULES, run)
        self._only = only

    def parts(self, blocks: Iterable[Block | StrayText]) -> Iterator[Part]:
        number = 0
        for part in super().parts(blocks):
            claim = part.claim
            number += claim is not None
            if claim is None or number in self._only:
                yield part
            else:
                kept = claim._replace(disposition=Disposition.REJECTED, corrections=())
                yield part._replace(claim=kept, corrected=part.returned)


def check(source: Source, **settings: Unpack[Settings]) -> CheckResult:
    """What is found in one file; `settings` and exceptions are those of Scrubber."""
    return Scrubber(**settings).check(source)


def scrub(source: Source, out: str | os.PathLike[str], **settings: Unpack[Settings]) -> Outcome:
    """Write the outputs of one file; `settings` and exceptions are those of Scrubber."""
    return Scrubber(**settings).scrub(source, out)


def _path(given: str | os.PathLike[str] | None) -> Path | None:
    return None if given is None else Path(given)


def _consent(given: str | Consent) -> Consent:
    return given if isinstance(given, Consent) else Consent(given)


def _input(source: Source, name: str) -> Input:
    if isinstance(source, str | os.PathLike):
        found = find_inputs([os.fspath(source)])
        if len(found) != 1 or found[0].problem:
            raise UnreadableInputError(_not_one_file(found))
        return found[0]
    content = source if isinstance(source, bytes) else source.read()
    return Input(RemoteFile(f"memory://{name}", len(content), content), name)


def _not_one_file(found: list[Input]) -> str:
    if len(found) > 1:
        return f"{len(found)} files of claims are in it; name one of them"
    return found[0].problem if found else "no claim file in it"
