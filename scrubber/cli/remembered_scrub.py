"""Scrubs files with a ledger: what was received before is left alone, the rest is remembered."""

from collections.abc import Callable
from dataclasses import replace

import click

from scrubber.cli.failure import UserError
from scrubber.engine import Context, FileScrubber
from scrubber.history.book import Ledger
from scrubber.history.database import LedgerError
from scrubber.history.scrubbing import LedgerScrubber
from scrubber.rules.history import SAME_FILE
from scrubber.run.answer_numbers import answer_numbers, content_of
from scrubber.run.inputs import Input
from scrubber.run.run_summary import nothing_summed
from scrubber.run.scrub_file import Outcome, Request, scrub_file
from scrubber.run.shown_names import shown
from scrubber.run.source_file import STANDARD_INPUT
from scrubber.run.unread_file import not_scrubbed


class RememberedScrub:
    """Does what scrub_file does, and enters the file into a ledger. `told` is told of a file that
    was scrubbed before the ledger has it for good: what is known there is not scrubbed again."""

    def __init__(self, ledger: Ledger, told: Callable[[Outcome], object] = lambda _: None) -> None:
        self._ledger = ledger
        self._told = told

    def __call__(
        self, one: Input, context: Context, scrubber: FileScrubber, request: Request
    ) -> Outcome:
        """Scrub a file, or say that it was received before. Raises as scrub_file does."""
        if one.path == STANDARD_INPUT:
            raise UserError("--ledger needs files; the standard input can be read only once")
        content = content_of(one.path)
        try:
            known = self._ledger.file(content.sha256)
            if known is not None:
                click.echo(
                    f"{shown(one.path)}: the same file was scrubbed before, received "
                    f"{known.received.isoformat()}; nothing was done",
                    err=True,
                )
                return Outcome(one.path, 0, (), nothing_summed(), frozenset({SAME_FILE.code}))
            numbers = answer_numbers(content, self._ledger.numbers_for, request.limits)
            with self._ledger.enter(content.sha256, context.as_of) as entry:
                remembering = LedgerScrubber(scrubber, entry, context)
                numbered = replace(request, numbers=numbers)
                outcome = scrub_file(one.path, one.name, context, remembering, numbered)
                self._told(outcome)
                return outcome
        except LedgerError as error:
            return not_scrubbed(one, str(error))
