"""scrubber claims: the register of claims in a ledger."""

import csv
import getpass
import json
import sys
from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from scrubber.cli.audit_option import audit_keys, audit_options
from scrubber.cli.command_group import CommandGroup
from scrubber.cli.failure import UserError
from scrubber.cli.ledger_option import KEY_OPTION, open_existing
from scrubber.cli.option_types import DAY
from scrubber.cli.settings import setting_option
from scrubber.history.states import BY_PERSON, STATES
from scrubber.outputs.register_text import list_lines, story_lines
from scrubber.outputs.terminal import print_lines

if TYPE_CHECKING:
    from scrubber.history.register import Register
    from scrubber.history.registered import RegisteredClaim

ORDERS = ("received", "amount", "due", "state", "payer", "first")


class _Dollars(click.ParamType[Decimal]):
    name = "amount"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> Decimal:
        try:
            found = Decimal(str(value).removeprefix("$").replace(",", ""))
        except InvalidOperation:
            found = Decimal("NaN")
        if not found.is_finite():
            self.fail(f"{value!r} is not an amount of dollars", param, ctx)
        return found


@click.group(cls=CommandGroup)
def claims() -> None:
    """List the claims of a ledger with their state, or show all that happened to one."""


_as_of_option = click.option(
    "--as-of", type=DAY, metavar="DATE", help="The date to use as today.  [default: today]"
)


@claims.command("list")
@setting_option("ledger", required=True)
@KEY_OPTION
@click.option(
    "--state", "states", multiple=True, type=click.Choice(STATES), help="Only these states."
)
@click.option("--payer", default="", help="Payer ID, or part of the payer's name.")
@click.option("--therapist", default="", help="NPI, or part of the therapist's name.")
@click.option("--reason", default="", metavar="CODE", help="A rule that rejected or warned.")
@click.option("--text", default="", help="Part of a claim number, payer or therapist.")
@click.option("--member", default="", help="Member ID; the ledger keeps only its hash.")
@click.option(
    "--age", type=click.IntRange(0), metavar="DAYS", help="At least so long in its state."
)
@click.option("--amount", type=_Dollars(), help="Charges of at least so many dollars.")
@click.option("--due", type=int, metavar="DAYS", help="The filing limit ends within so many days.")
@click.option("--all-versions", is_flag=True, help="Earlier versions of corrected claims too.")
@click.option("--order", type=click.Choice(ORDERS), default="received", show_default=True)
@click.option("--page", type=click.IntRange(1), default=1, show_default=True)
@click.option(
    "--rows", type=click.IntRange(0), default=50, show_default=True, help="Claims a page; 0: all."
)
@click.option(
    "--output",
    type=click.Choice(("text", "json", "csv")),
    default="text",
    show_default=True,
    help="Form of the list.",
)
@_as_of_option
def list_claims(
    ledger: str, ledger_key: Path | None, page: int, rows: int, order: Any, output: str,
    as_of: datetime | None, states: tuple[str, ...], payer: str, therapist: str, reason: str,
    text: str, member: str, age: int | None, amount: Decimal | None, due: int | None,
    all_versions: bool,
) -> None:  # fmt: skip
    """List claims with state, dates, dollars, and days to the payer's filing limit.

    Rejected claims are listed too. Of a claim that came in several versions the last one is shown.
    Patients are not: the ledger holds only their hashes.
    """
    from scrubber.history.registered import Filter  # noqa: PLC0415

    register, today = _opened(ledger, ledger_key), _today(as_of)
    wanted = Filter(
        states, payer, therapist, reason.upper(), text, member, age, amount, due, all_versions
    )
    found = register.claims(
        wanted, as_of=today, order=order, offset=(page - 1) * rows, limit=rows or None
    )
    if output == "json":
        _print_json(found)
    elif output == "csv":
        _print_csv(found)
    else:
        totals = register.totals(wanted, as_of=today)
        print_lines(list_lines(found, totals, page, rows), sys.stdout)


@claims.command()
@click.argument("claim", metavar="CLAIM")
@setting_option("ledger", required=True)
@KEY_OPTION
@click.option("--output", type=click.Choice(("text", "json")), default="text", show_default=True)
@_as_of_option
def show(
    claim: str, ledger: str, ledger_key: Path | None, output: str, as_of: datetime | None
) -> None:
    """Show all that happened to a claim: received, found, repaired, sent, answered, paid.

    CLAIM is its number, or its id in the register, as 12-3.
    """
    register, today = _opened(ledger, ledger_key), _today(as_of)
    story = register.story(_one(register, claim, today).id, as_of=today)
    if output == "json":
        record = {
            "claim": _record(story.claim),
            "findings": [one._asdict() for one in story.findings],
            "steps": [one._asdict() for one in story.steps],
            "versions": [_record(one) for one in story.versions],
        }
        click.echo(json.dumps(record, indent=1, default=str))
    else:
        print_lines(story_lines(story), sys.stdout)


@claims.command("set")
@click.argument("claim", metavar="CLAIM")
@click.argument("state", type=click.Choice(BY_PERSON))
@setting_option("ledger", required=True)
@KEY_OPTION
@click.option("--why", required=True, help="Why; kept with the claim.")
@click.option("--who", default="", help="Who says so.  [default: the user of this machine]")
@audit_options
def set_state(
    claim: str, state: str, ledger: str, ledger_key: Path | None, why: str, who: str,
    audit: Path | None, audit_key: Path | None,
) -> None:  # fmt: skip
    """Record what only a person knows: that a claim was sent, was not sent, or is written off.

    CLAIM is its number, or its id in the register, as 12-3. With --audit it goes into the log too.
    """
    from scrubber.errors import ScrubberError  # noqa: PLC0415

    register, now = _opened(ledger, ledger_key), datetime.now().astimezone()
    one = _one(register, claim, now.date())
    by = who or getpass.getuser()
    try:
        register.say(one.id, state, who=by, why=why, now=now)
    except ScrubberError as error:
        raise UserError(str(error)) from None
    if audit is not None:
        _log(audit, audit_key, {"claim": one.claim_id, "by": by}, {"state": state, "why": why}, now)
    click.echo(f"{one.id}  {one.claim_id}  {one.state} -> {state}")


def _log(
    audit: Path, key: Path | None, hashed: dict[str, str], said: dict[str, str], now: datetime
) -> None:
    """Put what a person said into the audit log, claim and person as hashes. Raises UserError."""
    from scrubber.history.audit_log import AuditLog  # noqa: PLC0415

    keys = audit_keys(audit, key)
    hashes = {name: keys.of(name, value) for name, value in hashed.items()}
    try:
        AuditLog(audit, keys).append(
            [{"time": now.isoformat(), "event": "state", **hashes, **said}]
        )
    except OSError as error:
        raise UserError(f"the audit log cannot be written: {error.strerror}") from None


def _opened(ledger: str, key: Path | None) -> "Register":
    return open_existing(ledger, key).register


def _today(as_of: datetime | None) -> date:
    return as_of.date() if as_of is not None else date.today()


def _one(register: "Register", named: str, as_of: date) -> "RegisteredClaim":
    """The claim that a user names. Raises UserError where there is none, or several."""
    found = register.find(named, as_of=as_of)
    if not found:
        raise UserError(f"{named}: the register has no such claim")
    if len(found) > 1:
        ids = ", ".join(one.id for one in found[:10])
        raise UserError(f"{len(found)} claims have this number; name one by its id: {ids}")
    return found[0]


def _record(claim: "RegisteredClaim") -> dict[str, Any]:
    record = claim._asdict()
    del record["patient"]
    return record


def _print_json(found: Iterator["RegisteredClaim"]) -> None:
    click.echo("[", nl=False)
    separator = "\n"
    for one in found:
        click.echo(separator + json.dumps(_record(one), default=str), nl=False)
        separator = ",\n"
    click.echo("\n]")


def _print_csv(found: Iterator["RegisteredClaim"]) -> None:
    from scrubber.history.registered import RegisteredClaim  # noqa: PLC0415

    names = [one for one in RegisteredClaim._fields if one != "patient"]
    out = csv.DictWriter(sys.stdout, names, lineterminator="\n")
    out.writeheader()
    for one in found:
        record = _record(one)
        record["reasons"] = " ".join(one.reasons)
        out.writerow({name: _safe(value) for name, value in record.items()})


def _safe(value: Any) -> Any:
    """A text that a spreadsheet does not take for a formula."""
    return f"'{value}" if isinstance(value, str) and value[:1] in ("=", "+", "-", "@") else value
