"""The attributes of one element of a profile, read as what they mean.

The schema has checked their form, so what is left to refuse is what a schema cannot see.
"""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import NoReturn, cast

from scrubber.profiles.code_list import CodeList, read_code_list
from scrubber.profiles.errors import Fault, ProfileError
from scrubber.profiles.line_of_business import LineOfBusiness
from scrubber.profiles.pattern import Pattern, PatternError
from scrubber.profiles.statement import Confidence, Evidence, Origin, Stated

_DISCIPLINE_MODIFIERS = {"PT": "GP", "OT": "GO", "SLP": "GN", "DC": "DC"}


class Attributes:
    """Attribute values by name, with the place where they stand for messages."""

    __slots__ = ("_values", "kind", "origin")

    def __init__(self, kind: str, values: Mapping[str, str], origin: Origin) -> None:
        """`kind` is the name of the element."""
        self.kind = kind
        self._values = values
        self.origin = origin

    def refuse(self, wrong: str, expected: str) -> NoReturn:
        """Say that the element cannot be used. Raises ProfileError."""
        raise ProfileError([Fault(self.origin.file, self.origin.line, wrong, expected)])

    def text(self, name: str, absent: str = "") -> str:
        """The value, with blanks made single."""
        return " ".join(self._values.get(name, absent).split())

    def yes(self, name: str, *, absent: bool = False) -> bool:
        """Whether the value is yes."""
        return self.text(name, "yes" if absent else "no") == "yes"

    def words(self, name: str) -> tuple[str, ...]:
        """The words of a list in their order."""
        return tuple(self._values.get(name, "").split())

    def word_set(self, name: str) -> frozenset[str]:
        """The words of a list."""
        return frozenset(self.words(name))

    def disciplines(self, name: str) -> frozenset[str]:
        """Disciplines as the modifiers that stand for them: PT is GP, OT is GO, SLP is GN.
        Chiropractors, who have none, are DC."""
        return frozenset(_DISCIPLINE_MODIFIERS[word] for word in self.words(name))

    def number(self, name: str) -> int:
        """A whole number."""
        return int(self._values[name])

    def number_if_given(self, name: str) -> int | None:
        """A whole number, or None."""
        return int(self._values[name]) if name in self._values else None

    def decimal(self, name: str) -> Decimal:
        """A decimal number."""
        return Decimal(self.text(name))

    def day(self, name: str) -> date | None:
        """A date, or None."""
        return date.fromisoformat(self.text(name)) if name in self._values else None

    def codes(self, name: str) -> CodeList:
        """A code list, without what is in the attribute except-NAME; refuses a range that does not
        run from a lower to a higher code."""
        try:
            listed = read_code_list(self.words(name))
            excepted = f"except-{name}"
            if excepted in self._values:
                listed = listed._replace(excepted=self.codes(excepted))
            return listed
        except ValueError as error:
            self.refuse(
                f"{name} has the range {error}",
                "a range from a lower to a higher code",
            )

    def pattern(self, name: str, groups: int) -> Pattern:
        """A regular expression with that many groups."""
        try:
            pattern = Pattern.of(self._values[name])
        except PatternError as error:
            self.refuse(
                f"{name} is not a regular expression: {error}",
                "one without look-around and back references (RE2)",
            )
        if pattern.groups != groups:
            self.refuse(
                f"{name} has {pattern.groups} groups",
                f"{groups} groups (write (?:...) for a group that is not counted)",
            )
        return pattern

    def stated(self, key: str = "") -> Stated:
        """What every statement carries. Refuses a period that ends before it begins."""
        first_day, last_day = self.day("from"), self.day("to")
        if first_day and last_day and last_day < first_day:
            self.refuse(f"to={last_day} is before from={first_day}", "from on or before to")
        return Stated(
            kind=self.kind,
            key=key,
            source=self.text("source"),
            confidence=cast(Confidence, self.text("confidence")),
            origin=self.origin,
            first_day=first_day,
            last_day=last_day,
            condition=self.text("condition"),
            note=self.text("note"),
            evidence=cast(Evidence, self.text("evidence", self._evidence_of_source())),
            lines=frozenset(map(LineOfBusiness, self.words("lines"))),
            states=self.word_set("states"),
            participating=self.yes("participating") if "participating" in self._values else None,
        )

    def _evidence_of_source(self) -> Evidence:
        """What a profile that names no evidence has: the author holds the document, unless the
        source says that there is none."""
        return "knowledge" if "KNOWLEDGE" in self.text("source") else "official-text"
