"""The accepted claims of a run, remembered so that a later one can be held against them.

Patients, providers and claims are keyed hashes. The day of a patient is remembered as the lines of
its claim while there is one, then as totals, with a hash for each line. Up to `MOST` records lie in
memory, what is older in a temporary database that has no name and goes with the process; so memory
does not grow with the run, and nothing of the run is forgotten.
"""

import os
from collections import Counter
from collections.abc import Callable, Collection, Iterable
from hashlib import blake2b
from typing import Any, NamedTuple, Protocol

from scrubber.engine.day_totals import (
    BEFORE_RUN,
    MOST_KINDS,
    Billed,
    ClaimRef,
    Earlier,
    FindTwin,
    Plain,
    Totals,
    add,
    both,
    earlier_of,
    merge,
    of_file,
    plain_totals,
    services_of,
    take_back,
)
from scrubber.engine.run_overflow import Overflow

MOST = 1 << 15
KEY_BYTES = 32
HASH_BYTES = 16
SETTLED = 0
"""Stands for the files whose claims are remembered for good."""


class _Number(NamedTuple):
    """The first accepted claim of a number; `free` where it was taken back. `days` are those on
    which claims of the number bill something, as ordinals."""

    file: int
    claim: int
    free: bool
    days: tuple[int, ...]


class _Day(NamedTuple):
    """A patient's day: its claim (`sole`, a Billed) or the totals of several by file. `times` is
    how often all of it was given up because a correction did not say which claim it is about."""

    times: int = 0
    sole: Plain | None = None
    totals: tuple[tuple[int, tuple[Plain, ...]], ...] = ()


class EarlierRuns(Protocol):
    """What was accepted in earlier runs, all under keyed hashes made with `key`."""

    @property
    def key(self) -> bytes:
        """The key of the hashes."""

    def load(self, days: Iterable[bytes], numbers: Iterable[bytes]) -> None:
        """These patients' days and claim numbers are asked for next."""

    def has_claim(self, number: bytes) -> bool:
        """Whether a claim of that number was accepted, and not taken back since."""

    def bills_on(self, day: bytes, number: bytes) -> bool:
        """Whether a claim of that number bills something on a patient's day."""

    def earlier(self, day: bytes, besides: bytes = b"") -> Earlier | None:
        """What claims bill on a patient's day, `besides` those of a number."""

    def end(self, number: bytes) -> None:
        """The claims of a number are now replaced or taken back."""


class Carried(NamedTuple):
    """What one file adds to a memory, made in another process: days, claim numbers, and of days
    with several claims the lines and what each number bills. All are plain tuples."""

    days: dict[bytes, Plain]
    numbers: dict[bytes, Plain]
    lines: dict[bytes, Plain]
    shares: dict[bytes, Plain]


def nothing_carried() -> Carried:
    """Of a file of which nothing came."""
    return Carried({}, {}, {}, {})


class RunMemory:
    """What was accepted so far in a run. Nothing that is said depends on `key`; a random one is
    taken unless memories of several processes are to be put together. `most` is how many records
    lie in memory; None for all of them."""

    def __init__(self, key: bytes | None = None, most: int | None = MOST) -> None:
        self.key = key or os.urandom(KEY_BYTES)
        self._hash = blake2b(key=self.key, digest_size=HASH_BYTES)
        self._most = most
        self._near = nothing_carried()
        self._far: Overflow | None = None
        self._names: dict[int, str] = {}
        self._unfinished: set[int] = set()
        self._entries: dict[int, int] = {}
        self._name = ""
        self.before: EarlierRuns | None = None
        self.file = 0

    def look_back(self, before: EarlierRuns) -> None:
        """Where earlier runs are looked up from now on. The first time, nothing is remembered yet,
        and the key is theirs from then on."""
        self.before = before
        if self.key != before.key:
            assert not self.file
            self.key = before.key
            self._hash = blake2b(key=self.key, digest_size=HASH_BYTES)

    def name_file(self, name: str) -> None:
        """How the file that begins next is called."""
        self._name = name

    def begin_file(self) -> None:
        """A file begins. Until `finish_file` it may turn out that nothing came of it."""
        self.file += 1
        self._unfinished.add(self.file)
        if self._name:
            self._names[self.file] = self._name
            self._name = ""

    def finish_file(self) -> None:
        """The file was read to its end."""
        self._unfinished.discard(self.file)

    def entered(self, entry: int) -> None:
        """The file has this number in the ledger that `before` looks into."""
        self._entries[self.file] = entry

    @property
    def entries(self) -> set[int]:
        """The numbers there of the files whose claims are remembered here."""
        return {entry for file, entry in self._entries.items() if file not in self._unfinished}

    def give_up(self) -> None:
        """Nothing came of the file that was read last."""
        self._unfinished.add(self.file)

    def name_of(self, file: int) -> str:
        """The name of a file; empty where none was given."""
        return self._names.get(file, "")

    def hashed(self, text: str) -> bytes:
        """A keyed hash."""
        return self.digest(text.encode("utf-8", "surrogatepass"))

    def digest(self, *parts: bytes) -> bytes:
        """A keyed hash of several texts together."""
        one = self._hash.copy()
        for part in parts:
            one.update(part)
        return one.digest()

    def claim_with(self, number: bytes) -> ClaimRef | None:
        """The first accepted claim of that number."""
        known = self._number(number)
        if known is not None:
            return None if known.free else ClaimRef(known.file, known.claim)
        known_before = self.before is not None and self.before.has_claim(number)
        return BEFORE_RUN if known_before else None

    def earlier(self, key: bytes, corrects: bytes = b"") -> Earlier | None:
        """What other claims bill on a patient's day. With `corrects`, the number of the claim that
        is replaced or taken back, without that one; where it is not among them any of them may be
        meant, and none is held against a later claim."""
        day = self._day(key) or _Day()
        if corrects and not self._bills_on(key, day, corrects):
            return None
        if self.before is None:
            return self._earlier(key, day, corrects)
        before = self.before.earlier(key, corrects) if not day.times else None
        return both(before, self._earlier(key, day, corrects))

    def _bills_on(self, key: bytes, day: _Day, number: bytes) -> bool:
        """Whether a claim of that number bills something on a day."""
        if day.sole is not None and Billed._make(day.sole).number == number:
            return True
        if day.totals and self._shares(key, day, number):
            return True
        return self.before is not None and not day.times and self.before.bills_on(key, number)

    def _earlier(self, key: bytes, day: _Day, corrects: bytes) -> Earlier | None:
        if day.sole is not None:
            sole = Billed._make(day.sole)
            counts = sole.number != corrects and self._lasts(sole.file)
            return earlier_of([sole]) if counts else None
        if not day.totals:
            return None
        shares = self._shares(key, day, corrects) if corrects else ()
        own = Counter(one.same for share in shares for one in services_of(share))
        layers = self._layers(day, shares)
        found = [total for totals in layers.values() for total in totals.values()]
        return Earlier(found, self._twins(key, day, own)) if found else None

    def _twins(self, key: bytes, day: _Day, own: Counter[str]) -> FindTwin:
        def twin(same: str) -> ClaimRef | None:
            file, claim, count = self._line(self._line_key(key, day, same))
            return ClaimRef(file, claim) if count > own[same] else None

        return twin

    def accept(
        self, number: bytes, ref: ClaimRef, days: Collection[int], *, corrects: bool
    ) -> None:
        """Remember the number of a claim and the days on which it bills something. A number that
        is known keeps its first claim; that of a correction of an unknown claim has none."""
        file, claim, free, before = self._number(number) or (*ref, True, ())
        if free and not corrects:
            (file, claim), free = ref, False
        all_days = days if corrects else dict.fromkeys((*before, *days))
        self._near.numbers[number] = (file, claim, free, tuple(all_days))

    def free(self, number: bytes, ref: ClaimRef) -> None:
        """The claims of a number were taken back."""
        self._near.numbers[number] = (*ref, True, ())

    def correct(self, number: bytes, key_of: Callable[[int], bytes], days: Collection[int]) -> None:
        """The claims of a number are replaced or taken back, on all days on which they bill
        something. Where they bill nothing on one of the `days` of the correction, any claim of
        that day may be meant, and all are forgotten."""
        known = self._number(number)
        before = known.days if known is not None else ()
        for ordinal in dict.fromkeys((*before, *days)):
            key = key_of(ordinal)
            day = self._day(key) or _Day()
            if self._bills_on(key, day, number):
                self._near.days[key] = tuple(self._without(key, day, number))
            elif ordinal in days:
                self._near.days[key] = tuple(_Day(day.times + 1))
        if self.before is not None:
            self.before.end(number)

    def _without(self, key: bytes, day: _Day, number: bytes) -> _Day:
        """A day without the claims of a number."""
        if day.sole is not None:
            return _Day(day.times) if Billed._make(day.sole).number == number else day
        shares = self._shares(key, day, number)
        self._near.shares[self._share_key(key, day, number)] = ()
        for share in shares:
            for one in services_of(share):
                at = self._line_key(key, day, one.same)
                file, claim, count = self._line(at)
                left = (0, 0) if (file, claim) == share.ref else (file, claim)
                self._near.lines[at] = (*left, count - 1)
        return day._replace(totals=_plain(self._layers(day, shares)))

    def remember(self, key: bytes, billed: Billed) -> None:
        """Remember what an accepted claim bills on a patient's day."""
        day = self._day(key) or _Day()
        sole = Billed._make(day.sole) if day.sole is not None else None
        if sole is not None and not self._lasts(sole.file):
            sole, day = None, day._replace(sole=None)
        if sole is None and not day.totals:
            self._near.days[key] = (day.times, tuple(billed), ())
        else:
            layers = self._layers(day)
            for one in (sole, billed) if sole is not None else (billed,):
                self._add(key, day, layers, one)
            self._near.days[key] = (day.times, None, _plain(layers))
        self._bound()

    def _bound(self) -> None:
        """Put by what is too much for the memory."""
        if self._most is not None and sum(map(len, self._near)) >= self._most:
            self._far = self._far or Overflow()
            self._far.put(pair for records in self._near for pair in records.items())
            self._near = nothing_carried()

    def _add(self, key: bytes, day: _Day, layers: dict[int, Totals], billed: Billed) -> None:
        """Add a claim to a day of several."""
        own = self.file if billed.file == self.file else SETTLED
        add(layers.setdefault(own, {}), billed)
        for one in services_of(billed):
            at = self._line_key(key, day, one.same)
            file, claim, count = self._line(at)
            first = (file, claim) if count else billed.ref
            self._near.lines[at] = (*first, count + 1)
        at = self._share_key(key, day, billed.number)
        shares = self._read(self._near.shares, at) or ()
        if len(shares) < MOST_KINDS:
            self._near.shares[at] = (*shares, tuple(billed))

    def _layers(self, day: _Day, besides: Iterable[Billed] = ()) -> dict[int, Totals]:
        """The totals of a day, `besides` some claims: of the file at hand, of which nothing may
        come, and of all others that were read to their end."""
        layers: dict[int, Totals] = {SETTLED: {}}
        for file, plain in day.totals:
            if self._lasts(file):
                merge(layers.setdefault(file if file == self.file else SETTLED, {}), plain)
        for billed in besides:
            take_back(layers.get(billed.file, layers[SETTLED]), billed)
        return layers

    def _number(self, number: bytes) -> _Number | None:
        found = self._read(self._near.numbers, number)
        return _Number._make(found) if found is not None and self._lasts(found[0]) else None

    def _day(self, key: bytes) -> _Day | None:
        found = self._read(self._near.days, key)
        return _Day._make(found) if found is not None else None

    def _line(self, at: bytes) -> tuple[int, int, int]:
        """The first claim with a line of a day of several claims, and how many lines are the same;
        none where nothing came of the file."""
        found = self._read(self._near.lines, at)
        return found if found is not None and self._lasts(found[0]) else (0, 0, 0)

    def _shares(self, key: bytes, day: _Day, number: bytes) -> tuple[Billed, ...]:
        """What the claims of a number bill on a day of several claims."""
        found = self._read(self._near.shares, self._share_key(key, day, number)) or ()
        return tuple(one for one in map(Billed._make, found) if self._lasts(one.file))

    def _share_key(self, key: bytes, day: _Day, number: bytes) -> bytes:
        return self.digest(key, day.times.to_bytes(4), number)

    def _line_key(self, key: bytes, day: _Day, same: str) -> bytes:
        return self.digest(key, day.times.to_bytes(4), same.encode("utf-8", "surrogatepass"))

    def _read(self, near: dict[bytes, Any], key: bytes) -> Any:
        found = near.get(key)
        return self._far.get(key) if found is None and self._far is not None else found

    def _lasts(self, file: int) -> bool:
        """Whether the claims of a file count: not where it was given up."""
        return file == self.file or file not in self._unfinished

    def carried(self) -> Carried:
        """All of a memory of one file, to be taken into the memory of another process."""
        return nothing_carried() if self.file in self._unfinished else self._near

    def touches(self, other: Carried) -> bool:
        """Whether a patient day or a claim number of another memory is known here."""
        return any(self._day(key) is not None for key in other.days) or any(
            self._number(number) is not None for number in other.numbers
        )

    def take_in(self, other: Carried, name: str) -> None:
        """Take in a file that was worked on in another process and touches nothing here."""
        self.name_file(name)
        self.begin_file()
        near, own = self._near, self.file
        near.numbers.update((key, (own, *found[1:])) for key, found in other.numbers.items())
        near.lines.update((key, (own, *found[1:])) for key, found in other.lines.items())
        for key, shares in other.shares.items():
            near.shares[key] = tuple([(own, *one[1:]) for one in shares])
        for key, (times, sole, layers) in other.days.items():
            totals = tuple([(own, of_file(one, own)) for _, one in layers])
            near.days[key] = (times, sole and (own, *sole[1:]), totals)
        self._bound()
        self.finish_file()


def _plain(layers: dict[int, Totals]) -> tuple[tuple[int, tuple[Plain, ...]], ...]:
    return tuple([(file, plain_totals(totals)) for file, totals in layers.items() if totals])
