"""A backtest as one self-contained page, with charts, without scripts."""

from base64 import b64encode
from collections.abc import Iterable, Iterator
from decimal import Decimal
from hashlib import sha256
from html import escape
from importlib.resources import files

from scrubber.answers.backtest import CLASSES
from scrubber.outputs.backtest_record import Record
from scrubber.outputs.backtest_text import BIAS, RATE_NAMES, dollars, rate, share

_STYLES = ("page_base.css", "page_backtest.css")
_POLICY = "default-src 'none'; style-src 'sha256-{style}'; base-uri 'none'; form-action 'none'"
_TITLES = {
    "rule": "By rule",
    "payer": "By payer",
    "code": "By adjustment code",
    "month": "By month of the payer's decision",
    "scenario": "By reason in general",
}
_MEANINGS = {
    "predicted": "a rule for this kind of denial had flagged the line before it was sent",
    "found otherwise": "the line was flagged, but for another reason",
    "silent": "there are rules for this kind of denial, but none flagged the line",
    "uncovered": "no rule can see it in the claim, such as coverage that had ended",
    "unmapped": "this denial code is not in the scrubber's table yet",
}
_SCENARIOS = {
    "documents": "the payer wants documents",
    "data": "information missing or wrong",
    "coverage": "not covered by the plan",
    "apart": "not paid separately",
    "other": "not in our table",
}
MOST_BARS, MOST_LETTERS = 25, 32
_WIDTH, _BAR, _STEP, _LABEL = 1000, 18, 30, 330


def backtest_page(record: Record) -> str:
    """The page as text, to be written as UTF-8."""
    style = "".join(_asset(name) for name in _STYLES)
    digest = b64encode(sha256(style.encode()).digest()).decode()
    body = "\n".join(_body(record))
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY.format(style=digest)}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>Backtest</title>\n<style>{style}</style>\n</head>\n"
        f"<body>\n<main>\n{body}\n</main>\n</body>\n</html>\n"
    )


def _asset(name: str) -> str:
    return files("scrubber.outputs").joinpath(name).read_text(encoding="utf-8")


def _body(record: Record) -> Iterator[str]:
    denied = record["denied"]
    yield "<h1>What payers denied, and what the scrubber would have caught</h1>"
    yield f"<p>{record['claims']:,} claims were sent. At the first answer payers denied "
    yield (
        f"{dollars(denied['charge'])} of charges in {denied['count']:,} lines, worth about "
        f"{dollars(denied['expected'])}: <strong>{share(denied['coverage'])}</strong> of that was "
        f"predicted; <strong>{share(denied['reachable'])}</strong> could be caught by rules.</p>"
    )
    yield _card("Denied dollars, by what the rules reported", _chart(_kind_rows(record)), _legend())
    for name in ("month", "payer", "code", "rule", "scenario"):
        rows = record["by"][name]
        if name == "month":
            rows = sorted(rows, key=lambda row: row["name"])
        if name == "scenario":
            rows = [{**row, "name": _SCENARIOS.get(row["name"], row["name"])} for row in rows]
        more = f"<p>{len(rows) - MOST_BARS:,} more are in backtest.json.</p>"
        yield _card(_TITLES[name], _chart(rows[:MOST_BARS]), more if len(rows) > MOST_BARS else "")
    yield _card(
        "Rates", _table(("", "claims or sets", "percentage (95 % interval)"), _rate_rows(record))
    )
    yield _card(
        "What the scrubber would have rejected, but payers paid",
        _table(
            ("rule", "paid, of those decided", "charges paid", "suggestion"), _rule_rows(record)
        ),
        "<p>Counts claims with the finding that were sent and decided. Paid means that every line "
        "the finding concerns was paid at the first answer and not taken back within 90 days. "
        "For fewer than ten claims no percentage is shown.</p>",
    )
    yield _card(
        "Keep in mind", "<ul>" + "".join(f"<li>{escape(one)}</li>" for one in BIAS) + "</ul>"
    )


def _card(title: str, content: str, after: str = "") -> str:
    return f'<section class="card"><h2>{escape(title)}</h2>{content}{after}</section>'


def _legend() -> str:
    items = "".join(
        f'<li><svg width="12" height="12" aria-hidden="true">'
        f'<rect width="12" height="12" class="{_css(kind)}"/></svg> '
        f"<strong>{kind}</strong>: {_MEANINGS[kind]}</li>"
        for kind in CLASSES
    )
    return f'<ul class="legend">{items}</ul>'


def _kind_rows(record: Record) -> list[Record]:
    kinds = record["denied"]["kinds"]
    return [{"name": kind, **kinds[kind], "kinds": {kind: kinds[kind]}} for kind in CLASSES]


def _chart(rows: Iterable[Record]) -> str:
    """Bars of expected dollars, each in parts by kind, with a text for those who do not see it."""
    rows = list(rows)
    if not rows:
        return "<p>None.</p>"
    most = max(Decimal(row["expected"]) for row in rows) or Decimal(1)
    height = len(rows) * _STEP
    bars = "".join(_bar(row, at * _STEP, most) for at, row in enumerate(rows))
    return (
        f'<svg class="bars" viewBox="0 0 {_WIDTH} {height}" role="img" '
        f'aria-label="Expected dollars of denied lines">{bars}</svg>'
    )


def _bar(row: Record, top: int, most: Decimal) -> str:
    at = float(_LABEL)
    room = _WIDTH - _LABEL - 170
    parts = []
    for kind in CLASSES:
        if kind in row["kinds"]:
            amount = row["kinds"][kind]["expected"]
            width = float(Decimal(amount) / most) * room
            tip = f"<title>{escape(row['name'])}, {kind}: {dollars(amount)}</title>"
            parts.append(
                f'<rect x="{at:.1f}" y="{top + 6}" width="{width:.1f}" height="{_BAR}" '
                f'class="{_css(kind)}">{tip}</rect>'
            )
            at += width
    name = (
        row["name"] if len(row["name"]) <= MOST_LETTERS else row["name"][: MOST_LETTERS - 1] + "…"
    )
    label = f'<text x="{_LABEL - 10}" y="{top + 20}" class="name">{escape(name)}</text>'
    told = f"{dollars(row['expected'])} / {row['count']:,}"
    return f'{label}{"".join(parts)}<text x="{at + 8:.1f}" y="{top + 20}">{told}</text>'


def _css(kind: str) -> str:
    return kind.replace(" ", "-")


def _rate_rows(record: Record) -> Iterator[tuple[str, ...]]:
    for name, words in RATE_NAMES.items():
        one = record["rates"][name]
        if not one["whole"]:
            continue
        told = rate(one).partition(", ")[2] or "-"
        yield words, f"{one['part']:,} of {one['whole']:,}", told


def _rule_rows(record: Record) -> Iterator[tuple[str, ...]]:
    rows = [row for row in record["rules"] if row["effect"] == "rejects"]
    for row in sorted(rows, key=lambda one: (-one["part"], one["rule"])):
        yield row["rule"], rate(row), dollars(row["paid_charge"]), row["advice"]


def _table(names: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    head = "".join(f"<th>{escape(name)}</th>" for name in names)
    body = "".join(
        "<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>" for row in rows
    )
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
