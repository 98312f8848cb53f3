"""scrubber table: the code tables in use, and official ones of the user's."""

import re
import sys
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from scrubber.cli.command_group import CommandGroup
from scrubber.cli.failure import UserError
from scrubber.cli.option_types import DAY, FileToRead
from scrubber.cli.settings import setting_option

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from scrubber.codes.quarter import Quarter
    from scrubber.codes.table_file import Release
    from scrubber.outputs.terminal import Line
    from scrubber.therapy.importers import Kind
    from scrubber.therapy.ncci_pairs import Program
    from scrubber.therapy.wanted_files import TableState

KINDS = (
    "pairs",
    "mue",
    "add-ons",
    "icd10cm",
    "taxonomy",
    "rvu",
    "telehealth",
    "payments",
    "localities",
    "order-referring",
    "hcpcs",
    "carc",
    "rarc",
    "claim-status",
    "payers",
    "npi",
)
PROGRAMS = ("medicare", "medicaid")


tables_option = setting_option("tables")
as_of_option = click.option(
    "--as-of", type=DAY, metavar="DATE", help="The date to use as today.  [default: today]"
)


@click.group(cls=CommandGroup)
def table() -> None:
    """List the code tables, import official ones, and show which are out of date."""


@table.command("list")
@tables_option
@click.option("--output", type=click.Choice(("text", "json")), default="text", show_default=True)
def list_tables(tables: Path | None, output: str) -> None:
    """List every table in use: size, release, dates, whether it was imported, and its source."""
    from scrubber.codes.table_file import TableError  # noqa: PLC0415
    from scrubber.therapy.catalogue import all_tables  # noqa: PLC0415

    try:
        releases = all_tables(tables)
    except TableError as error:
        raise UserError(f"{tables}: {error}; import the official file again") from None
    if output == "json":
        import json  # noqa: PLC0415
        from dataclasses import asdict  # noqa: PLC0415

        click.echo(json.dumps([asdict(one) for one in releases], indent=1, default=str))
        return
    from scrubber.cli.table_text import release_lines  # noqa: PLC0415
    from scrubber.outputs.terminal import print_lines  # noqa: PLC0415

    print_lines(release_lines(releases), sys.stdout)


@table.command("fetch-list")
@as_of_option
@tables_option
@click.option("--output", type=click.Choice(("text", "json")), default="text", show_default=True)
def fetch_list(as_of: datetime | None, tables: Path | None, output: str) -> None:
    """List the official files needed for the quarter, their web pages, and what is loaded.

    Downloads nothing: some files require accepting a license first.
    """
    from scrubber.cli.table_text import wanted_lines  # noqa: PLC0415

    day, states = _states(as_of, tables)
    _print(wanted_lines(states, day), states, output)


@table.command("status")
@as_of_option
@tables_option
@click.option("--output", type=click.Choice(("text", "json")), default="text", show_default=True)
def status(as_of: datetime | None, tables: Path | None, output: str) -> None:
    """Show for each table whether it is out of date. Exit status: 1 if one is, otherwise 0."""
    from scrubber.cli.table_text import state_lines  # noqa: PLC0415
    from scrubber.therapy.wanted_files import State  # noqa: PLC0415

    day, states = _states(as_of, tables)
    _print(state_lines(states, day), states, output)
    if any(state.state is State.STALE for state in states):
        raise SystemExit(1)


def _states(as_of: datetime | None, tables: Path | None) -> "tuple[date, tuple[TableState, ...]]":
    from scrubber.codes.table_file import TableError  # noqa: PLC0415
    from scrubber.therapy.wanted_files import table_states  # noqa: PLC0415

    day = as_of.date() if as_of is not None else date.today()
    try:
        return day, table_states(day, tables)
    except TableError as error:
        raise UserError(f"{tables}: {error}; import the official file again") from None


def _print(lines: "Iterable[Line]", states: "Sequence[TableState]", output: str) -> None:
    if output == "json":
        import json  # noqa: PLC0415

        click.echo(json.dumps([state.as_record() for state in states], indent=1))
        return
    from scrubber.outputs.terminal import print_lines  # noqa: PLC0415

    print_lines(lines, sys.stdout)


@table.command("import")
@click.argument("files", nargs=-1, required=True, type=FileToRead(dir_okay=True), metavar="FILE...")
@setting_option("tables", required=True, type=click.Path(file_okay=False, path_type=Path))
@click.option(
    "--kind",
    type=click.Choice(KINDS),
    help="What the files contain.  [default: from their official names]",
)
@click.option(
    "--program",
    type=click.Choice(PROGRAMS),
    help="Whose NCCI files they are.  [default: from their official names]",
)
@click.option("--quarter", metavar="YYYYqN", help="Quarter, if no file name gives it.")
@click.option(
    "--starts",
    type=DAY,
    metavar="DATE",
    help="First day of an ICD-10-CM file or telehealth list, if no name gives it.",
)
@click.option(
    "--qualifying-apm",
    is_flag=True,
    help="Use the fee schedule of clinicians in qualifying alternative payment models (QPP).",
)
def import_files(
    files: tuple[Path, ...],
    tables: Path,
    kind: str | None,
    program: str | None,
    quarter: str | None,
    starts: datetime | None,
    qualifying_apm: bool,
) -> None:
    """Import official files, as downloaded, and lists of your own.

    NCCI pairs, MUE, add-on codes, ICD-10-CM, taxonomy, relative values and telehealth services; the
    payers of your clearinghouse, and providers of the NPI registry.

    Give all parts of one program's pairs together. Nothing is downloaded; a file with an error is
    rejected as a whole.
    """
    from scrubber.codes.table_file import TableError  # noqa: PLC0415
    from scrubber.therapy.importers import ImportFileError, Kind, import_table  # noqa: PLC0415

    jobs = _jobs(files, kind, program)
    given = _quarter(quarter)
    for (what, whose), paths in jobs.items():
        try:
            first_day = starts.date() if starts is not None else None
            release = import_table(what, paths, tables, whose, given, first_day, qualifying_apm)
        except (ImportFileError, TableError) as error:
            raise UserError(str(error)) from None
        except OSError as error:
            raise UserError(f"{tables}: {error.strerror}; choose another --tables") from None
        click.echo(_imported(release))
        if what is Kind.STATUSES:
            _warn_of_statuses(tables)
    click.echo(f"Use them with --tables {tables}")


def _jobs(
    files: tuple[Path, ...], kind: str | None, program: str | None
) -> "dict[tuple[Kind, Program], list[Path]]":
    """The files by what they hold. Raises UserError for one whose name does not tell."""
    from scrubber.therapy.importers import Kind, kind_of, program_of  # noqa: PLC0415
    from scrubber.therapy.ncci_pairs import Program  # noqa: PLC0415

    jobs: dict[tuple[Kind, Program], list[Path]] = {}
    for file in files:
        what = Kind(kind) if kind is not None else kind_of(file)
        if what is None:
            raise UserError(f"{file}: the name does not show what it contains; use --kind")
        whose = Program(program) if program is not None else program_of(file)
        jobs.setdefault((what, whose), []).append(file)
    return jobs


def _quarter(text: str | None) -> "Quarter | None":
    if text is None:
        return None
    from scrubber.codes.quarter import Quarter  # noqa: PLC0415

    match = re.fullmatch(r"(20\d\d)q([1-4])", text.lower())
    if match is None:
        raise UserError(f"--quarter {text}: a year and a quarter such as 2026q3 expected")
    return Quarter(int(match[1]), int(match[2]))


def _warn_of_statuses(tables: Path) -> None:
    """Say which status codes of our 277CA the imported list does not have in force today."""
    from scrubber.codes import code_list  # noqa: PLC0415
    from scrubber.rules.pages import status_codes  # noqa: PLC0415

    for code, rules in status_codes().items():
        words = code_list.doubt(code_list.CodeList.STATUSES, code, date.today(), tables)
        if words:
            click.echo(f"Warning: our 277CA names {code} for {', '.join(rules)}: {words}", err=True)


def _imported(release: "Release") -> str:
    through = f", meant for services through {release.through}" if release.through else ""
    rows = "row" if release.codes == 1 else "rows"
    note = f"; {release.note}" if release.note else ""
    return f"Imported {release.name}: {release.release}, {release.codes:,} {rows}{through}{note}"
