"""The run behind scrubber answers match."""

from pathlib import Path

import click

from scrubber.answers.match_rows import match_rows
from scrubber.answers.read import read_answers
from scrubber.answers.rows import MATCH_TABLES, ClaimMatch, LineMatch, Problem, Row
from scrubber.answers.sent import SentClaim, read_sent
from scrubber.answers.store import AnswerStore
from scrubber.cli.answer_runs import closing_status, opened_tables, read_files
from scrubber.run.inputs import Input


def run_match(sent: list[Input], given: list[Input], out: Path, kinds: list[str]) -> int:
    """Match answers to claims and write the tables: the exit status. Raises UserError."""
    store = AnswerStore()
    with opened_tables(out, kinds, MATCH_TABLES) as tables:

        def take(row: SentClaim | Row) -> None:
            if isinstance(row, SentClaim):
                store.add_sent(row)
            elif isinstance(row, Problem):
                tables.add(row)
            else:
                store.add(row)

        unread = read_files(sent, read_sent, take)
        unread += read_files(given, read_answers, take)
        store.match()
        missing = 0
        for row in match_rows(store):
            tables.add(row)
            missing += isinstance(row, ClaimMatch | LineMatch) and not row.level
    click.echo(f"{'without a claim or line':26}{missing:>8,}")
    return closing_status(tables, out, kinds, unread) or int(missing > 0)
