"""The accepted claims of a run, remembered so that a later one can be held against them.

Patients, providers and claims are keyed hashes. Up to `MOST` patient days lie in memory, what is
older in a temporary database that has no name and goes with the process; so memory does not grow
with the run, and nothing of the run is forgotten.
"""

import os
from hashlib import blake2b
from typing import Any, NamedTuple

from scrubber.engine.run_overflow import Overflow

MOST = 1 << 14
KEY_BYTES = 32
HASH_BYTES = 16

Sold = tuple[str, tuple[str, ...], str, str]
"""A line as sent: code, modifiers, units, charge."""


class Detail(NamedTuple):
    """What is known of a line besides: its last day as an ordinal (0 where it is the day), its
    minutes, whether it is billed in minutes, and its own place of service (empty for the
    claim's)."""

    last: int
    minutes: int | None
    in_minutes: bool
    place: str


class Place(NamedTuple):
    """Which claim of which file of the run, both counted from 1."""

    file: int
    claim: int


NOWHERE = Place(0, 0)
"""Stands under the number of a claim that was taken back."""


class Remembered(NamedTuple):
    """The services of an accepted claim on one day. `number` is the hash of CLM01, `provider`
    that of who rendered the claim. `authorized`: the claim has an authorization or referral
    number, told only where a limit of the payer asks for it. Without `details` the lines are of
    one day and of the claim's place, and nothing tells their minutes."""

    place: Place
    number: bytes
    provider: bytes
    place_of_service: str
    authorized: bool
    lines: tuple[Sold, ...]
    details: tuple[Detail, ...] | None


class Carried(NamedTuple):
    """What one file adds to a memory, made in another process."""

    days: dict[bytes, tuple[Remembered, ...]]
    numbers: dict[bytes, Place]


class RunMemory:
    """What was accepted so far in a run. Nothing that is said depends on `key`; a random one is
    taken unless memories of several processes are to be put together. `most` is how many patient
    days lie in memory; None for all of them."""

    def __init__(self, key: bytes | None = None, most: int | None = MOST) -> None:
        self.key = key or os.urandom(KEY_BYTES)
        self._hash = blake2b(key=self.key, digest_size=HASH_BYTES)
        self._most = most
        self._days: dict[bytes, tuple[Remembered, ...]] = {}
        self._numbers: dict[bytes, Place] = {}
        self._overflow: Overflow | None = None
        self._names: dict[int, str] = {}
        self._unfinished: set[int] = set()
        self._given_up: set[Place] = set()
        self._name = ""
        self.file = 0

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

    def give_up(self, claim: int = 0) -> None:
        """Nothing came of the file that was read last, or of one claim of it, counted from 1."""
        if claim:
            self._given_up.add(Place(self.file, claim))
        else:
            self._unfinished.add(self.file)

    def name_of(self, file: int) -> str:
        """The name of a file; empty where none was given."""
        return self._names.get(file, "")

    def hashed(self, text: str) -> bytes:
        """A keyed hash."""
        one = self._hash.copy()
        one.update(text.encode("utf-8", "surrogatepass"))
        return one.digest()

    def claim_with(self, number: bytes) -> Place | None:
        """The first accepted claim of that number."""
        found = self._numbers.get(number)
        if found is None and self._overflow is not None:
            put_by = self._overflow.number(number)
            found = Place(*put_by) if put_by is not None else None
        if found is None or found == NOWHERE:
            return None
        return None if self._came_to_nothing(found) else found

    def on_day(self, key: bytes) -> tuple[Remembered, ...]:
        """What was accepted for a patient and day, in the order in which it came."""
        found = self._days.get(key)
        if found is None and self._overflow is not None:
            put_by = self._overflow.day(key)
            found = _remembered(put_by) if put_by is not None else None
        if not found:
            return ()
        if not (self._unfinished or self._given_up):
            return found
        return tuple([one for one in found if not self._came_to_nothing(one.place)])

    def add_number(self, number: bytes, place: Place) -> None:
        """Remember the number of a claim that is the first with it, or that it was taken back."""
        self._numbers[number] = place
        if self._most is not None and len(self._numbers) >= self._most:
            self._put_by()

    def set_day(self, key: bytes, services: tuple[Remembered, ...]) -> None:
        """Remember all that was accepted for a patient and day."""
        self._days[key] = services
        if self._most is not None and len(self._days) >= self._most:
            self._put_by()

    def carried(self) -> Carried:
        """All of a memory of one file, to be taken into the memory of another process; nothing of
        what was given up."""
        if not (self._unfinished or self._given_up):
            return Carried(self._days, self._numbers)
        if self.file in self._unfinished:
            return Carried({}, {})
        days = {key: found for key in self._days if (found := self.on_day(key))}
        numbers = self._numbers.items()
        return Carried(days, {one: at for one, at in numbers if not self._came_to_nothing(at)})

    def touches(self, other: Carried) -> bool:
        """Whether a patient day or a claim number of another memory is known here."""
        return any(map(self.on_day, other.days)) or any(
            self.claim_with(number) is not None for number in other.numbers
        )

    def take_in(self, other: Carried, name: str) -> None:
        """Take in a file that was worked on in another process and touches nothing here."""
        self.name_file(name)
        self.begin_file()
        for number, place in other.numbers.items():
            own = NOWHERE if place == NOWHERE else Place(self.file, place.claim)
            self.add_number(number, own)
        for key, services in other.days.items():
            here = [one._replace(place=Place(self.file, one.place.claim)) for one in services]
            self.set_day(key, tuple(here))
        self.finish_file()

    def _came_to_nothing(self, place: Place) -> bool:
        """Whether a claim was given up, or is of a file that was given up in the middle."""
        if place[0] != self.file and place[0] in self._unfinished:
            return True
        return place in self._given_up

    def _put_by(self) -> None:
        if self._overflow is None:
            self._overflow = Overflow()
        self._overflow.put(
            [(key, _plain(services)) for key, services in self._days.items()],
            [(key, *place) for key, place in self._numbers.items()],
        )
        self._days, self._numbers = {}, {}


def _plain(services: tuple[Remembered, ...]) -> tuple[Any, ...]:
    """The services of a day without records."""
    return tuple(
        [
            (tuple(place), *rest, details and tuple([(*one,) for one in details]))
            for place, *rest, details in services
        ]
    )


def _remembered(plain: tuple[Any, ...]) -> tuple[Remembered, ...]:
    return tuple(
        [
            Remembered._make((Place(*place), *rest, details and tuple(map(Detail._make, details))))
            for place, *rest, details in plain
        ]
    )
