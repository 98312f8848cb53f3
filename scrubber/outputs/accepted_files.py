"""Writes the accepted claims of a file into one file, or into several where limits ask for it.

The first file goes out in the place of the received one and keeps its control numbers. Headers and
levels that several files or sets need are repeated in each; every claim stands in one.
"""

from collections.abc import Callable, Iterable
from typing import NamedTuple

from scrubber.engine.results import Part
from scrubber.guide.envelope import HEADER_OF
from scrubber.outputs.acknowledgments.received_segments import find_segment, value
from scrubber.outputs.own_numbers import AdditionalNumbers, KeptNumbers, OwnNumbers, Pieces
from scrubber.outputs.split_file import SplitWriter, is_accepted
from scrubber.outputs.written_claims import SupportsWrite
from scrubber.outputs.written_envelope import AS_RECEIVED
from scrubber.x12.delimiters import USUAL

PLACES = {"": 0, "ISA": 1, "TA1": 2, "GS": 3, "ST": 4, "2000A": 5, "2000B": 6, "2000C": 7}


class Limits(NamedTuple):
    """What one accepted file may hold: `most_claims` in a transaction set (0: any number), one
    billing provider, one payer."""

    most_claims: int = 0
    one_provider: bool = False
    one_payer: bool = False

    @property
    def splits_files(self) -> bool:
        """Whether several files may come of one."""
        return self.one_provider or self.one_payer


NO_LIMITS = Limits()


class AcceptedFile:
    """One of the files. `provider` and `payer` identify those whose claims it holds; empty where
    it may hold those of several. `seen` are the headers and levels it was told last."""

    def __init__(self, writer: SplitWriter, provider: str = "", payer: str = "") -> None:
        self.writer = writer
        self.provider = provider
        self.payer = payer
        self.seen: list[Part] = []

    def tell(self, path: list[Part]) -> None:
        """Tell it those headers and levels of the path that it has not seen yet."""
        seen = self.seen
        same = 0
        while same < min(len(seen), len(path)) and seen[same] is path[same]:
            same += 1
        for part in path[same:]:
            self.writer.write(part)
        self.seen = path[:]


class AcceptedFiles:
    """Takes the parts of a file; `open_file` gives the next file to write to.

    `files` are those that were begun, in the order of their first claims; without a limit on
    files it is always one.
    """

    def __init__(
        self, open_file: Callable[[], SupportsWrite], limits: Limits, numbers: OwnNumbers
    ) -> None:
        self._open_file = open_file
        self._limits = limits
        self._numbers = numbers
        self._pieces = Pieces()
        self.files: list[AcceptedFile] = []
        self._by_key: dict[tuple[str, str], AcceptedFile] = {}
        self._path: list[Part] = []
        # In the order in which they came, and found at once: there may be thousands.
        self._inside: dict[str, dict[AcceptedFile, None]] = {"ISA": {}, "GS": {}, "ST": {}}
        self._closed: Iterable[AcceptedFile] = ()
        self._delimiters = USUAL
        self._provider = self._payer = ""
        if not limits.splits_files:
            self._begin("", "")
            self.write: Callable[[Part], None] = self.files[0].writer.write
        else:
            self.write = self._sort

    def close(self) -> None:
        """Close what the file left open."""
        for file in self.files:
            file.writer.close()

    def _sort(self, part: Part) -> None:
        """Take the next part to the files that need it."""
        kind = part.kind
        if kind == "2300":
            if is_accepted(part):
                self._claim(part)
        elif kind in HEADER_OF:
            self._trailer(HEADER_OF[kind], part)
        elif kind:
            self._above(kind, part)
        elif not part.segments:
            for file in self._closed:
                file.writer.write(part)

    def _claim(self, part: Part) -> None:
        key = (self._provider, self._payer)
        file = self._by_key.get(key)
        if file is None:
            file = self._by_key[key] = self._begin(*key)
        file.tell(self._path)
        for inside in self._inside.values():
            inside[file] = None
        file.writer.write(part)

    def _begin(self, provider: str, payer: str) -> AcceptedFile:
        nth = len(self.files)
        keeps_all = self._limits == NO_LIMITS
        writer = SplitWriter(
            self._open_file(),
            is_accepted if nth == 0 else _is_accepted_claim,
            AS_RECEIVED
            if keeps_all
            else AdditionalNumbers(self._numbers, nth, self._pieces)
            if nth
            else KeptNumbers(self._pieces),
            self._limits.most_claims,
        )
        self.files.append(AcceptedFile(writer, provider, payer))
        return self.files[-1]

    def _above(self, kind: str, part: Part) -> None:
        """A header or level: told to a file before its next claim."""
        if kind == "ISA":
            assert part.delimiters is not None
            self._delimiters = part.delimiters
            self._closed = ()
        elif kind == "2000A":
            self._provider = self._named(part, "85") if self._limits.one_provider else ""
        elif kind == "2000B":
            self._payer = self._named(part, "PR") if self._limits.one_payer else ""
        self._leave(kind)
        self._path.append(part)
        if kind == "TA1":
            for file in self._inside["ISA"]:
                file.tell(self._path)

    def _trailer(self, header: str, part: Part) -> None:
        inside = self._inside[header]
        for file in inside:
            file.writer.write(part)
        if header == "ISA":
            self._closed = inside
        self._leave(header)

    def _leave(self, kind: str) -> None:
        """Nothing of this kind and inside it stands above what follows."""
        place = PLACES[kind]
        keep = [one for one in self._path if PLACES[one.kind] < place + (kind == "TA1")]
        self._path = keep
        for header in ("ISA", "GS", "ST"):
            if place <= PLACES[header] and kind != "TA1":
                self._inside[header] = {}

    def _named(self, part: Part, entity: str) -> str:
        """Who NM1 with this entity code names: the identifier, else the name."""
        found = find_segment(part.corrected, self._delimiters, "NM1", entity)
        return value(found, 9) or " ".join(filter(None, (value(found, 3), value(found, 4))))


def _is_accepted_claim(part: Part) -> bool:
    """Whether a part is a claim that goes out: an acknowledgment travels in one file only."""
    return part.claim is not None and is_accepted(part)
