"""Visits of patients in a calendar year, in the order of their days, until the payer had enough."""

import sqlite3
from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from itertools import groupby

from scrubber.answers.evidence import Evidence, Proposal


class Visits:
    """Lies in a nameless database: there may be many patients. They are keyed hashes."""

    def __init__(self) -> None:
        self._database = sqlite3.connect("", isolation_level=None)
        self._database.execute("PRAGMA journal_mode = OFF")
        self._database.execute(
            "CREATE TABLE visits (patient TEXT, day TEXT, decided TEXT, ran_out INTEGER)"
        )
        self._database.execute("BEGIN")

    def add(self, patient: str, day: date, decided: date, ran_out: bool) -> None:
        """A day that was paid, or denied because the visits ran out."""
        row = (patient, day.isoformat(), decided.isoformat(), ran_out)
        self._database.execute("INSERT INTO visits VALUES (?, ?, ?, ?)", row)

    def proposals(self) -> Iterator[Proposal]:
        """A limit of visits a year, where the payer had enough after so many and never paid
        more."""
        enough = defaultdict[int, Evidence](Evidence)
        most: dict[int, int] = defaultdict(int)
        query = "SELECT patient, substr(day, 1, 4), day, max(decided), max(ran_out) FROM visits"
        rows = self._database.execute(f"{query} GROUP BY patient, day ORDER BY patient, day")
        for (patient, _), days in groupby(rows, key=lambda row: row[:2]):
            paid, seen = 0, False
            for _, _, day, decided, ran_out in days:
                if ran_out and not seen:
                    seen = True
                    enough[paid].support(
                        patient, date.fromisoformat(day), date.fromisoformat(decided)
                    )
                paid += not ran_out
            most[paid] += 1
        if enough:
            limit, evidence = max(enough.items(), key=lambda one: (one[1].supporting, -one[0]))
            more = sum(patients for paid, patients in most.items() if paid > limit)
            others = sum(one.supporting for of, one in enough.items() if of != limit)
            evidence.contrary = more + others
            if limit and evidence.suffices(3):
                given = (
                    ("id", "observed-visits"), ("most", str(limit)), ("counts", "visits"),
                    ("within", "1 year"), ("codes", "therapy"),
                )  # fmt: skip
                yield Proposal("visit-limit", given, "patients with more visits", evidence)
