"""A backtest as lines for a terminal."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from scrubber.outputs.backtest_record import Record

SHOWN = 10
BIAS = (
    "These claims passed the checks you already had; what those stopped is not counted here.",
    "Payers sometimes pay by mistake and take the money back after the last of these files.",
    "One denial may have several causes; it is counted under each code the payer gave.",
    "A claim changed by hand or by the clearinghouse on its way differs from the file checked.",
)
"""What to keep in mind with every figure."""
RATE_NAMES = {
    "sets_accepted": "transaction sets accepted, of those acknowledged (999)",
    "clearinghouse_acceptance": "accepted by the clearinghouse, of the claims it answered (277CA)",
    "payer_acceptance": "accepted by the payer, of the claims it answered (277CA)",
    "decided": "decided by a payer (835), of the claims sent",
    "first_pass_paid": "every line paid at the first answer, of the claims decided",
    "denied_at_first": "a line denied at the first answer, of the claims decided",
    "denied_finally": "a line still denied at the last answer, of the claims decided",
    "taken_back": "some or all of the payment taken back, of the claims decided",
}


def backtest_lines(record: Record) -> Iterator[str]:
    """The lines; the most expensive of each list."""
    denied = record["denied"]
    yield f"{record['claims']:,} claims sent"
    for name, words in RATE_NAMES.items():
        if record["rates"][name]["whole"]:
            yield f"  {rate(record['rates'][name]):>40}  {words}"
    days = record["rates"]["median_days_to_payment"]
    if days is not None:
        yield f"  {days:>40}  days from sending to the first payment, median"
    yield ""
    yield f"Denied at the first answer: {_amounts(denied)}"
    for kind, of_kind in denied["kinds"].items():
        yield f"  {kind:16} {_amounts(of_kind)}"
    yield (
        f"  {share(denied['coverage'])} of the expected dollars were predicted;"
        f" {share(denied['reachable'])} could be caught by rules"
    )
    for name, title in (("rule", "By rule"), ("payer", "By payer"), ("code", "By code")):
        yield from _group(title, record["by"][name])
    yield from _group("By month", sorted(record["by"]["month"], key=lambda row: row["name"]))
    yield from _false_alarms(record)
    yield ""
    yield "Keep in mind:"
    yield from (f"  {one}" for one in BIAS)


def _group(title: str, rows: list[Record]) -> Iterator[str]:
    if rows:
        yield ""
        yield f"{title}: lines, charged, expected; predicted, silent"
    for row in rows[:SHOWN]:
        kinds = row["kinds"]
        parts = " ".join(
            f"{dollars(kinds[kind]['expected']) if kind in kinds else '-':>13}"
            for kind in ("predicted", "silent")
        )
        yield (
            f"  {row['name'][:36]:36} {row['count']:>7,} {dollars(row['charge']):>13}"
            f" {dollars(row['expected']):>13} {parts}"
        )
    if len(rows) > SHOWN:
        yield f"  and {len(rows) - SHOWN:,} more in backtest.json"


def _false_alarms(record: Record) -> Iterator[str]:
    rows = [row for row in record["rules"] if row["effect"] == "rejects"]
    yield ""
    stopped = {
        row["became"]: row for row in record["dispositions"] if row["disposition"] == "rejected"
    }
    counts = ", ".join(f"{row['count']:,} {name}" for name, row in stopped.items()) or "none"
    yield f"Claims the scrubber would have rejected, by what became of them: {counts}"
    for row in sorted(rows, key=lambda one: (-one["part"], one["rule"]))[:SHOWN]:
        advice = f"  {row['advice']}" if row["advice"] else ""
        yield f"  {row['rule']} paid anyway: {rate(row)}{advice}"


def rate(one: Record) -> str:
    """A share with its bounds and numbers; the numbers alone where they are few."""
    numbers = f"{one['part']:,} of {one['whole']:,}"
    if one["share"] is None:
        return numbers
    return f"{numbers}, {share(one['share'])} ({share(one['low'])}-{share(one['high'])})"


def share(part: float | None) -> str:
    """A share in percent."""
    return "-" if part is None else f"{100 * part:.1f} %"


def dollars(amount: str) -> str:
    """Dollars and cents, with thousands apart."""
    return f"{Decimal(amount):,.2f}"


def _amounts(one: dict[str, Any]) -> str:
    return (
        f"{one['count']:>7,} lines, {dollars(one['charge']):>13} charged,"
        f" {dollars(one['expected']):>13} expected"
    )
