"""Outputs that do not stay where they are made: made in a folder of their own, then delivered."""

import tempfile
from collections.abc import Callable, Iterable
from dataclasses import replace
from itertools import count, takewhile
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from scrubber.run.remote_files import Place, RemoteFile

if TYPE_CHECKING:
    from scrubber.run.scrub_file import Outcome, Request

LAST = ".report.json"


class Delivery(Protocol):
    """Where outputs go. Nothing is seen there before it is whole."""

    @property
    def scratch(self) -> Path | None:
        """Where outputs are made; None for the system's folder for temporary files."""

    @property
    def folder(self) -> RemoteFile | None:
        """The folder with a URL; None where outputs are only kept."""

    def existing(self, name: str) -> list[str]:
        """The outputs for an input of that name that are there."""

    def note(self, files: Iterable[Place]) -> None:
        """What somebody else has put there."""

    def put(self, made: Path) -> Place:
        """Put an output there in place of the one before. Raises OSError."""

    def remove(self, name: str) -> None:
        """Take one away. Raises OSError."""


def outputs_of(name: str, is_there: Callable[[str], bool]) -> list[str]:
    """The outputs for an input of that name that are there; accepted files may be numbered."""
    from scrubber.run.scrub_file import OUTPUTS  # noqa: PLC0415

    found = [one for one in (f"{name}.{ending}" for ending in OUTPUTS) if is_there(one)]
    numbered = (f"{name}.accepted.{number}.837" for number in count(2))
    return [*found, *takewhile(is_there, numbered)]


def delivered(
    delivery: Delivery, name: str, request: "Request", work: "Callable[[Request], Outcome]"
) -> "Outcome":
    """What comes of `work` with a folder of its own for outputs, and these delivered: the one that
    says that the input is done, last.

    Outputs that are there stand in that folder as empty files, for `work` to leave, to replace
    or to take away; the same is then done where they are. Raises OSError.
    """
    with tempfile.TemporaryDirectory(prefix="scrubber-", dir=delivery.scratch) as folder:
        out = Path(folder)
        before = delivery.existing(name)
        for one in before:
            (out / one).touch(mode=0o600)
        outcome = work(replace(request, out=out, delivery=None))
        gone = [one for one in before if not (out / one).exists()]
        made = [out / file.name for file in outcome.files]
        placed = {
            file: delivery.put(file)
            for file in sorted(made, key=lambda file: file.name.endswith(LAST))
        }
        for one in gone:
            delivery.remove(one)
        return replace(outcome, files=tuple(placed[file] for file in made))
