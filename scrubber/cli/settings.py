"""Options whose values may also come from the environment and from scrubber.toml."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import click
from click.core import ParameterSource

from scrubber.cli.failure import UserError
from scrubber.cli.option_types import EXISTING_FILE, FILE
from scrubber.configuration.files import Configuration, ConfigurationError, read_configuration
from scrubber.configuration.settings import BY_NAME, Kind, Setting
from scrubber.engine import Consent
from scrubber.profiles.declared import Declared

_CONFIGURATION = "scrubber.configuration"
_METAVARS = {
    Kind.WORDS: "KIND,...",
    Kind.NUMBER: "N",
    Kind.PARTICIPATION: "ID=yes|no",
    Kind.CONSENTS: "CODE",
    Kind.ADDRESS: "FILE|URL",
}


def configuration(context: click.Context) -> Configuration:
    """What the files say, read once a command. Raises UserError."""
    root = context.find_root()
    if _CONFIGURATION not in root.meta:
        try:
            root.meta[_CONFIGURATION] = read_configuration(root.params.get("config"))
        except ConfigurationError as error:
            raise UserError(str(error)) from None
    found: Configuration = root.meta[_CONFIGURATION]
    return found


class Entry(NamedTuple):
    """One of several values of an option, as text or as a file gives it, and where it is from."""

    value: Any
    origin: str


class SettingOption(click.Option):
    """The option of a setting. What a table holds adds up, the nearest entry for a key counting;
    else the nearest value counts: command line, environment, files."""

    def __init__(self, *arguments: Any, setting: Setting, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.setting = setting

    def consume_value(
        self, ctx: click.Context, opts: Mapping[str, Any]
    ) -> tuple[Any, ParameterSource]:
        """The value, and where it is from."""
        value, source = super().consume_value(ctx, opts)
        if ctx.resilient_parsing:
            return value, source
        if self.multiple:
            entries = self._entries(ctx, value if source is ParameterSource.COMMANDLINE else ())
            return entries, source
        if source not in (ParameterSource.COMMANDLINE, ParameterSource.ENVIRONMENT):
            given = configuration(ctx).one(self.setting.name)
            if given is not None:
                return given.value, ParameterSource.DEFAULT_MAP
        return value, source

    def _entries(self, ctx: click.Context, named: Sequence[str]) -> tuple[Entry, ...]:
        files = configuration(ctx).several(self.setting.name)
        return (
            *(Entry((key, one.value), str(one.place)) for key, one in files.items()),
            *(Entry(one, self.setting.variable) for one in self.value_from_envvar(ctx) or ()),
            *(Entry(one, self.setting.option) for one in named),
        )

    def handle_parse_result(
        self, ctx: click.Context, opts: Mapping[str, Any], args: list[str]
    ) -> tuple[Any, list[str]]:
        """Take the value in. One of a file that is refused is named by file and line."""
        try:
            return super().handle_parse_result(ctx, opts, args)
        except click.BadParameter as error:
            place = self.origin(ctx)
            if place in ("", self.setting.option):
                raise
            raise UserError(f"{place}: {self.setting.name}: {error.message}") from None

    def origin(self, ctx: click.Context) -> str:
        """Where the value of a command is from; empty where nothing gives one."""
        source = ctx.get_parameter_source(str(self.name))
        if source is ParameterSource.COMMANDLINE:
            return self.setting.option
        if os.environ.get(self.setting.variable):
            return self.setting.variable
        given = configuration(ctx).one(self.setting.name)
        return "" if given is None else str(given.place)


class _Participation(click.ParamType[tuple[str, Declared]]):
    name = "participation"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[str, Declared]:
        given, origin = value
        if isinstance(given, tuple):
            return given
        profile, _, answer = given.partition("=")
        if not profile or answer not in ("yes", "no"):
            expected = "the id of a profile and yes or no expected: aetna=yes"
            self.fail(f"{given!r}: {expected}", param, ctx)
        return profile, Declared(answer == "yes", origin)


class _Consent(click.ParamType[Consent]):
    name = "consent"

    def convert(
        self, value: Any, _param: click.Parameter | None, _ctx: click.Context | None
    ) -> Consent:
        given, origin = value
        if isinstance(given, tuple):
            consent: Consent = given[1]
            return consent
        return Consent(given.upper(), origin="" if origin == "--consent" else origin)


def _type_of(setting: Setting) -> Any:
    match setting.kind:
        case Kind.FOLDER:
            return click.Path(exists=True, file_okay=False, path_type=Path)
        case Kind.FILE:
            return EXISTING_FILE
        case Kind.MADE_FILE:
            return FILE
        case Kind.CHOICE:
            return click.Choice(setting.choices)
        case Kind.NUMBER:
            return click.IntRange(1)
        case Kind.PARTICIPATION:
            return _Participation()
        case Kind.CONSENTS:
            return _Consent()
        case _:
            return str


def setting_option(name: str, **options: Any) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """The option of the setting with this name, `options` being what a command has its own way."""
    setting = BY_NAME[name]
    declared = [setting.option]
    if setting.kind is Kind.SWITCH:
        declared = [f"{setting.option}/--no-{setting.name}"]
    elif setting.kind is Kind.WORDS:
        declared.append(f"{name}s")
    else:
        options.setdefault("type", _type_of(setting))
        options.setdefault("multiple", setting.kind in (Kind.PARTICIPATION, Kind.CONSENTS))
    if setting.default is not None:
        options.setdefault("default", setting.default)
        options.setdefault("show_default", True)
    if setting.kind in _METAVARS:
        options.setdefault("metavar", _METAVARS[setting.kind])
    return click.option(
        *declared,
        cls=SettingOption,
        setting=setting,
        envvar=setting.variable,
        help=setting.help,
        **options,
    )
