"""scrubber config: what the settings are, and where each comes from."""

import json
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import click

from scrubber.cli.settings import SettingOption, configuration, setting_option
from scrubber.configuration.settings import SETTINGS
from scrubber.engine import Consent

NOT_SET = "not set"


class Row(NamedTuple):
    """A setting as it is now: what it is, and where that comes from."""

    setting: str
    value: str
    origin: str


def _settings(command: Callable[..., Any]) -> Callable[..., Any]:
    for setting in reversed(SETTINGS):
        command = setting_option(setting.name)(command)
    return command


@click.command()
@click.option("--output", type=click.Choice(("text", "json")), default="text", show_default=True)
@_settings
@click.pass_context
def config(context: click.Context, /, output: str, **_settings: Any) -> None:
    """Show each setting and where it comes from: option, environment, scrubber.toml, default.

    scrubber.toml in the working folder takes precedence over the one in your configuration folder.
    The options here are those of the other commands, to see what they would do.
    """
    rows = list(_rows(context))
    files = configuration(context).files
    if output == "json":
        looked_for = [{"file": str(file), "read": is_there} for file, is_there in files]
        click.echo(
            json.dumps({"files": looked_for, "settings": [r._asdict() for r in rows]}, indent=1)
        )
        return
    for file, is_there in files:
        click.echo(f"{'read' if is_there else 'not there':9}  {file}")
    click.echo()
    names, values = (max(len(row[at]) for row in rows) for at in (0, 1))
    for row in rows:
        click.echo(f"{row.setting:{names}}  {row.value:{min(values, 40)}}  {row.origin}".rstrip())


def _rows(context: click.Context) -> Iterator[Row]:
    for option in context.command.params:
        if isinstance(option, SettingOption):
            yield from _rows_of(option, context)


def _rows_of(option: SettingOption, context: click.Context) -> Iterator[Row]:
    name, value = option.setting.name, context.params[str(option.name)]
    if not option.multiple:
        origin = option.origin(context) or ("default" if value is not None else "")
        yield Row(name, NOT_SET if value is None else _shown(value), origin)
        return
    if not value:
        yield Row(name, NOT_SET, "")
    for one in value:
        if isinstance(one, Consent):
            until = f"until {one.until}: {one.reason}" if one.until else "yes"
            yield Row(f"{name} {one.rule}", until, one.origin or option.setting.option)
        else:
            payer, declared = one
            yield Row(f"{name} {payer}", _shown(declared.participates), declared.where)


def _shown(value: object) -> str:
    return {True: "yes", False: "no"}[value] if isinstance(value, bool) else str(value)
