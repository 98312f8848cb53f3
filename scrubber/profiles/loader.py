"""Loading the payer profiles that come with the program, and a user's own."""

from collections.abc import Callable, Iterable, Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, TypeVar

from scrubber.plugins import PROFILES_GROUP, plugins, refuse
from scrubber.profiles.declared import Declared
from scrubber.profiles.errors import Fault, ProfileError
from scrubber.profiles.selection import ProfileSet

if TYPE_CHECKING:
    from scrubber.profiles.flatten import Library
    from scrubber.profiles.reading import ProfileSource

TOO_MANY_BYTES = 1_000_001
"""More than a profile may have, so that a longer file is refused without being read whole."""

NOTHING_DECLARED: Mapping[str, Declared] = MappingProxyType({})
Given = TypeVar("Given")
Made = TypeVar("Made")


def load_profiles(
    directory: Path | None = None, participation: Mapping[str, Declared] = NOTHING_DECLARED
) -> ProfileSet:
    """All shipped profiles, and those in a directory of the user's (every *.xml in it).

    A profile of the user's with the id of a shipped one takes its place. `participation` says by
    the id of a profile whether the office participates with the payer, whatever the profile says.
    Raises ProfileError with every fault of every file, and for an id of no profile.
    """
    return load_with(() if directory is None else _profile_files(directory), participation)


def load_with(
    own_files: Iterable[Path], participation: Mapping[str, Declared] = NOTHING_DECLARED
) -> ProfileSet:
    """All shipped profiles and the user's own, given file by file. As `load_profiles`."""
    # Reading XML takes longer to import than most runs take to read it.
    from scrubber.profiles.flatten import Library, with_participation  # noqa: PLC0415

    own = _sources((_bytes_of(path), str(path)) for path in own_files)
    library = Library(shipped_sources(), {**_installed_sources(), **own})
    return _flattened(with_participation(library, participation))


def _flattened(library: "Library") -> ProfileSet:
    """The profiles of a library, each with what it takes over. Raises ProfileError."""
    from scrubber.profiles.flatten import flatten  # noqa: PLC0415

    sources = filter(None, map(library.find, library.ids()))
    return ProfileSet(_each(lambda one: flatten(one, library), sources))


def shipped_folder() -> Path:
    """Where the shipped profiles lie: inside an installed package, beside it in a checkout."""
    package = Path(__file__).parents[1]
    inside = package / "payer_profiles"
    return inside if inside.is_dir() else package.with_name(inside.name)


@cache
def shipped_sources() -> dict[str, "ProfileSource"]:
    """The shipped profiles by id, as read."""
    files = _profile_files(shipped_folder())
    return _sources((path.read_bytes(), f"payer_profiles/{path.name}") for path in files)


@cache
def _installed_sources() -> dict[str, "ProfileSource"]:
    """The profiles of installed packages by id. Those of a package with a mistake, or that do not
    go together with the others, are named and left out."""
    from scrubber.profiles.flatten import Library  # noqa: PLC0415

    installed: dict[str, ProfileSource] = {}
    for value, package in plugins(PROFILES_GROUP):
        name = package.partition(" ")[0]
        try:
            files = _profile_files(Path(str(value.__file__)).parent)
            found = _sources((_bytes_of(path), f"{name}/{path.name}") for path in files)
            library = Library(shipped_sources(), {**installed, **found})
            _flattened(library)
        except ProfileError as error:
            refuse(package, str(error))
        except AttributeError:
            refuse(package, "its entry point names no package with profiles")
        else:
            installed |= found
    return installed


def _profile_files(directory: Path) -> list[Path]:
    expected = "a directory with profiles (*.xml)"
    try:
        found = sorted(one for one in directory.iterdir() if one.suffix.lower() == ".xml")
    except OSError as error:
        raise _unreadable(directory, error, expected) from None
    if not found:
        raise ProfileError([Fault(str(directory), 0, "has no profiles in it", expected)])
    return found


def _bytes_of(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(TOO_MANY_BYTES)
    except OSError as error:
        raise _unreadable(path, error, "a profile (an XML file)") from None


def _unreadable(path: Path, error: OSError, expected: str) -> ProfileError:
    return ProfileError([Fault(str(path), 0, f"cannot be read: {error.strerror}", expected)])


def _sources(contents: Iterable[tuple[bytes, str]]) -> dict[str, "ProfileSource"]:
    from scrubber.profiles.reading import read_source  # noqa: PLC0415

    sources: dict[str, ProfileSource] = {}
    for source in _each(lambda one: read_source(*one), contents):
        if source.id in sources:
            first = sources[source.id].file.file
            wrong, place = f"id {source.id} is already used by {first}", source.origin
            raise ProfileError([Fault(place.file, place.line, wrong, "a different id")])
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
