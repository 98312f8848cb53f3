"""Files of this machine for workers that do not see them: read here and sent with the task; what
is made of them is sent back and written here."""

from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

from scrubber.outputs.output_files import OutputFile
from scrubber.outputs.syncing import sync_files, sync_paths
from scrubber.run.delivery import outputs_of
from scrubber.run.inputs import Input
from scrubber.run.remote_files import Place, RemoteFile
from scrubber.run.scrub_file import Outcome, Request
from scrubber.run.source_file import SourceFile

MOST_SENT = 4 << 20
"""Bytes of a file that is sent whole; longer ones are sent in parts, and written here."""


class KeptOutputs:
    """A delivery that keeps all outputs, to be sent back: the content of those that were made, and
    the names of those that are to be taken away. `before` are the outputs that are there."""

    folder = None

    def __init__(self, before: list[str], scratch: Path | None) -> None:
        self.scratch = scratch
        self.made: dict[str, bytes] = {}
        self.gone: list[str] = []
        self._before = before

    def existing(self, _name: str) -> list[str]:
        """The outputs that are there."""
        return self._before

    def note(self, _files: object) -> None:
        """Nobody else puts anything here."""

    def put(self, made: Path) -> RemoteFile:
        """Keep an output. Raises OSError."""
        self.made[made.name] = made.read_bytes()
        return RemoteFile(made.name)

    def remove(self, name: str) -> None:
        """Keep in mind that one is to be taken away."""
        self.gone.append(name)


def needs_sending(one: Input, request: Request) -> bool:
    """Whether content has to travel: it is read or written where only this machine sees it."""
    return not isinstance(one.path, RemoteFile) or request.delivery is None


def with_content(one: Input) -> Input:
    """The input for a worker that sees no file of this machine. Raises UnreadableInputError."""
    if isinstance(one.path, RemoteFile):
        return one
    with SourceFile(one.path) as file:
        content = b"".join(file.chunks())
    return one._replace(path=RemoteFile(str(one.path), len(content), content))


def outputs_before(one: Input, request: Request) -> list[str] | None:
    """The outputs for an input that are in a folder of this machine; None where they go to one
    that workers see."""
    if request.delivery is not None:
        return None
    return outputs_of(one.name, lambda name: (request.out / name).exists())


def placed(outcome: Outcome, one: Input, kept: KeptOutputs | None, request: Request) -> Outcome:
    """The outcome, once the outputs stand where they belong. Raises OSError."""
    if kept is None:
        return replace(outcome, source=one.path)
    with ExitStack() as stack:
        written = []
        for name, content in kept.made.items():
            file = stack.enter_context(OutputFile(request.out))
            file.binary.write(content)
            written.append((file, request.out / name))
        sync_files(file for file, _ in written)
        for file, target in written:
            file.place(target)
    for name in kept.gone:
        (request.out / name).unlink(missing_ok=True)
    sync_paths([request.out])
    files: tuple[Place, ...] = tuple(request.out / file.name for file in outcome.files)
    return replace(outcome, source=one.path, files=files)
