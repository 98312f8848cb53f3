"""Loading the payer profiles that come with the program, and a user's own."""

from collections.abc import Callable, Iterable
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import payer_profiles
from scrubber.profiles.errors import Fault, ProfileError
from scrubber.profiles.selection import ProfileSet

if TYPE_CHECKING:
    from scrubber.profiles.reading import ProfileSource

Given = TypeVar("Given")
Made = TypeVar("Made")


def load_profiles(directory: Path | None = None) -> ProfileSet:
    """All shipped profiles, and those in a directory of the user's (every *.xml in it).

    A profile of the user's with the id of a shipped one takes its place. Raises ProfileError with
    every fault of every file.
    """
    # Reading XML takes longer to import than most runs take to read it.
    from scrubber.profiles.flatten import Library, flatten  # noqa: PLC0415

    library = Library(shipped_sources(), {} if directory is None else _own_sources(directory))
    sources = [library.find(one) for one in library.ids()]
    return ProfileSet(_each(lambda one: flatten(one, library), filter(None, sources)))


@cache
def shipped_sources() -> dict[str, "ProfileSource"]:
    """The profiles of the package payer_profiles by id, as read."""
    found = [one for one in Path(payer_profiles.__path__[0]).iterdir() if one.name.endswith(".xml")]
    found.sort(key=lambda one: one.name)
    return _sources((one.read_bytes(), f"payer_profiles/{one.name}") for one in found)


def _own_sources(directory: Path) -> dict[str, "ProfileSource"]:
    try:
        paths = sorted(one for one in directory.iterdir() if one.suffix.lower() == ".xml")
        return _sources([(one.read_bytes(), str(one)) for one in paths])
    except OSError as error:
        wrong = f"cannot be read: {error.strerror}"
        place = str(error.filename or directory)
        raise ProfileError([Fault(place, 1, wrong, "a directory with profiles")]) from None


def _sources(contents: Iterable[tuple[bytes, str]]) -> dict[str, "ProfileSource"]:
    from scrubber.profiles.reading import read_source  # noqa: PLC0415

    sources: dict[str, ProfileSource] = {}
    for source in _each(lambda one: read_source(*one), contents):
        if source.id in sources:
            first = sources[source.id].file.file
            wrong = f"id {source.id} is that of {first} too"
            raise ProfileError([Fault(source.file.file, 1, wrong, "an id of its own")])
        sources[source.id] = source
    return sources


def _each(make: Callable[[Given], Made], given: Iterable[Given]) -> tuple[Made, ...]:
    """Make something of each, gathering the faults of all before they are raised."""
    made: list[Made] = []
    faults: list[Fault] = []
    for one in given:
        try:
            made.append(make(one))
        except ProfileError as error:
            faults += error.faults
    if faults:
        raise ProfileError(faults)
    return tuple(made)
