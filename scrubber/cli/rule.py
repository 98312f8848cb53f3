"""scrubber rule: the catalogue of rules."""

import sys
from shutil import get_terminal_size

import click

from scrubber.cli.command_group import CommandGroup
from scrubber.cli.failure import UserError
from scrubber.cli.plugin_notes import say_plugin_problems
from scrubber.near_names import no_such_rule

OUTPUTS = ("text", "json", "markdown")
WIDEST = 120


@click.group(cls=CommandGroup)
def rule() -> None:
    """List the rules, or print the page of one."""


@rule.command("list")
@click.argument("prefix", default="")
@click.option("--output", type=click.Choice(OUTPUTS), default="text", show_default=True)
def list_rules(prefix: str, output: str) -> None:
    """List every rule, or those whose code begins with PREFIX (S6: therapy).

    Code, type, severity, repair and what is wrong. A profile may change the severity.
    """
    from scrubber.outputs.rule_page import rule_pages  # noqa: PLC0415

    say_plugin_problems()
    pages = [page for page in rule_pages() if page.code.startswith(prefix.upper())]
    if not pages:
        raise UserError(f"no rule begins with {prefix}; codes are a letter and three digits")
    if output == "json":
        import json  # noqa: PLC0415

        click.echo(json.dumps([page.record() for page in pages], indent=1))
    elif output == "markdown":
        from scrubber.outputs.rule_markdown import catalogue_page  # noqa: PLC0415

        click.echo(catalogue_page(pages), nl=False)
    else:
        from scrubber.outputs.rule_text import list_lines  # noqa: PLC0415
        from scrubber.outputs.terminal import print_lines  # noqa: PLC0415

        width = get_terminal_size().columns if sys.stdout.isatty() else None
        print_lines(list_lines(pages, width), sys.stdout)


@rule.command()
@click.argument("code")
def show(code: str) -> None:
    """Print the page of the rule CODE: what is wrong, why it matters, what to do, examples."""
    from scrubber.outputs.rule_page import rule_page  # noqa: PLC0415
    from scrubber.outputs.rule_text import page_lines  # noqa: PLC0415
    from scrubber.outputs.terminal import print_lines  # noqa: PLC0415
    from scrubber.rules.pages import catalogue  # noqa: PLC0415

    if code.upper() not in catalogue():
        raise UserError(no_such_rule(code, catalogue()))
    width = min(get_terminal_size((100, 24)).columns, WIDEST)
    print_lines(page_lines(rule_page(code.upper()), width), sys.stdout)
