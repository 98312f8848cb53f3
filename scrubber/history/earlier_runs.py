"""What the ledger knows of the days of patients and the numbers of claims, for the checks that hold
claims against each other."""

from collections.abc import Collection, Iterable
from itertools import groupby
from operator import attrgetter

from scrubber.claim.claim import REPLACES, VOID
from scrubber.engine.day_totals import BEFORE_RUN, Billed, Earlier, earlier_of
from scrubber.history.book import NEVER, Entry, NumberUse
from scrubber.history.services import ServiceRow

MOST_HELD = 20_000
"""Claims that are held; those of a day that many claims share are not read again for each."""


class LedgerRuns:
    """What came before a file that is entered, besides what its own run remembers: the claims of
    the files `of_run`."""

    def __init__(self, entry: Entry, of_run: Collection[int]) -> None:
        self._entry = entry
        self._of_run = of_run
        self.key = entry.keys.bytes_for("history")
        self._days: dict[str, list[Billed]] = {}
        self._numbers: dict[str, bool] = {}
        self._told: dict[bytes, Earlier] = {}
        self._ended: set[bytes] = set()

    def load(self, days: Iterable[bytes], numbers: Iterable[bytes]) -> None:
        """Read what is asked for next."""
        if sum(map(len, self._days.values())) > MOST_HELD:
            self._days, self._told = {}, {}
        wanted = {one.hex() for one in days} - self._days.keys()
        rows = self._entry.services_on(wanted)
        self._numbers = {one.hex(): False for one in numbers}
        uses = self._entry.uses_of({*self._numbers, *(row.number for row in rows)})
        for number in self._numbers:
            for use in uses.get(number, ()):
                if use.frequency not in REPLACES:
                    self._numbers[number] = use.file not in self._of_run
                elif use.frequency == VOID:
                    self._numbers[number] = False
        self._days |= {day: [] for day in wanted}
        for day, of_day in groupby(sorted(rows, key=_by_day), key=attrgetter("day")):
            self._days[day] = self._in_force(list(of_day), uses)

    def _in_force(self, rows: list[ServiceRow], uses: dict[str, list[NumberUse]]) -> list[Billed]:
        """The claims of a day that no later one took the place of. A correction that finds none of
        its number there may mean any."""

        def lasts(row: ServiceRow, until: tuple[int, int] = NEVER) -> bool:
            return not any(use.corrects(row, until) for use in uses.get(row.number, ()))

        claims: list[tuple[ServiceRow, Billed]] = []
        for at, group in groupby(rows, key=attrgetter("file", "claim_number")):
            lines = list(group)
            first = lines[0]
            if first.frequency in REPLACES:
                claims = [one for one in claims if lasts(one[0], at)]
                others = [one for one in claims if one[0].number != first.number]
                claims = others if len(others) < len(claims) else []
            if first.frequency != VOID:
                claims.append((first, _billed(lines)))
        return [
            billed for first, billed in claims if first.file not in self._of_run and lasts(first)
        ]

    def has_claim(self, number: bytes) -> bool:
        """Whether a claim of that number was accepted, and not taken back since."""
        return self._numbers.get(number.hex(), False)

    def bills_on(self, day: bytes, number: bytes) -> bool:
        """Whether a claim of that number bills something on a patient's day."""
        return any(one.number == number for one in self._claims(day))

    def earlier(self, day: bytes, besides: bytes = b"") -> Earlier | None:
        """What claims bill on a patient's day, `besides` those of a number."""
        claims = self._claims(day)
        if besides:
            return earlier_of(one for one in claims if one.number != besides)
        if claims and day not in self._told:
            self._told[day] = earlier_of(claims)
        return self._told[day] if claims else None

    def end(self, number: bytes) -> None:
        """The claims of a number are now replaced or taken back."""
        self._ended.add(number)
        self._told = {}

    def _claims(self, day: bytes) -> list[Billed]:
        found = self._days.get(day.hex(), [])
        return [one for one in found if one.number not in self._ended] if self._ended else found


def _by_day(row: ServiceRow) -> tuple[str, int, int, int]:
    return row.day, row.file, row.claim_number, row.line


def _billed(rows: list[ServiceRow]) -> Billed:
    first = rows[0]
    lines = tuple(
        (
            row.code, row.modifiers, row.place, str(row.units), str(row.charge),
            0 if row.last == row.first else row.last.toordinal(), row.minutes,
        )
        for row in rows
    )  # fmt: skip
    number, provider = bytes.fromhex(first.number), bytes.fromhex(first.provider)
    return Billed(*BEFORE_RUN, number, provider, first.authorized, lines)
