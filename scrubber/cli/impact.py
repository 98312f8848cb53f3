"""The comparison behind scrubber profile impact."""

import json
import sys
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from itertools import tee
from pathlib import Path
from typing import NamedTuple

import click

from scrubber.cli.failure import UserError
from scrubber.cli.file_lines import print_files
from scrubber.engine import Context, FileScrubber
from scrubber.outputs.guidance import guidance
from scrubber.outputs.impact import Impact
from scrubber.outputs.impact_text import impact_lines, impact_record
from scrubber.outputs.terminal import Line, print_lines
from scrubber.outputs.verdict import verdict_of
from scrubber.profiles.declared import Declared
from scrubber.profiles.errors import ProfileError
from scrubber.profiles.loader import load_with
from scrubber.profiles.selection import ProfileSet
from scrubber.rules import RULES
from scrubber.run.inputs import Input, find_inputs
from scrubber.run.same_day import with_inputs_read
from scrubber.run.shown_names import shown
from scrubber.run.source_file import SourceFile
from scrubber.x12.reader import BlockReader


class Question(NamedTuple):
    """What is compared: two profiles, over which claims, with what else. Claims whose services end
    before `since` do not count."""

    old: str
    new: str
    claims: tuple[str, ...]
    context: Context
    folder: Path | None
    participation: Mapping[str, Declared]
    since: date | None = None


def print_impact(question: Question, most: int | None, output: str) -> None:
    """Scrub the claims under both profiles and print what differs. Exits with 0, or with 2 where
    a file could not be read. Raises UserError for a profile in error."""
    impact, status = impact_of(question, most)
    if output == "json":
        click.echo(json.dumps(impact_record(impact), indent=1))
    else:
        print_lines(impact_lines(impact, guidance()), sys.stdout)
    sys.exit(status)


def impact_of(question: Question, most: int | None) -> tuple[Impact, int]:
    """What differs, keeping `most` claims, and the exit status: 2 where a file could not be read,
    which is said. Raises UserError for a profile in error."""
    others, declared = _others(question), question.participation
    old, old_id = _profiles(question.old, others, declared, may_be_shipped=True)
    new, new_id = _profiles(question.new, others, declared, may_be_shipped=False)
    inputs = find_inputs(question.claims)
    context = with_inputs_read(question.context, inputs)
    scrubbers = [FileScrubber(replace(context, profiles=one), RULES) for one in (old, new)]
    impact = Impact(most, frozenset({old_id, new_id}))

    def compare(one: Input, file: SourceFile) -> Iterator[Line]:
        blocks = tee(BlockReader(file.chunks()))
        results = zip(*(s.parts(b) for s, b in zip(scrubbers, blocks, strict=True)), strict=True)
        for before, after in results:
            if before.claim is not None and after.claim is not None:
                if question.since and (after.claim.service_to or date.max) < question.since:
                    continue
                verdicts = verdict_of(before.claim), verdict_of(after.claim)
                impact.add(shown(one.path), after.claim.claim_id, *verdicts)
        yield from ()

    return impact, print_files(inputs, compare, lambda: iter(()))


def _others(question: Question) -> list[Path]:
    """The user's other profiles, which hold in both runs."""
    if question.folder is None:
        return []
    compared = {Path(question.old).absolute(), Path(question.new).absolute()}
    files = sorted(one for one in question.folder.iterdir() if one.suffix.lower() == ".xml")
    return [one for one in files if one.absolute() not in compared]


def _profiles(
    named: str, others: list[Path], declared: Mapping[str, Declared], may_be_shipped: bool
) -> tuple[ProfileSet, str]:
    """All profiles with the one named, and its id."""
    own = Path(named)
    try:
        if may_be_shipped and not own.exists():
            loaded = load_with(others, declared)
            if named in loaded:
                return loaded, named
            raise UserError(f"{named}: no such file, and no profile has this id")
        if not own.exists():
            raise UserError(f"{named}: no such file; NEW must be one; see scrubber profile new")
        loaded = load_with([*others, own], declared)
    except ProfileError as error:
        raise UserError(str(error)) from None
    found = next(one for one in loaded if one.files[0].file == str(own))
    return loaded, found.id
