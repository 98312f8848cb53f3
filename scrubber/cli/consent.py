"""scrubber consent: decisions about repairs that a ledger keeps."""

import getpass
import json
from datetime import date, datetime
from pathlib import Path

import click

from scrubber.cli.command_group import CommandGroup
from scrubber.cli.failure import UserError
from scrubber.cli.ledger_option import KEY_OPTION, open_existing
from scrubber.cli.option_types import DAY, EXISTING_FILE
from scrubber.consents import Consent, consent_words

MOST_TEXT = {"--who": 200, "--why": 1000}


@click.group(cls=CommandGroup)
def consent() -> None:
    """Decide about repairs that change what is claimed, for later runs with the same ledger.

    LEDGER is a SQLite file or the URL of a database, made by scrub or watch with --ledger.
    """


@consent.command()
@click.argument("ledger_name", metavar="LEDGER")
@click.argument("rule", required=False, default="")
@click.option("--claim", default="", metavar="NUMBER", help="Only in the claim of this number.")
@click.option("--decline", is_flag=True, help="The repair is not to be made.")
@click.option("--who", default="", help="Who decides.  [default: the user]")
@click.option("--why", default="", help="The reason. Name no patient.")
@click.option("--until", type=DAY, metavar="DATE", help="The last day; needed without --claim.")
@click.option(
    "--decisions",
    type=EXISTING_FILE,
    help="Take all decisions of this CSV instead: claim,rule,decision,who,when,why.",
)
@KEY_OPTION
def give(
    ledger_name: str,
    rule: str,
    claim: str,
    decline: bool,
    who: str,
    why: str,
    until: datetime | None,
    decisions: Path | None,
    ledger_key: Path | None,
) -> None:
    """Allow (or decline) the repairs of RULE, such as S601, in one claim or until a day."""
    from scrubber.errors import ScrubberError  # noqa: PLC0415
    from scrubber.run.decisions import read_decisions  # noqa: PLC0415
    from scrubber.run.run_context import known_consents  # noqa: PLC0415

    if decisions is None:
        given = [_given(rule, claim, decline, who, why, until)]
    elif rule or claim or why:
        raise UserError("--decisions has rule, claim and reason of its own; leave those out")
    else:
        given = read_decisions(decisions)
    try:
        known_consents(given)
    except ScrubberError as error:
        raise UserError(str(error)) from None
    numbers = open_existing(ledger_name, ledger_key).add_consents(given)
    click.echo(f"recorded: {', '.join(map(str, numbers))}")


@consent.command(name="list")
@click.argument("ledger_name", metavar="LEDGER")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@KEY_OPTION
def list_consents(ledger_name: str, as_json: bool, ledger_key: Path | None) -> None:
    """List every decision with its number; claims are hashes."""
    for one in open_existing(ledger_name, ledger_key).consents():
        said = one.consent.as_record()
        if as_json:
            record = {"number": one.number, "rule": one.consent.rule, "claim": one.consent.claim}
            revoked = one.revoked and one.revoked.isoformat()
            click.echo(
                json.dumps({**record, "declined": one.consent.declined, **said, "revoked": revoked})
            )
            continue
        verb = "decline" if one.consent.declined else "accept"
        of_claim = f" claim {one.consent.claim[:8]}" if one.consent.claim else ""
        end = f"  revoked {one.revoked.isoformat()} by {one.revoked_by}" if one.revoked else ""
        del said["origin"]
        click.echo(
            f"{one.number:>5}  {one.consent.rule} {verb}{of_claim} {consent_words(said)}{end}"
        )


@consent.command(name="revoke")
@click.argument("ledger_name", metavar="LEDGER")
@click.argument("number", type=int)
@click.option("--who", default="", help="Who takes it back.  [default: the user]")
@KEY_OPTION
def revoke_consent(ledger_name: str, number: int, who: str, ledger_key: Path | None) -> None:
    """Take back the decision with this NUMBER; later runs do not use it."""
    book = open_existing(ledger_name, ledger_key)
    if not book.revoke_consent(number, date.today(), who or getpass.getuser()):
        raise UserError(f"the ledger has no decision {number} that holds; see consent list")
    click.echo(f"revoked: {number}")


def _given(
    rule: str, claim: str, decline: bool, who: str, why: str, until: datetime | None
) -> Consent:
    if not rule:
        raise UserError("name a rule, such as S601, or --decisions FILE")
    if not why.strip():
        raise UserError("say why with --why")
    if not claim and until is None:
        raise UserError("a consent for all claims needs its last day: --until DATE; or --claim")
    for option, text in (("--who", who), ("--why", why)):
        if len(text) > MOST_TEXT[option]:
            raise UserError(f"{option} is longer than {MOST_TEXT[option]} characters")
    return Consent(
        rule.upper(), until and until.date(), why, "", "person" if claim else "office", claim,
        who or getpass.getuser(), date.today(), decline,
    )  # fmt: skip
