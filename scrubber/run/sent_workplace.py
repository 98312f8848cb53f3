"""A workplace for another machine: the tables the user imported travel with it."""

from dataclasses import dataclass, replace
from pathlib import Path

from scrubber.engine import Context
from scrubber.run.remote_folder import RemoteFolder
from scrubber.run.scrub_file import Request
from scrubber.run.workplace import Workplace, make_workplace

TABLES = "tables"


@dataclass(frozen=True)
class SentWorkplace:
    """Makes the workplace of a run from its context and request. `tables` is the content of the
    files in the folder of imported tables, by name; None where there is none."""

    context: Context
    request: Request
    tables: dict[str, bytes] | None

    @staticmethod
    def of(context: Context, request: Request) -> "SentWorkplace":
        """As it is to be sent. Raises OSError where a table cannot be read."""
        folder = context.tables
        if folder is None:
            return SentWorkplace(context, request, None)
        paths = (path for path in folder.rglob("*") if path.is_file())
        tables = {path.relative_to(folder).as_posix(): path.read_bytes() for path in paths}
        return SentWorkplace(replace(context, tables=None), request, tables)

    def __call__(self, folder: Path) -> Workplace:
        """The workplace, with a folder of a worker's own."""
        context, request = self.context, self.request
        if self.tables is not None:
            context = replace(context, tables=self._laid_out(folder / TABLES))
        if isinstance(request.delivery, RemoteFolder):
            request = replace(request, delivery=request.delivery.made_in(folder))
        return make_workplace(context, request)._replace(folder=folder)

    def _laid_out(self, folder: Path) -> Path:
        """The tables as files, once for all threads of a worker."""
        assert self.tables is not None
        for name, content in self.tables.items():
            path = folder / name
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            path.write_bytes(content)
        return folder
