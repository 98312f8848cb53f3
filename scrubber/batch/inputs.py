"""Which files a run is about, and what each one's outputs are called."""

from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

ENDINGS = frozenset({"", ".837", ".837p", ".clm", ".dat", ".edi", ".txt", ".x12"})
OWN_ENDINGS = (".accepted.837", ".rejected.837")


class NoInputError(ValueError):
    """A path that names no file; the message says which and what was expected."""


class Input(NamedTuple):
    """A file to scrub and the NAME of its outputs."""

    path: Path
    name: str


def find_inputs(paths: Sequence[str]) -> list[Input]:
    """The files that paths, folders and globs name, each once, in the order given.

    In a folder every file that may hold claims counts (.837 .txt .x12 .edi .clm .dat or no
    ending), except hidden files and our own outputs. Raises NoInputError.
    """
    files: dict[Path, None] = {}
    for text in paths:
        found = list(_files(text))
        if not found:
            raise NoInputError(f"{text}: no such file, and no folder or pattern with claim files")
        files.update(dict.fromkeys(found))
    return _named(list(files))


def _files(text: str) -> Iterable[Path]:
    path = Path(text)
    if path.is_dir():
        return sorted(one for one in path.rglob("*") if may_hold_claims(one))
    if path.exists():
        return [path]
    if any(character in text for character in "*?["):
        anchor = Path(path.anchor) if path.anchor else Path()
        pattern = str(path.relative_to(path.anchor)) if path.anchor else text
        return sorted(one for one in anchor.glob(pattern) if one.is_file())
    return []


def may_hold_claims(path: Path) -> bool:
    """Whether a file in a folder is taken for a claim file, by its name alone."""
    name = path.name
    if name.startswith(".") or name.endswith(OWN_ENDINGS) or not path.is_file():
        return False
    return path.suffix.lower() in ENDINGS


def _named(files: list[Path]) -> list[Input]:
    """NAME is the file name without its ending; with it where two would clash, then numbered."""
    stems = Counter(path.stem for path in files)
    taken: set[str] = set()
    named: list[Input] = []
    for path in files:
        name = wanted = path.stem if stems[path.stem] == 1 else path.name
        number = 2
        while name in taken:
            name = f"{wanted}-{number}"
            number += 1
        taken.add(name)
        named.append(Input(path, name))
    return named
