"""The run behind scrubber answers next."""

from collections import defaultdict
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import click

from scrubber.answers.judged import Judged, judged_claims
from scrubber.answers.match_rows import settled_claims
from scrubber.answers.next_steps import NextStep, NextSteps, is_to_replace
from scrubber.answers.prices import Prices
from scrubber.answers.read import read_answers
from scrubber.answers.rows import Problem, Row
from scrubber.answers.sent import SentClaim
from scrubber.answers.store import AnswerStore
from scrubber.cli.answer_runs import closing_status, opened_tables, read_files
from scrubber.cli.failure import UserError
from scrubber.cli.file_lines import opened
from scrubber.engine import Context, FileScrubber
from scrubber.outputs.output_files import OutputFile
from scrubber.outputs.replacement_claims import write_replacements
from scrubber.rules import RULES
from scrubber.run.inputs import Input
from scrubber.run.shown_names import shown
from scrubber.x12.reader import BlockReader

TABLES: dict[type[object], str] = {NextStep: "next_steps", Problem: "problems"}


def run_next_steps(
    sent: list[Input],
    given: list[Input],
    out: Path,
    kinds: list[str],
    context: Context,
    today: date,
    write_claims: bool,
) -> int:
    """Write the list and, if asked for, the claims: the exit status. Raises UserError."""
    store = AnswerStore()
    steps = NextSteps(context.profiles, today, Prices(context.tables))
    by_step: dict[str, tuple[int, Decimal]] = {}
    numbers = defaultdict[str, dict[int, str]](dict)
    with opened_tables(out, kinds, TABLES) as tables:

        def take(row: tuple[SentClaim, Judged | None] | Row) -> None:
            if isinstance(row, Problem):
                tables.add(row)
            elif isinstance(row[0], SentClaim):
                store.add_sent(*row)
            else:
                store.add(row)

        unread = read_files(sent, lambda chunks, name: judged_claims(chunks, name, context), take)
        unread += read_files(given, read_answers, take)
        store.match()
        for settled in settled_claims(store, today):
            steps.add(settled, store.is_sent_again(settled.claim, settled.payer_claim))
        for step in steps.steps():
            tables.add(step)
            count, dollars = by_step.get(step.step, (0, Decimal(0)))
            by_step[step.step] = (count + 1, dollars + step.expected)
            if is_to_replace(step):
                numbers[step.sent_file][step.sent_segment] = step.payer_claim
    for name, (count, dollars) in sorted(by_step.items(), key=lambda one: -one[1][1]):
        click.echo(f"{name:16}{count:>8,} lines, {dollars:>14,.2f} expected")
    if write_claims:
        _write_claims(sent, numbers, out, replace(context, as_of=today))
    status = closing_status(tables, out, kinds, unread)
    return status or int(bool(by_step))


def _write_claims(
    sent: list[Input], numbers: dict[str, dict[int, str]], out: Path, context: Context
) -> None:
    """NAME.replacement.837 for each file with claims to be replaced. Raises UserError."""
    for one in sent:
        of_file = numbers.get(shown(one.path))
        if not of_file:
            continue
        target = out / f"{one.name}.replacement.837"
        try:
            with opened(one) as source, OutputFile(out) as file:
                parts = FileScrubber(context, RULES).parts(BlockReader(source.chunks()))
                written = write_replacements(parts, of_file, file)
                file.settle()
                file.place(target)
        except OSError as error:
            raise UserError(f"{target}: {error.strerror}") from None
        click.echo(f"{target}: {written:,} claims; correct what was denied, then scrub them")
