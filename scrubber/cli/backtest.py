"""The run behind scrubber answers backtest."""

import json
from collections import Counter
from contextlib import ExitStack
from pathlib import Path

import click

from scrubber.answers.answered import Answer
from scrubber.answers.backtest import SILENT, Backtest, Denied
from scrubber.answers.judged import Judged, judged_claims
from scrubber.answers.match_rows import settled_claims
from scrubber.answers.read import read_answers
from scrubber.answers.rows import Acknowledgment, Problem, Row
from scrubber.answers.sent import SentClaim
from scrubber.answers.store import AnswerStore
from scrubber.cli.answer_runs import closing_status, opened_tables, read_files
from scrubber.cli.failure import UserError
from scrubber.engine import Context
from scrubber.outputs.backtest_page import backtest_page
from scrubber.outputs.backtest_record import (
    DenialGroup,
    Record,
    RuleRow,
    backtest_record,
    table_rows,
)
from scrubber.outputs.backtest_text import backtest_lines
from scrubber.outputs.output_files import OutputFile
from scrubber.run.inputs import Input

TABLES: dict[type[object], str] = {
    Denied: "denials",
    DenialGroup: "denial_groups",
    RuleRow: "rules",
    Problem: "problems",
}
"""Beside them the silent denials have a table of their own."""


def run_backtest(
    sent: list[Input], given: list[Input], out: Path, context: Context, kinds: list[str]
) -> int:
    """Judge, match, and write all outputs: the exit status. Raises UserError."""
    store, backtest = AnswerStore(), Backtest(context.tables)
    with (
        opened_tables(out, kinds, TABLES) as tables,
        opened_tables(out, kinds, {Denied: "silent_denials"}) as work,
    ):

        def take(row: tuple[SentClaim, Judged | None] | Row) -> None:
            if isinstance(row, Problem):
                tables.add(row)
            elif isinstance(row, Acknowledgment):
                backtest.acknowledge(row)
            elif isinstance(row[0], SentClaim):
                store.add_sent(*row)
            else:
                store.add(row)

        unread = read_files(sent, lambda chunks, name: judged_claims(chunks, name, context), take)
        unread += read_files(given, read_answers, take)
        store.match()
        for settled in settled_claims(store):
            backtest.add(settled)
        for denied in backtest.denials():
            tables.add(denied)
            if denied.kind == SILENT:
                work.add(denied)
        record = backtest_record(backtest, _unmatched(store))
        for row in table_rows(record):
            tables.add(row)
    lines = list(backtest_lines(record))
    _write(out, record, lines)
    click.echo("\n".join(lines))
    click.echo()
    return closing_status(tables, out, kinds, unread)


def _unmatched(store: AnswerStore) -> Counter[str]:
    """How many answers have no claim, by reason."""
    return Counter(one.reason if isinstance(one, Answer) else one[1] for one in store.unmatched())


def _write(out: Path, record: Record, lines: list[str]) -> None:
    texts = {
        "backtest.json": json.dumps(record, indent=1) + "\n",
        "backtest.txt": "\n".join(lines) + "\n",
        "backtest.html": backtest_page(record),
    }
    try:
        with ExitStack() as stack:
            files = {name: stack.enter_context(OutputFile(out)) for name in texts}
            for name, file in files.items():
                file.text().write(texts[name])
                file.settle()
            for name, file in files.items():
                file.place(out / name)
    except OSError as error:
        raise UserError(f"{out}: {error.strerror}") from None
