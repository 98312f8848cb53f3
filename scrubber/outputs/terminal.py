"""Prints styled lines: in colour on a terminal, as plain text anywhere else."""

import re
from collections.abc import Iterable
from importlib import import_module
from os import environ
from typing import TextIO

Piece = tuple[str, str]
"""A text and its style; "" is the terminal's own."""

Line = tuple[Piece, ...]

# A file must not be able to steer the terminal.
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")

STYLES = {
    "reject": "bold red",
    "warn": "bold yellow",
    "info": "bold cyan",
    "good": "bold green",
    "mark": "bold red",
    "frame": "blue",
    "label": "bold",
    "faint": "dim",
}


def print_lines(lines: Iterable[Line], out: TextIO, colour: bool | None = None) -> None:
    """Write the lines to `out`; colour is chosen by it unless said (NO_COLOR is obeyed)."""
    if colour is None:
        colour = out.isatty() and not environ.get("NO_COLOR")
    if colour:
        _print_styled(lines, out)
        return
    for line in lines:
        text = plain(line)
        out.write(_encodable(text, out) + "\n")


def plain(line: Line) -> str:
    """The text of a line."""
    return _CONTROL.sub("\ufffd", "".join(text for text, _ in line)).rstrip()


def _print_styled(lines: Iterable[Line], out: TextIO) -> None:
    # Rich takes a tenth of a second to load; only a terminal is worth it.
    console = import_module("rich.console").Console(
        file=out, force_terminal=True, highlight=False, markup=False, emoji=False
    )
    text = import_module("rich.text").Text
    for line in lines:
        pieces = ((_CONTROL.sub("\ufffd", piece), STYLES.get(style, "")) for piece, style in line)
        console.print(text.assemble(*pieces), soft_wrap=True)


def _encodable(text: str, out: TextIO) -> str:
    encoding = out.encoding or "utf-8"
    return text.encode(encoding, "replace").decode(encoding)
