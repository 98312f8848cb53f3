"""Rules on the terminal: the list of all, and the page of one."""

import textwrap
from collections.abc import Iterable, Iterator

from scrubber.outputs.rule_page import RulePage
from scrubber.outputs.terminal import Line
from scrubber.rules.examples import Example

WIDE = 120
"""Columns of a terminal on which everything of a rule stands on one line."""


def list_lines(pages: Iterable[RulePage], width: int | None = None) -> Iterator[Line]:
    """The rules, within the width if one is given: on a wide terminal a line each, its source at
    the end and cut; on a narrow one code, severity and title, which goes on below."""
    rows = list(pages)
    if width is not None and width < WIDE:
        for page in rows:
            yield from _narrow(page, width)
        return
    kinds = max((len(page.kind) for page in rows), default=0)
    repairs = max((len(page.repairs) for page in rows), default=0)
    for page in rows:
        left = f"  {page.kind:<{kinds}}  "
        middle = f"  {page.repairs:<{repairs}}  "
        title = f"{page.title} (from {page.package})" if page.package else page.title
        source = page.source
        if width is not None:
            rest = width - len(page.code) - len(left) - len(middle) - 6
            title = _cut(title, rest * 2 // 3)
            source = _cut(source, rest - len(title) - 2)
        yield (
            (page.code, "label"),
            (left, "faint"),
            (f"{page.severity:<6}", page.severity),
            (middle, ""),
            (title, ""),
            (f"  {source}" if source else "", "faint"),
        )


def _narrow(page: RulePage, width: int) -> Iterator[Line]:
    """A rule on as many lines as its title takes; [*] says that it can be repaired."""
    mark = " [*]" if page.repairs.startswith("repaired") else ""
    mark += f" (from {page.package})" if page.package else ""
    lead = len(page.code) + 10
    first, *more = textwrap.wrap(page.title + mark, max(width - lead, 20))
    yield ((f"{page.code}  ", "label"), (f"{page.severity:<6}  ", page.severity), (first, ""))
    for text in more:
        yield ((f"{'':<{lead}}{text}", ""),)


def page_lines(page: RulePage, width: int = 100) -> Iterator[Line]:
    """The page of a rule."""
    yield ((page.code, page.severity), ("  ", ""), (page.title, "label"))
    yield ()
    facts = {
        "type": page.kind,
        "severity": f"{page.severity}, unless the payer's profile says otherwise",
        "repair": page.repairs,
        "status": f"{page.status} ({page.status_words})" if page.status else "none",
        "payer": f"would likely answer {page.adjustment} (suggested)" if page.adjustment else "",
        "source": page.source,
        "package": page.package,
    }
    for name, text in facts.items():
        yield from _wrapped(f"  {name:<9} ", text, width)
    for name, text in (("Why", page.why), ("What to do", page.fix)):
        if text:
            yield ()
            yield ((name, "label"),)
            yield from _wrapped("  ", text[0].upper() + text[1:], width)
    if page.examples:
        yield ()
        yield (("Examples", "label"),)
    for example in page.examples:
        yield from _example_lines(example, page.code, width)


def _example_lines(example: Example, code: str, width: int) -> Iterator[Line]:
    yield from _wrapped("  ", example.name, width)
    for beside in example.beside:
        yield from _wrapped("      with ", beside, width)
    for lead, segments in (("", example.given), ("without ", example.without)):
        yield from (((f"      {lead}{segment}", ""),) for segment in segments)
    if not example.says:
        yield (("      says nothing", "good"),)
    for said in example.says:
        line = f" line {said.line}" if said.line is not None else ""
        place = f"      {said.severity}[{code}] {said.path}{line}: "
        first, *more = textwrap.wrap(place + said.message, width, subsequent_indent=" " * 10) or [
            ""
        ]
        yield ((first, said.severity),)
        yield from (((text, said.severity),) for text in more)
    for segment in example.gives:
        yield ((f"      gives {segment}", "good"),)
    yield ()


def _wrapped(lead: str, text: str, width: int) -> Iterator[Line]:
    if not text:
        return
    first, *more = textwrap.wrap(text, max(width - len(lead), 30), break_long_words=False)
    yield ((lead, "faint"), (first, ""))
    yield from (((" " * len(lead) + line, ""),) for line in more)


def _cut(text: str, room: int | None) -> str:
    if room is None or len(text) <= room:
        return text
    return text[: max(room - 3, 10)] + "..."
