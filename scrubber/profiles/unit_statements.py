"""What a payer says about units: how they are counted, and how many it pays."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any, ClassVar, Literal, Self, cast

from scrubber.profiles.attributes import Attributes, common
from scrubber.profiles.code_list import CodeList
from scrubber.profiles.statement import Statement

UnitMethod = Literal["cms8", "spm", "none"]
Table = Literal["medicare", "medicaid", "none"]


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitCounting(Statement):
    """How minutes become units: cms8 pools them, spm counts each code, none is not known."""

    kind: ClassVar[str] = "unit-counting"

    method: UnitMethod

    @classmethod
    def read(cls, of: Attributes) -> Self:
        """Read from the attributes of the element."""
        return cls(method=cast(Any, of.text("method")), **common(of))


@dataclass(frozen=True, slots=True, kw_only=True)
class DailyLimit(Statement):
    """The most a payer takes for one patient and date of service.

    What is counted is units, different codes, or minutes. It is counted over the lines of one
    billing provider; apart for each discipline, rendering provider or code where said.
    Lines at an excepted place of service do not count. `pays_first`: the payer pays in the order
    of the lines until the limit is reached, so the order changes the payment.
    """

    kind: ClassVar[str] = "daily-limit"

    id: str
    most: int
    counts: Literal["units", "codes", "minutes"]
    codes: CodeList
    per_discipline: bool = False
    per_rendering_provider: bool = False
    per_code: bool = False
    excepted_places: frozenset[str] = frozenset()
    unless_authorized: bool = False
    pays_first: bool = False

    @property
    def key(self) -> str:
        """The author's name for the limit."""
        return self.id

    @classmethod
    def read(cls, of: Attributes) -> Self:
        """Read from the attributes of the element."""
        per = of.words("per")
        return cls(
            id=of.text("id"),
            most=of.number("most"),
            counts=cast(Any, of.text("counts", "units")),
            codes=of.codes("codes"),
            per_discipline="discipline" in per,
            per_rendering_provider="rendering-provider" in per,
            per_code="code" in per,
            excepted_places=of.word_set("except-places"),
            unless_authorized=of.yes("unless-authorized"),
            pays_first=of.yes("pays-first"),
            **common(of),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitLimit(Statement):
    """The most a payer takes over a longer time (`within`: "1 month", "1 year", "injury")."""

    kind: ClassVar[str] = "visit-limit"

    id: str
    most: int
    counts: Literal["visits", "services", "units"]
    within: str
    codes: CodeList
    disciplines: frozenset[str] = frozenset()
    unless_authorized: bool = False

    @property
    def key(self) -> str:
        """The author's name for the limit."""
        return self.id

    @classmethod
    def read(cls, of: Attributes) -> Self:
        """Read from the attributes of the element."""
        return cls(
            id=of.text("id"),
            most=of.number("most"),
            counts=cast(Any, of.text("counts")),
            within=of.text("within"),
            codes=of.codes("codes"),
            disciplines=of.disciplines("disciplines"),
            unless_authorized=of.yes("unless-authorized"),
            **common(of),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class LineOrder(Statement):
    """How the payer wants the lines sorted, because it pays the first ones."""

    kind: ClassVar[str] = "line-order"

    by: Literal["descending-charge"]

    @classmethod
    def read(cls, of: Attributes) -> Self:
        """Read from the attributes of the element."""
        return cls(by=cast(Any, of.text("by")), **common(of))


@dataclass(frozen=True, slots=True, kw_only=True)
class RelativeValueCap(Statement):
    """Relative value units payable for a day: of treatment alone, or with an evaluation."""

    kind: ClassVar[str] = "relative-value-cap"

    treatment: Decimal
    with_reevaluation: Decimal
    with_evaluation: Decimal

    @classmethod
    def read(cls, of: Attributes) -> Self:
        """Read from the attributes of the element."""
        return cls(
            treatment=of.decimal("treatment"),
            with_reevaluation=of.decimal("with-reevaluation"),
            with_evaluation=of.decimal("with-evaluation"),
            **common(of),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class UnlikelyEdits(Statement):
    """Which table of medically unlikely edits (MUE) the payer uses."""

    kind: ClassVar[str] = "unlikely-edits"

    table: Table

    @classmethod
    def read(cls, of: Attributes) -> Self:
        """Read from the attributes of the element."""
        return cls(table=cast(Any, of.text("table")), **common(of))


@dataclass(frozen=True, slots=True, kw_only=True)
class OneLinePerCode(Statement):
    """Whether all units of a timed code for a day must stand on one line (lines whose modifiers
    differ may stay apart)."""

    kind: ClassVar[str] = "one-line-per-code"

    required: bool

    @classmethod
    def read(cls, of: Attributes) -> Self:
        """Read from the attributes of the element."""
        return cls(required=of.yes("required"), **common(of))


@dataclass(frozen=True, slots=True, kw_only=True)
class MultipleProcedureReduction(Statement):
    """Percentage of the practice expense paid for the second and later therapy units of a day."""

    kind: ClassVar[str] = "multiple-procedure-reduction"

    practice_expense_percent: Decimal

    @classmethod
    def read(cls, of: Attributes) -> Self:
        """Read from the attributes of the element."""
        return cls(practice_expense_percent=of.decimal("practice-expense-percent"), **common(of))
