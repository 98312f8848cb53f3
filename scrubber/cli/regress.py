"""scrubber regress: hold the verdicts on a corpus against those recorded before."""

import json
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TextIO

import click

from scrubber.cli.failure import UserError
from scrubber.cli.file_lines import print_files
from scrubber.cli.limit_option import limit_option
from scrubber.cli.option_types import FILE
from scrubber.cli.run_options import run_options_with
from scrubber.engine import Context, FileScrubber
from scrubber.history.keys import KeyFileError, Keys, read_keys
from scrubber.outputs.guidance import guidance
from scrubber.outputs.impact import Impact
from scrubber.outputs.terminal import Line, print_lines
from scrubber.regression.baseline import (
    Baseline,
    BaselineError,
    Conditions,
    read_baseline,
    write_baseline,
)
from scrubber.regression.comparison import Comparison
from scrubber.regression.comparison_text import (
    comparison_lines,
    comparison_record,
    recorded_line,
)
from scrubber.regression.corpus import CorpusReader
from scrubber.rules import RULES
from scrubber.run.inputs import Input, find_inputs
from scrubber.run.same_day import with_inputs_read
from scrubber.run.scrub_file import run_record
from scrubber.run.shown_names import shown
from scrubber.run.source_file import SourceFile
from scrubber.x12.stretches import StretchReader


@click.command()
@click.argument("corpus", nargs=-1, required=True, metavar="CORPUS...")
@click.option(
    "--baseline",
    "path",
    required=True,
    type=FILE,
    help="File of the recorded verdicts; created if it does not exist.",
)
@click.option(
    "--key",
    type=FILE,
    help="Key file of the baseline.  [default: next to it, FILE.key]",
)
@click.option("--update", is_flag=True, help="Save the verdicts of this run to the baseline.")
@limit_option
@click.option("--output", type=click.Choice(("text", "json")), default="text", show_default=True)
@run_options_with(today="that of the baseline; of the first run, today")
def regress(
    corpus: tuple[str, ...],
    path: Path,
    key: Path | None,
    update: bool,
    limit: int,
    output: str,
    context: Context,
) -> None:
    """Show which verdicts on CORPUS (files, folders, patterns) differ from those recorded.

    The first run records the verdict on every claim in the baseline. Later runs, after an upgrade
    or with edited profiles, say what changed by rule, payer and dollars. The date used as today
    is that of the baseline unless --as-of is given. The baseline has keyed hashes instead of claims
    and may be shared; its key and the corpus may not.

    Exit status: 0 nothing changed, or the baseline was written; 1 something changed; 2 a file or
    the baseline could not be read.
    """
    keys = _keys(path, key)
    recorded = _recorded(path, keys)
    is_dated = click.get_current_context().params.get("as_of") is not None
    if recorded is not None and not is_dated:
        context = replace(context, as_of=recorded.conditions.as_of)
    now = Baseline(_conditions(context))
    comparison = Comparison(recorded or Baseline(now.conditions), now, Impact(limit or None))
    own = {path.absolute(), _key_file(path, key).absolute()}
    inputs = [one for one in find_inputs(corpus) if one.path.absolute() not in own]
    status = _read(inputs, with_inputs_read(context, inputs), keys, comparison)
    if recorded is not None:
        _print(comparison, output)
    writes = update or recorded is None
    if status == 0 and writes:
        _write(now, path, keys, sys.stderr if output == "json" else sys.stdout)
    elif writes:
        click.echo(f"Error: {path}: not written, as files could not be read", err=True)
    sys.exit(status or int(not writes and not comparison.is_same()))


def _keys(baseline: Path, named: Path | None) -> Keys:
    """The keys of a baseline, made with the first one only: under another key every claim would
    seem to be another one."""
    file = _key_file(baseline, named)
    if baseline.exists() and not file.exists():
        raise UserError(f"{file}: the key of this baseline is missing; name it with --key FILE")
    try:
        return read_keys(file)
    except KeyFileError as error:
        raise UserError(str(error)) from None


def _key_file(baseline: Path, named: Path | None) -> Path:
    return named or baseline.with_name(f"{baseline.name}.key")


def _recorded(path: Path, keys: Keys) -> Baseline | None:
    if not path.exists():
        return None
    try:
        return read_baseline(path, keys)
    except BaselineError as error:
        raise UserError(str(error)) from None


def _conditions(context: Context) -> Conditions:
    """What a verdict depends on besides the claim. Of the documentation and the tables only
    whether they are there."""
    options = [f"isolate {context.isolate}"]
    held = (one for one in sorted(context.consents) if one.holds_on(context.as_of))
    options += [f"consent {one.rule}" for one in held]
    options += ["documentation"] * (context.documentation is not None)
    options += ["tables"] * (context.tables is not None)
    return Conditions(run_record(context), tuple(options))


def _read(inputs: list[Input], context: Context, keys: Keys, comparison: Comparison) -> int:
    """Compare all files. The exit status as far as reading goes."""
    reader = CorpusReader(FileScrubber(context, RULES), keys)

    def compare(one: Input, file: SourceFile) -> Iterator[Line]:
        for claim in reader.claims(StretchReader(file.chunks())):
            comparison.add_claim(shown(one.path), claim)
        comparison.add_file(
            shown(one.path), reader.file_key(file.record()["sha256"]), reader.found()
        )
        yield from ()

    return print_files(inputs, compare, lambda: iter(()))


def _print(comparison: Comparison, output: str) -> None:
    if output == "json":
        click.echo(json.dumps(comparison_record(comparison), indent=1))
    else:
        print_lines(comparison_lines(comparison, guidance()), sys.stdout)


def _write(now: Baseline, path: Path, keys: Keys, out: TextIO) -> None:
    try:
        write_baseline(now, path, keys)
    except BaselineError as error:
        raise UserError(str(error)) from None
    print_lines([recorded_line(len(now.claims), str(path))], out)
