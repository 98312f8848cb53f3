"""The run behind scrubber profile learn."""

import json
import sys
from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path

import click

from scrubber.answers.evidence import Proposal
from scrubber.answers.judged import Judged, judged_claims
from scrubber.answers.match_rows import settled_claims
from scrubber.answers.observations import Observations
from scrubber.answers.read import read_answers
from scrubber.answers.rows import Problem, Row
from scrubber.answers.sent import SentClaim
from scrubber.answers.store import AnswerStore
from scrubber.cli.answer_runs import read_files
from scrubber.cli.failure import UserError
from scrubber.cli.impact import Question, impact_of
from scrubber.cli.out_folder import made_folder
from scrubber.outputs.guidance import guidance
from scrubber.outputs.impact_text import impact_lines, impact_record
from scrubber.outputs.output_files import OutputFile
from scrubber.outputs.profile_proposal import proposal_text, proposed_profile
from scrubber.outputs.terminal import print_lines
from scrubber.profiles.check import check_profiles
from scrubber.profiles.errors import ProfileError
from scrubber.rules.pages import catalogue
from scrubber.run.inputs import ANSWER_ENDINGS, find_inputs

IMPACT_TIME = timedelta(days=90)
MOST_CLAIMS = 10


def run_learn(
    payer: str, claims: Sequence[str], answered: Sequence[str], out: Path, question: Question
) -> int:
    """Write PAYER.proposed and its impact: the exit status. Raises UserError."""
    profiles = question.context.profiles
    if payer not in profiles:
        raise UserError(f"there is no profile {payer}; see scrubber profile list")
    store, unread = AnswerStore(), 0

    def take(row: tuple[SentClaim, Judged | None] | Row) -> None:
        nonlocal unread
        if isinstance(row, Problem):
            unread += 1
        elif isinstance(row[0], SentClaim):
            store.add_sent(*row)
        else:
            store.add(row)

    failed = read_files(
        find_inputs(claims),
        lambda chunks, name: judged_claims(chunks, name, question.context),
        take,
    )
    failed += read_files(find_inputs(answered, ANSWER_ENDINGS), read_answers, take)
    store.match()
    until = store.last_paid_on() or date.today()
    proposals = _observed(store, payer, until)
    if proposals:
        dated = profiles[payer].on(until)
        text = proposed_profile(profiles[payer], dated, proposals)
        _write(made_folder(out), payer, text, proposals, question, until)
    else:
        click.echo(f"{payer}: nothing was seen often enough to propose it")
    for one in failed:
        click.echo(f"Error: {one}", err=True)
    if unread:
        click.echo(f"Error: {unread:,} places were not read; see scrubber answers read", err=True)
    return 2 if failed or unread else 0


def _observed(store: AnswerStore, payer: str, until: date) -> list[Proposal]:
    observations = Observations(until)
    for settled in settled_claims(store):
        judged: Judged | None = settled.judged
        if judged is not None and judged.profile == payer:
            observations.add(settled)
    return list(observations.proposals())


def _write(
    out: Path,
    payer: str,
    text: str,
    proposals: Sequence[Proposal],
    question: Question,
    until: date,
) -> None:
    """Write the proposal and what it would do to the claims of the last 90 days, and say both."""
    target = out / f"{payer}.xml.proposed"
    _place(target, text)
    for one in proposals:
        click.echo(proposal_text(one))
    click.echo()
    try:
        click.echo(check_profiles([target], catalogue()), nl=False)
    except ProfileError as error:
        raise UserError(str(error)) from None
    since = until - IMPACT_TIME
    impact, _ = impact_of(question._replace(new=str(target), since=since), MOST_CLAIMS)
    record = {"since": since.isoformat(), **impact_record(impact)}
    _place(out / f"{payer}.impact.json", json.dumps(record, indent=1) + "\n")
    print_lines(impact_lines(impact, guidance()), sys.stdout)


def _place(target: Path, text: str) -> None:
    try:
        with OutputFile(target.parent) as file:
            file.text().write(text)
            file.settle()
            file.place(target)
    except OSError as error:
        raise UserError(f"{target}: {error.strerror}") from None
