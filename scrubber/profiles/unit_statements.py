"""What a payer says about units: how they are counted, and how many it pays."""

from decimal import Decimal
from typing import Any, Literal, NamedTuple, Self, cast

from scrubber.profiles.attributes import Attributes
from scrubber.profiles.code_list import CodeList
from scrubber.profiles.statement import Stated

UnitMethod = Literal["cms8", "spm", "none"]
Table = Literal["medicare", "medicaid", "none"]


class UnitCounting(NamedTuple):
    """How minutes become units: cms8 pools them, spm counts each code, none is not known."""

    stated: Stated
    method: UnitMethod

    @classmethod
    def read(cls, of: Attributes) -> Self:
        """Read from the attributes of the element."""
        return cls(stated=of.stated(), method=cast(Any, of.text("method")))


class DailyLimit(NamedTuple):
    """The most a payer takes for one patient and date of service.

    What is counted is units, different codes, or minutes. It is counted over the lines of one
    billing provider; apart for each discipline, rendering provider or code where said.
    Lines at an excepted place of service do not count. `pays_first`: the payer pays in the order
    of the lines until the limit is reached, so the order changes the payment.
    """

    stated: Stated
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

    @classmethod
    def read(cls, of: Attributes) -> Self:
        """Read from the attributes of the element."""
        per = of.words("per")
        return cls(
            stated=of.stated(of.text("id")),
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
        )


class VisitLimit(NamedTuple):
    """The most a payer takes over a longer time (`within`: "1 month", "1 year", "injury")."""

    stated: Stated
    id: str
    most: int
    counts: Literal["visits", "services", "units"]
    within: str
    codes: CodeList
    disciplines: frozenset[str] = frozenset()
    unless_authorized: bool = False

    @classmethod
    def read(cls, of: Attributes) -> Self:
        """Read from the attributes of the element."""
        return cls(
            stated=of.stated(of.text("id")),
            id=of.text("id"),
            most=of.number("most"),
            counts=cast(Any, of.text("counts")),
            within=of.text("within"),
            codes=of.codes("codes"),
            disciplines=of.disciplines("disciplines"),
            unless_authorized=of.yes("unless-authorized"),
        )


class LineOrder(NamedTuple):
    """How the payer wants the lines sorted, because it pays the first ones."""

    stated: Stated
    by: Literal["descending-charge"]

    @classmethod
    def read(cls, of: Attributes) -> Self:
        """Read from the attributes of the element."""
        return cls(stated=of.stated(), by=cast(Any, of.text("by")))


class RelativeValueCap(NamedTuple):
    """Relative value units payable for a day: of treatment alone, or with an evaluation."""

    stated: Stated
    treatment: Decimal
    with_reevaluation: Decimal
    with_evaluation: Decimal

    @classmethod
    def read(cls, of: Attributes) -> Self:
        """Read from the attributes of the element."""
        return cls(
            stated=of.stated(),
            treatment=of.decimal("treatment"),
            with_reevaluation=of.decimal("with-reevaluation"),
            with_evaluation=of.decimal("with-evaluation"),
        )


class UnlikelyEdits(NamedTuple):
    """Which table of medically unlikely edits (MUE) the payer uses."""

    stated: Stated
    table: Table

    @classmethod
    def read(cls, of: Attributes) -> Self:
        """Read from the attributes of the element."""
        return cls(stated=of.stated(), table=cast(Any, of.text("table")))


class OneLinePerCode(NamedTuple):
    """Whether all units of a timed code for a day must stand on one line (lines whose modifiers
    differ may stay apart)."""

    stated: Stated
    required: bool

    @classmethod
    def read(cls, of: Attributes) -> Self:
        """Read from the attributes of the element."""
        return cls(stated=of.stated(), required=of.yes("required"))


class MultipleProcedureReduction(NamedTuple):
    """Percentage of the practice expense paid for the second and later therapy units of a day."""

    stated: Stated
    practice_expense_percent: Decimal

    @classmethod
    def read(cls, of: Attributes) -> Self:
        """Read from the attributes of the element."""
        return cls(
            stated=of.stated(), practice_expense_percent=of.decimal("practice-expense-percent")
        )
