"""Which files a run is about, and what each one's outputs are called."""

import os
import re
import sys
from collections import Counter
from collections.abc import Container, Iterator, Sequence
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

from scrubber.run.archived_files import ArchivedFile, files_in, is_archive
from scrubber.run.remote_files import Place, RemoteError, RemoteFile, files_at, is_url
from scrubber.run.shown_names import UNSHOWN
from scrubber.run.source_file import STANDARD_INPUT
from scrubber.run.special_files import special_file

ENDINGS = frozenset({"", ".837", ".837p", ".clm", ".dat", ".edi", ".txt", ".x12"})
ANSWER_ENDINGS = frozenset(
    {"", ".277", ".277ca", ".835", ".999", ".dat", ".edi", ".era", ".rmt", ".ta1", ".txt", ".x12"}
)
"""Of the files in a folder those that may hold claims, or answers to them, by their names."""
OWN_NAME = re.compile(r"(.*)\.(accepted(\.\d+)?|rejected)\.837", re.DOTALL)
BESIDE_OWN = (
    *(f".report.{kind}" for kind in ("json", "csv", "html", "xlsx")),
    *(".999", ".ta1", ".277ca"),
    *ENDINGS,
)


LONGEST_NAME = 200
"""Bytes of a NAME; systems allow 255 for a file, and what is called after it has endings."""


class Input(NamedTuple):
    """A file to scrub and the NAME of its outputs. `problem` says why it cannot be one: a path
    that names nothing, a folder that cannot be listed; empty for a file."""

    path: Place
    name: str
    problem: str = ""

    def is_nothing(self) -> bool:
        """Whether the path names no file at all, as after a slip of the pen."""
        if not self.problem:
            return False
        return isinstance(self.path, RemoteFile) or self.path.is_dir() or not self.path.exists()

    def size(self) -> int | None:
        """Bytes; None where that is not known, as of a pipe."""
        if isinstance(self.path, RemoteFile | ArchivedFile):
            return self.path.size or 0
        try:
            return self.path.stat().st_size if self.path.is_file() else None
        except OSError:
            return 0


def find_inputs(paths: Sequence[str], endings: frozenset[str] = ENDINGS) -> list[Input]:
    """The files that paths, folders, globs and URLs name, each once, in the order given.

    In a folder and in an archive (.zip, .gz) every file with one of these endings counts, except
    hidden files and our own outputs; the only file of an archive that is named counts whatever its
    ending. NAME.rejected.837 is an output of ours where something else of NAME stands beside it;
    one that stands alone was put there to be scrubbed. "-" is the standard input. What names no
    file stands in the list with its problem, so that it is never passed over in silence.
    """
    found: dict[object, tuple[Place, str]] = {}
    for text in paths:
        for path, problem in _files(text, endings):
            found.setdefault(_itself(path), (path, problem))
    names = _names([path for path, _ in found.values()])
    return [Input(path, names[path], problem) for path, problem in found.values()]


def _itself(path: Place) -> object:
    """The same for two paths that lead to the same file: its claims go out once."""
    return os.path.realpath(path) if isinstance(path, Path) else path


def _files(text: str, endings: frozenset[str]) -> Iterator[tuple[Place, str]]:
    if is_url(text):
        yield from _files_at(text, endings)
        return
    path = STANDARD_INPUT if text == "-" else Path(text)
    try:
        if text == "-" and sys.stdin.isatty():
            yield path, "the standard input is a terminal; pipe a file into it, or name one"
        elif path == STANDARD_INPUT:
            yield path, ""
        elif path.is_dir():
            yield from _files_in(path, endings)
        elif path.exists():
            problem = special_file(path)
            if problem:
                yield path, problem
            else:
                yield from _opened(path, endings, is_named=True)
        elif any(character in text for character in "*?["):
            yield from _files_like(path, endings)
        else:
            yield path, "there is no such file or folder"
    except (OSError, ValueError) as error:
        yield path, f"cannot be accessed: {getattr(error, 'strerror', None) or 'no path'}"


def _files_in_archive(
    path: Path | RemoteFile, endings: frozenset[str], is_named: bool
) -> Iterator[tuple[Place, str]]:
    try:
        files = [one for one in files_in(path) if not one.name.startswith(".")]
    except OSError as error:
        yield path, f"the archive cannot be read: {error.strerror}"
        return
    if not (is_named and len(files) == 1):
        inside = {one.member for one in files}
        files = [one for one in files if one.suffix.lower() in endings and not _is_own(one, inside)]
    yield from ((one, "") for one in files)
    if is_named and not files:
        yield path, f"the archive holds no {_kind(endings)} files ({_listed(endings)})"


def _opened(
    path: Path | RemoteFile, endings: frozenset[str], is_named: bool
) -> Iterator[tuple[Place, str]]:
    """The file itself, or those in it if it is an archive."""
    if is_archive(path):
        yield from _files_in_archive(path, endings, is_named)
    else:
        yield path, ""


def _is_own(one: ArchivedFile, inside: Container[str]) -> bool:
    """Whether a file in an archive was written by us, by what lies beside it there."""
    own = OWN_NAME.fullmatch(one.member)
    return own is not None and any(own[1] + ending in inside for ending in BESIDE_OWN)


def _files_in(folder: Path, endings: frozenset[str]) -> Iterator[tuple[Place, str]]:
    closed: list[OSError] = []
    files: list[Path] = []
    for where, folders, names in os.walk(folder, onerror=closed.append):
        folders[:] = [name for name in folders if not name.startswith(".")]
        files += [Path(where, name) for name in names]
    taken = sorted(path for path in files if _is_taken(path, endings))
    found = [one for path in taken for one in _opened(path, endings, is_named=False)]
    yield from found
    lost = sorted(path for path in files if _is_named_so(path, endings) and not path.is_file())
    yield from ((path, _no_file(path)) for path in lost)
    for error in closed:
        yield Path(error.filename), f"the folder cannot be read: {error.strerror}"
    if not found and not closed and not lost:
        yield folder, f"the folder holds no {_kind(endings)} files ({_listed(endings)})"


def _listed(endings: frozenset[str]) -> str:
    return f"{' '.join(sorted(endings - {''}))} or no ending"


def _files_like(pattern: Path, endings: frozenset[str]) -> Iterator[tuple[Place, str]]:
    anchor = Path(pattern.anchor)
    found = [
        path
        for path in sorted(anchor.glob(str(pattern.relative_to(anchor))))
        if path.is_file() and not _is_own_output(path)
    ]
    for path in found:
        yield from _opened(path, endings, is_named=True)
    if not found:
        yield pattern, "no claim file matches this pattern"


def _files_at(url: str, endings: frozenset[str]) -> Iterator[tuple[Place, str]]:
    """Files at a URL; of a folder and a pattern the same ones that count where files are local."""
    try:
        kind, files = files_at(url)
    except RemoteError as error:
        yield RemoteFile(url), str(error)
        return
    listed = {file.url for file in files}
    if kind == "folder":
        files = [
            file
            for file in files
            if _is_named_so(file, endings) and not _is_own_output(file, listed)
        ]
    elif kind == "pattern":
        # What else stands beside these files was not listed.
        files = [file for file in files if not OWN_NAME.fullmatch(file.name)]
    for file in files:
        yield from _opened(file, endings, is_named=kind != "folder")
    if not files:
        yield RemoteFile(url), f"no {_kind(endings)} file is in this {kind}"


def may_hold_claims(path: Path) -> bool:
    """Whether a file in a folder is taken for a claim file, by its name alone."""
    return _is_taken(path, ENDINGS)


def _is_taken(path: Path, endings: frozenset[str]) -> bool:
    return _is_named_so(path, endings) and not _is_own_output(path) and path.is_file()


def _kind(endings: frozenset[str]) -> str:
    return "claim" if endings == ENDINGS else "answer"


def _no_file(path: Path) -> str:
    """Why what is named like a claim file is none."""
    if path.is_symlink() and not path.exists():
        return "a link to a file that is not there"
    return special_file(path) or "no file"


def _is_named_so(path: Place, endings: frozenset[str]) -> bool:
    """Whether the name is one of a file that counts, or of an archive that may hold such."""
    if path.name.startswith("."):
        return False
    ending = path.suffix.lower()
    if ending == ".gz":
        ending = Path(path.stem).suffix.lower()
    return ending in endings or ending == ".zip"


def _is_own_output(path: Path | RemoteFile, listed: Container[str] = ()) -> bool:
    """Whether a file was written by us, by its name and what stands beside it; `listed` are the
    files at a URL."""
    own = OWN_NAME.fullmatch(path.name)
    if own is None:
        return False
    beside = (own[1] + ending for ending in BESIDE_OWN)
    if isinstance(path, Path):
        return any((path.parent / name).exists() for name in beside)
    return any(f"{path.parent.url}/{name}" in listed for name in beside)


def _names(files: Sequence[Place]) -> dict[Place, str]:
    """NAME is the file name without its ending; with it where two would clash, then with the
    folder before it, then numbered. Two files never share one."""
    stems = Counter(_plain(path.stem) for path in files)
    names = Counter(_plain(path.name) for path in files)
    given: dict[Place, str] = {}
    taken: set[str] = set()
    for path in files:
        name = _plain(path.name if stems[_plain(path.stem)] > 1 else path.stem)
        if stems[_plain(path.stem)] > 1 and names[_plain(path.name)] > 1:
            name = f"{_plain(path.absolute().parent.name)}-{name}"
        wanted, number = name, 2
        while name in taken:
            name = f"{wanted}-{number}"
            number += 1
        taken.add(name)
        given[path] = name
    return given


def _plain(name: str) -> str:
    """A name that can be that of a file, also for a pattern or a folder such as `.`."""
    plain = UNSHOWN.sub("_", re.sub(r"[*?\[\]]", "_", name)) or "input"
    long = plain.encode()
    if len(long) <= LONGEST_NAME:
        return plain
    digest = sha256(long).hexdigest()[:8]
    return f"{long[: LONGEST_NAME - 9].decode(errors='ignore')}-{digest}"
