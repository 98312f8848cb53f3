"""The catalogue of all rules as a Markdown page."""

from collections.abc import Iterable, Iterator

from scrubber.outputs.rule_page import SNIP_TYPES, RulePage
from scrubber.rules.examples import Example

_HEAD = """# Rules

{count}, by WEDI SNIP type. `scrubber rule show CODE` prints the same for one rule, with all
of its examples.

The severity is the one without a payer profile; a profile may raise, lower or switch off any rule.
A finding of severity *reject* keeps its claim from being accepted, *warn* and *info* do not.
*Repaired* means that `scrubber scrub` corrects it; *repaired with consent* needs `--consent CODE`
or the consent of the payer's profile; *advised* is shown and left to you.

This page is generated; a test keeps it current.
"""


def catalogue_page(pages: Iterable[RulePage]) -> str:
    """The page, with a table of every type and a section for every rule."""
    return "".join(f"{line}\n" for line in _lines(list(pages)))


def _lines(pages: list[RulePage]) -> Iterator[str]:
    yield from _HEAD.format(count=f"{len(pages)} rule" + "s" * (len(pages) != 1)).splitlines()
    for number, name in SNIP_TYPES.items():
        of_type = [page for page in pages if page.kind.startswith(f"{number} ")]
        if of_type:
            yield from ("", f"## Type {number}: {name}", "")
            yield from ("| rule | severity | repair | what is wrong |", "|---|---|---|---|")
            yield from map(_row, of_type)
            for page in of_type:
                yield from _section(page)


def _row(page: RulePage) -> str:
    link = f"[{page.code}](#{page.code.lower()})"
    return f"| {link} | {page.severity} | {page.repairs} | {_cell(page.title)} |"


def _section(page: RulePage) -> Iterator[str]:
    yield from ("", f"### {page.code}", "", f"**{_text(page.title)}**", "")
    if page.why:
        yield f"Why: {_text(page.why)}"
        yield ""
    if page.fix:
        yield f"What to do: {_text(page.fix)}"
        yield ""
    repair = f", repair: {page.repairs}" if page.repairs else ""
    status = f", status {page.status} ({page.status_words})" if page.status else ""
    answer = f", likely answered {page.adjustment}" if page.adjustment else ""
    yield f"{page.severity}{repair}{status}{answer}"
    yield ""
    yield f"Source: {_text(page.source)}"
    example = next((one for one in page.examples if one.says), None)
    if example is not None:
        yield from ("", f"Example: {_text(example.name)}", "", "```")
        yield from example_lines(example, page.code)
        yield "```"


def example_lines(example: Example, code: str) -> Iterator[str]:
    """An example as plain text: what is given, what is said to it, what the repair gives."""
    yield from (f"with {beside}" for beside in example.beside)
    yield from map(_visible, example.given)
    yield from (f"without {segment}" for segment in example.without)
    for said in example.says:
        line = f" line {said.line}" if said.line is not None else ""
        yield f"{said.severity}[{code}] {said.path}{line}: {said.message}"
    yield from (f"gives {segment}" for segment in example.gives)


def _visible(text: str) -> str:
    """A segment with its control characters as hexadecimal numbers."""
    return "".join(sign if sign.isprintable() else f"<{ord(sign):02X}>" for sign in text)


def _text(text: str) -> str:
    """A text in which nothing is taken for Markdown."""
    for sign in "\\`*_<[":
        text = text.replace(sign, f"\\{sign}")
    return text


def _cell(text: str) -> str:
    return _text(text).replace("|", "\\|")
