"""scrubber generate: synthetic claims for trials and benchmarks."""

import sys
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import click

from scrubber.cli.failure import UserError
from scrubber.cli.option_types import DAY
from scrubber.near_names import perhaps


@click.command()
@click.argument("claims", type=click.IntRange(min=0), metavar="N")
@click.option(
    "--seed", default=1, show_default=True, help="A different seed gives different claims."
)
@click.option(
    "--out",
    type=click.Path(dir_okay=False, path_type=Path),
    help="File to write.  [default: standard output]",
)
@click.option("--force", is_flag=True, help="Overwrite an existing file.")
@click.option(
    "--faults",
    metavar="SHARE",
    type=click.FloatRange(0, 1),
    default=0,
    show_default=True,
    help="Share of claims with a fault, 0 to 1.",
)
@click.option(
    "--payer",
    default="",
    metavar="PROFILE",
    help="Only claims to payers of this profile, such as aetna.  [default: payers of all kinds]",
)
@click.option(
    "--as-of",
    type=DAY,
    metavar="DATE",
    help="Services are in the months before this date.  [default: today]",
)
def generate(
    claims: int,
    seed: int,
    out: Path | None,
    force: bool,
    faults: float,
    payer: str,
    as_of: datetime | None,
) -> None:
    """Generate a file of N synthetic therapy claims, without real people.

    The same N, seed, faults, payer and date give the same file.
    """
    from scrubber.synthetic import generate as segments_of  # noqa: PLC0415
    from scrubber.synthetic.payers import PROFILES  # noqa: PLC0415

    if payer and payer not in PROFILES:
        known = ", ".join(sorted(PROFILES))
        raise UserError(f"--payer {payer}: {perhaps(payer, PROFILES)}choose from {known}")

    day = as_of.date() if as_of is not None else date.today()
    segments = segments_of(claims, seed, as_of=day, faults=Decimal(str(faults)), profile=payer)
    if out is None:
        sys.stdout.writelines(segments)
        return
    try:
        with out.open("w" if force else "x", encoding="ascii", newline="") as file:
            file.writelines(segments)
    except FileExistsError:
        raise UserError(f"{out} already exists; name another file or use --force") from None
    except OSError as error:
        raise UserError(f"{out}: {error.strerror}") from None
    click.echo(f"{out}: {claims:,} claims, {out.stat().st_size:,} bytes", err=True)
