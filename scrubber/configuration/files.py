"""The settings that files give: scrubber.toml of the working folder, then of the user."""

import os
import re
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

from scrubber.configuration.settings import BY_NAME, Kind, Setting
from scrubber.engine import Consent
from scrubber.errors import ScrubberError
from scrubber.near_names import perhaps
from scrubber.profiles.declared import Declared
from scrubber.run.special_files import special_file

FILE_NAME = "scrubber.toml"
PROGRAM = "claim-scrubber"
PATHS = (Kind.FOLDER, Kind.FILE, Kind.MADE_FILE, Kind.ADDRESS)
CONSENT_KEYS = ("reason", "until", "who", "given")
KEYS_LISTED = "reason and until, and may have who and given"
_LINE = re.compile(r" \(at (?:line (\d+), column \d+|end of document)\)$")


class ConfigurationError(ScrubberError):
    """Settings that cannot be used. The message has a line for every mistake, with file and line
    of each."""


class Place(NamedTuple):
    """Where a file gives something."""

    file: Path
    line: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}"


class Given(NamedTuple):
    """A value as a file gives it, ready for use, and where that is."""

    value: Any
    place: Place


class Configuration(NamedTuple):
    """What the files say. `given` is by the name of a setting and, where it is a table, the key in
    it, which is empty elsewhere. `files` are those that were looked for, and whether each is
    there."""

    given: Mapping[tuple[str, str], Given] = {}
    files: tuple[tuple[Path, bool], ...] = ()

    def one(self, name: str) -> Given | None:
        """The value of a setting; None where no file gives one."""
        return self.given.get((name, ""))

    def value(self, name: str) -> Any:
        """The value of a setting alone; None where no file gives one."""
        given = self.one(name)
        return given and given.value

    def several(self, name: str) -> dict[str, Given]:
        """The values of a setting that is a table, by key."""
        return {key: given for (one, key), given in self.given.items() if one == name and key}


def read_configuration(named: Path | None = None) -> Configuration:
    """The settings of the file that is named, else those of the working folder, else of the user,
    each setting, payer and rule by itself; the null device has none. Raises ConfigurationError."""
    if named == Path(os.devnull):
        return Configuration()
    if named is not None:
        return Configuration(_read(named), ((named, True),))
    files = (_user_file(), Path(FILE_NAME))
    there = [(one, _is_there(one)) for one in files]
    given: dict[tuple[str, str], Given] = {}
    for file, is_there in there:
        if is_there:
            given |= _read(file)
    return Configuration(given, tuple(reversed(there)))


def _user_file() -> Path:
    from platformdirs import user_config_path  # noqa: PLC0415

    return user_config_path(PROGRAM, appauthor=False) / FILE_NAME


def _is_there(file: Path) -> bool:
    try:
        return file.exists()
    except OSError as error:
        raise ConfigurationError(f"{file}: cannot be accessed: {error.strerror}") from None


def _read(file: Path) -> dict[tuple[str, str], Given]:
    """What a file gives. Raises ConfigurationError with all of its mistakes."""
    import tomllib  # noqa: PLC0415

    text = _text_of(file)
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        found = _LINE.search(str(error))
        line = (found and found[1]) or len(text.splitlines())
        raise ConfigurationError(f"{file}:{line}: {_LINE.sub('', str(error))}") from None
    faults: list[str] = []
    given: dict[tuple[str, str], Given] = {}
    lines = _lines_of(text)
    for name, value in document.items():
        for keys, found in _found(name, value, file.absolute().parent):
            place = Place(file, lines[keys])
            if isinstance(found, _Fault):
                faults.append(f"{place}: {found.message}")
            else:
                given[name, keys[1] if len(keys) > 1 else ""] = Given(_placed(found, place), place)
    if faults:
        raise ConfigurationError("\n".join(faults))
    return given


def _text_of(file: Path) -> str:
    try:
        problem = special_file(file)
        if problem:
            raise ConfigurationError(f"{file}: {problem}")
        text = file.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise ConfigurationError(f"{file}: cannot be read: {error.strerror}") from None
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise ConfigurationError(f"{file}:{line}: not UTF-8; save the file as UTF-8") from None
    return text.replace("\r\n", "\n")


class _Fault(NamedTuple):
    message: str


def _found(name: str, value: Any, folder: Path) -> Iterator[tuple[tuple[str, ...], Any]]:
    """What a key of a file gives or is wrong with it, by the keys that lead there."""
    setting = BY_NAME.get(name)
    if setting is None:
        advice = perhaps(name, BY_NAME)
        yield (name,), _Fault(f"there is no setting {name}; {advice}see scrubber config --help")
    elif setting.kind not in (Kind.PARTICIPATION, Kind.CONSENTS):
        yield (name,), _single(setting, value, folder)
    elif not isinstance(value, dict):
        yield (name,), _wrong(setting)
    elif setting.kind is Kind.PARTICIPATION:
        for key, answer in value.items():
            is_answer = isinstance(answer, bool)
            yield (name, key), Declared(answer) if is_answer else _wrong(setting, key)
    else:
        for rule, consent in value.items():
            yield from _consent(setting, rule, consent)


def _single(setting: Setting, value: Any, folder: Path) -> Any:
    kind = setting.kind
    if kind in PATHS:
        return _path(value, folder) if isinstance(value, str) and value else _wrong(setting)
    if kind is Kind.SWITCH:
        return value if isinstance(value, bool) else _wrong(setting)
    if kind is Kind.NUMBER:
        return value if type(value) is int and value > 0 else _wrong(setting)
    words = value if isinstance(value, list) and kind is Kind.WORDS else [value]
    if not all(isinstance(word, str) for word in words):
        return _wrong(setting)
    unknown = [word for word in words if word not in setting.choices]
    if unknown:
        known = ", ".join(setting.choices)
        near = perhaps(unknown[0], setting.choices)
        return _Fault(f"{setting.name} has no {unknown[0]}; {near}choose from {known}")
    return ",".join(words)


def _path(text: str, folder: Path) -> str:
    """A path as it is meant in a file of that folder."""
    return text if "://" in text else str(folder / Path(text).expanduser())


def _consent(setting: Setting, rule: str, given: Any) -> Iterator[tuple[tuple[str, ...], Any]]:
    where = (setting.name, rule)
    if not isinstance(given, dict):
        yield where, _wrong(setting, rule)
        return
    for key in given:
        if key not in CONSENT_KEYS:
            advice = perhaps(key, CONSENT_KEYS)
            yield (
                (*where, key),
                _Fault(f"a consent has no {key}; {advice}it has {KEYS_LISTED}"),
            )
    reason, until = given.get("reason"), given.get("until")
    if not isinstance(reason, str) or not reason.strip():
        keys = (*where, "reason") if "reason" in given else where
        yield keys, _Fault(f"consent {rule} needs a reason, as text")
    elif type(until) is not date:
        keys = (*where, "until") if "until" in given else where
        yield keys, _Fault(f"consent {rule} needs until, its last day, such as until = 2026-12-31")
    else:
        who, day = given.get("who", ""), given.get("given")
        if not isinstance(who, str):
            yield (*where, "who"), _Fault(f"who of consent {rule} must be text")
        elif day is not None and type(day) is not date:
            yield (*where, "given"), _Fault(f"given of consent {rule} must be a day")
        else:
            yield where, Consent(rule.upper(), until, reason, "", "office", "", who, day)


def _wrong(setting: Setting, key: str = "") -> _Fault:
    name = f"{setting.name} {key}".rstrip()
    return _Fault(f"{name} must be {setting.kind.value}")


def _placed(value: Any, place: Place) -> Any:
    """The value, which itself says where it is from where it can."""
    if isinstance(value, Declared):
        return value._replace(where=str(place))
    if isinstance(value, Consent):
        return value._replace(origin=str(place))
    return value


def _lines_of(text: str) -> dict[tuple[str, ...], int]:
    """The line on which each key begins, by the keys that lead to it: a file of TOML is one
    statement after the other, and each is TOML by itself."""
    import tomllib  # noqa: PLC0415

    found: dict[tuple[str, ...], int] = {}
    lines = text.splitlines(keepends=True)
    header: tuple[str, ...] = ()
    begin = 0
    for end in range(1, len(lines) + 1):
        statement = "".join(lines[begin:end])
        try:
            keys = list(_keys(tomllib.loads(statement)))
        except tomllib.TOMLDecodeError:
            continue  # it goes on in the next line
        if statement.startswith("["):
            header = ()
        for one in keys:
            found.setdefault((*header, *one), begin + 1)
        if statement.startswith("["):
            header = keys[-1]
        begin = end
    return found


def _keys(table: Any, above: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    if isinstance(table, dict):
        for key, value in table.items():
            yield (*above, key)
            yield from _keys(value, (*above, key))
