"""Releases side by side in one table: each row belongs to the release that begins on its first day
(`effective_from`), and an import replaces the rows of its own release only."""

from collections.abc import Iterable, Sequence
from pathlib import Path

from scrubber.codes.table_file import TableError, read_table
from scrubber.therapy.importers.refusal import ImportFileError

FROM = "effective_from"


def with_other_periods(
    in_use: Path, columns: Sequence[str], rows: Iterable[tuple[str, ...]]
) -> list[tuple[str, ...]]:
    """The rows of a release and those that the file in use has of other ones, in order.

    Raises ImportFileError where the file in use is damaged.
    """
    begins = columns.index(FROM)
    new = list(rows)
    replaced = {row[begins] for row in new}
    try:
        table = read_table(in_use, columns).rows if in_use.is_file() else ()
    except TableError as error:
        raise ImportFileError(f"the table in use cannot be added to: {error}") from None
    others = (tuple(row[name] for name in columns) for row in table)
    new += [row for row in others if row[begins] not in replaced]
    return sorted(new, key=lambda row: (row[begins], row))
