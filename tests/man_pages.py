"""Writes a man page for each command into a folder: `python tests/man_pages.py FOLDER`.

The pages are made by click-man from the commands' own help, so that nothing is said twice.
"""

import sys
from pathlib import Path

import click
from click_man.core import write_man_pages

from scrubber import __version__
from scrubber.cli import COMMANDS, main


def write(folder: Path) -> None:
    """Write scrubber.1, scrubber-scrub.1 and the others; the folder is made where there is none."""
    folder.mkdir(parents=True, exist_ok=True)
    context = click.Context(main)
    # click-man asks for commands that are there already; ours are imported when they are asked for.
    found = {name: main.get_command(context, name) for name in COMMANDS}
    main.commands = {name: command for name, command in found.items() if command is not None}
    write_man_pages("scrubber", main, version=__version__, target_dir=str(folder))


if __name__ == "__main__":
    write(Path(sys.argv[1]))
