"""scrubber profile: list, show, check and begin payer profiles."""

import sys
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from scrubber.cli.command_group import CommandGroup
from scrubber.cli.failure import UserError
from scrubber.cli.limit_option import limit_option
from scrubber.cli.option_types import DAY, FileToRead
from scrubber.cli.plugin_notes import say_plugin_problems
from scrubber.cli.run_options import judging_options, run_options
from scrubber.cli.settings import setting_option
from scrubber.near_names import perhaps

if TYPE_CHECKING:
    from scrubber.engine import Context
    from scrubber.profiles.selection import ProfileSet

own_profiles = setting_option("profiles")


@click.group(cls=CommandGroup)
def profile() -> None:
    """List, show, check, create or compare payer profiles."""


@profile.command("list")
@own_profiles
def list_all(profiles: Path | None) -> None:
    """List the profiles: id, version, type, name, and which claims they are for."""
    from scrubber.profiles.show import list_profiles  # noqa: PLC0415

    click.echo(list_profiles(_loaded(profiles)), nl=False)


@profile.command()
@click.argument("profile_id", metavar="ID")
@click.option(
    "--on",
    type=DAY,
    metavar="DATE",
    help="Only what is in effect on this date of service.",
)
@own_profiles
def show(profile_id: str, on: datetime | None, profiles: Path | None) -> None:
    """Print everything in the profile ID, with source, confidence and origin."""
    from scrubber.profiles.show import show_profile  # noqa: PLC0415

    loaded = _loaded(profiles)
    if profile_id not in loaded:
        advice = perhaps(profile_id, [one.id for one in loaded])
        raise UserError(f"there is no profile {profile_id}; {advice}see scrubber profile list")
    click.echo(show_profile(loaded[profile_id], on.date() if on else None), nl=False)


@profile.command()
@click.argument("files", nargs=-1, required=True, type=FileToRead(dir_okay=True), metavar="FILE...")
def check(files: tuple[Path, ...]) -> None:
    """Check profiles of your own before they go into use; exit status 2 for any mistake."""
    from scrubber.profiles.check import check_profiles  # noqa: PLC0415
    from scrubber.profiles.errors import ProfileError  # noqa: PLC0415
    from scrubber.rules.pages import catalogue  # noqa: PLC0415

    try:
        click.echo(check_profiles(files, catalogue()), nl=False)
    except ProfileError as error:
        raise UserError(str(error)) from None


@profile.command()
@click.argument("profile_id", metavar="ID")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="File to write.")
def new(profile_id: str, out: Path | None) -> None:
    """Print a commented profile to start from, or write it to a new file."""
    from scrubber.profiles.errors import ProfileError  # noqa: PLC0415
    from scrubber.profiles.template import new_profile  # noqa: PLC0415

    try:
        text = new_profile(profile_id)
    except ProfileError as error:
        raise UserError(str(error)) from None
    if out is None:
        click.echo(text, nl=False)
        return
    try:
        with out.open("x", encoding="utf-8") as file:
            file.write(text)
    except OSError as error:
        raise UserError(f"{out}: {error.strerror}; name a new file") from None


@profile.command()
def schema() -> None:
    """Print the XML schema of profiles, for an editor: save it as profile.xsd next to them."""
    from scrubber.profiles import SCHEMA_FILE  # noqa: PLC0415

    click.echo(SCHEMA_FILE.read_text(encoding="utf-8"), nl=False)


@profile.command()
@click.argument("old")
@click.argument("new_one", metavar="NEW")
@click.argument("claims", nargs=-1, required=True, metavar="CLAIMS...")
@limit_option
@click.option("--output", type=click.Choice(("text", "json")), default="text", show_default=True)
@run_options
def impact(
    old: str,
    new_one: str,
    claims: tuple[str, ...],
    limit: int,
    output: str,
    context: "Context",
) -> None:
    """Show what replacing profile OLD with NEW would do to CLAIMS: files, folders, patterns.

    OLD and NEW are profile files; OLD may also be the id of a shipped profile. Both replace the
    shipped profile with their id. Shows which claims would be accepted, corrected or rejected
    differently, and which findings would appear or disappear, in dollars. Writes no file.
    """
    from scrubber.cli.impact import Question, print_impact  # noqa: PLC0415

    given = click.get_current_context().params
    others = given["profiles"], dict(given["participation"])
    question = Question(old, new_one, claims, context, *others)
    print_impact(question, limit or None, output)


@profile.command()
@click.argument("payer")
@click.argument("claims", nargs=-1, required=True, metavar="CLAIMS... [ANSWERS]")
@click.option(
    "--answers",
    "answered",
    multiple=True,
    metavar="PATH",
    help="Answers to the claims; may be given several times, and be a pattern in quotes.",
)
@click.option(
    "--out",
    required=True,
    type=click.Path(file_okay=False, path_type=Path),
    help="Folder for the proposal.",
)
@judging_options
def learn(
    payer: str, claims: tuple[str, ...], answered: tuple[str, ...], out: Path, context: "Context"
) -> None:
    """Propose statements for the profile PAYER from old claims and the payer's answers to them.

    Writes PAYER.xml.proposed: the profile with what was seen often enough, each statement with the
    cases for and against it, of confidence low. Nothing reads it until a person makes it a profile.
    Beside it stands what it would do to the claims of the last 90 days. Without --answers the last
    path names the answers.

    Exit status: 0, or 2 where something could not be read.
    """
    from scrubber.cli.impact import Question  # noqa: PLC0415
    from scrubber.cli.learn import run_learn  # noqa: PLC0415

    if not answered:
        claims, answered = claims[:-1], claims[-1:]
    if not claims:
        raise UserError("name claims and answers: two folders, or claims and --answers")
    given = click.get_current_context().params
    others = given["profiles"], dict(given["participation"])
    question = Question(payer, "", claims, context, *others)
    sys.exit(run_learn(payer, claims, answered, out, question))


def _loaded(folder: Path | None) -> "ProfileSet":
    from scrubber.profiles.errors import ProfileError  # noqa: PLC0415
    from scrubber.profiles.loader import load_profiles  # noqa: PLC0415

    try:
        loaded = load_profiles(folder)
    except ProfileError as error:
        raise UserError(str(error)) from None
    say_plugin_problems()
    return loaded
