"""--control-number: the numbers that acknowledgments carry, where their sender counts them."""

import click

from scrubber.cli.failure import UserError
from scrubber.outputs.acknowledgments.control_numbers import DERIVED, LARGEST, ControlNumbers

FIELDS = {"ta1": "ta1", "999": "ack_999", "277ca": "ack_277ca", "837": "claims"}


def _read(
    _context: click.Context, _option: click.Parameter, given: tuple[str, ...]
) -> ControlNumbers:
    numbers = DERIVED
    for text in given:
        kind, _, number = text.partition("=")
        is_number = number.isascii() and number.isdigit() and 0 < int(number) < LARGEST
        if kind not in FIELDS or not is_number:
            expected = f"one of {', '.join(FIELDS)}, =, and a number of at most nine digits"
            raise UserError(f"--control-number {text}: expected {expected}")
        numbers = numbers._replace(**{FIELDS[kind]: int(number)})
    return numbers


control_number_option = click.option(
    "--control-number",
    "numbers",
    multiple=True,
    metavar="KIND=NUMBER",
    callback=_read,
    help="ISA13 of the first ta1, 999 or 277ca that is written for a file, or (837) of the first "
    "claim file that does not keep its own; those after it count on. May be given for each.  "
    "[default: made from the ISA13 received]",
)
