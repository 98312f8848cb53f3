"""What a payer says about procedure codes: pairs, replacements, cover, telehealth."""

from dataclasses import dataclass
from typing import Any, ClassVar, Literal, Self, cast

from scrubber.profiles.attributes import Attributes, common
from scrubber.profiles.code_list import CodeList
from scrubber.profiles.statement import Statement
from scrubber.profiles.unit_statements import Table


@dataclass(frozen=True, slots=True, kw_only=True)
class PairEdits(Statement):
    """Which NCCI pairs the payer uses and which modifiers it accepts on a pair that may open.

    `own_pairs`: it has more pairs than the table. `modifier_is_reliable` is False where column 2
    is often denied in spite of the modifier.
    """

    kind: ClassVar[str] = "pair-edits"

    table: Table
    opened_by: frozenset[str]
    own_pairs: bool = False
    modifier_is_reliable: bool = True

    @classmethod
    def read(cls, of: Attributes) -> Self:
        """Read from the attributes of the element."""
        return cls(
            table=cast(Any, of.text("table")),
            opened_by=of.word_set("opened-by"),
            own_pairs=of.yes("own-pairs"),
            modifier_is_reliable=of.yes("modifier-is-reliable", absent=True),
            **common(of),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnPair(Statement):
    """A pair of the payer's own: column 2 is not paid beside column 1 on a day, unless one of
    `opened_by` (never, where that is empty)."""

    kind: ClassVar[str] = "own-pair"

    column_1: str
    column_2: str
    opened_by: frozenset[str]

    @property
    def key(self) -> str:
        """Both columns."""
        return f"{self.column_1}/{self.column_2}"

    @classmethod
    def read(cls, of: Attributes) -> Self:
        """Read from the attributes of the element."""
        return cls(
            column_1=of.text("column-1"),
            column_2=of.text("column-2"),
            opened_by=of.word_set("opened-by"),
            **common(of),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Replacement(Statement):
    """The code the payer takes in place of another."""

    kind: ClassVar[str] = "replacement"

    code: str
    use: str

    @property
    def key(self) -> str:
        """The code that is replaced."""
        return self.code

    @classmethod
    def read(cls, of: Attributes) -> Self:
        """Read from the attributes of the element."""
        code, use = of.text("code"), of.text("use")
        if code == use:
            of.refuse(f"{code} is replaced by itself", "another code in use")
        return cls(code=code, use=use, **common(of))


@dataclass(frozen=True, slots=True, kw_only=True)
class NotPayable(Statement):
    """Codes the payer does not pay, and why. `billed_by` names disciplines (GP, GO, GN)
    where it pays others; empty means nobody is paid."""

    kind: ClassVar[str] = "not-payable"

    id: str
    codes: frozenset[str]
    because: Literal["not-covered", "bundled", "invalid", "provider-type"]
    billed_by: frozenset[str] = frozenset()

    @property
    def key(self) -> str:
        """The author's name for the statement."""
        return self.id

    @classmethod
    def read(cls, of: Attributes) -> Self:
        """Read from the attributes of the element."""
        return cls(
            id=of.text("id"),
            codes=of.codes("codes").codes,
            because=cast(Any, of.text("because")),
            billed_by=of.disciplines("billed-by"),
            **common(of),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class AgeLimit(Statement):
    """Codes covered only for patients under an age, in completed years on the date of service."""

    kind: ClassVar[str] = "age-limit"

    id: str
    codes: CodeList
    excepted_codes: frozenset[str]
    under_years: int

    @property
    def key(self) -> str:
        """The author's name for the statement."""
        return self.id

    @classmethod
    def read(cls, of: Attributes) -> Self:
        """Read from the attributes of the element."""
        return cls(
            id=of.text("id"),
            codes=of.codes("codes"),
            excepted_codes=of.codes("except-codes").codes,
            under_years=of.number("under-years"),
            **common(of),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class RestrictedPlace(Statement):
    """Places of service at which the payer does not take therapy without more ado."""

    kind: ClassVar[str] = "restricted-place"

    places: frozenset[str]

    @classmethod
    def read(cls, of: Attributes) -> Self:
        """Read from the attributes of the element."""
        return cls(places=of.word_set("places"), **common(of))


@dataclass(frozen=True, slots=True, kw_only=True)
class EvaluationDay(Statement):
    """Whether an evaluation is paid beside treatment of the same discipline and day."""

    kind: ClassVar[str] = "evaluation-day"

    with_treatment: bool

    @classmethod
    def read(cls, of: Attributes) -> Self:
        """Read from the attributes of the element."""
        return cls(with_treatment=of.yes("with-treatment"), **common(of))


@dataclass(frozen=True, slots=True, kw_only=True)
class Telehealth(Statement):
    """What the payer takes by telehealth, at which places of service and with which modifiers.

    A code in no such statement is not in our table: neither allowed nor refused.
    """

    kind: ClassVar[str] = "telehealth"

    id: str
    allowed: bool
    codes: CodeList
    excepted_codes: frozenset[str]
    modifiers: frozenset[str]
    modifier_required: bool
    places: frozenset[str]

    @property
    def key(self) -> str:
        """The author's name for the statement."""
        return self.id

    @classmethod
    def read(cls, of: Attributes) -> Self:
        """Read from the attributes of the element."""
        modifiers, required = of.word_set("modifiers"), of.yes("modifier-required")
        if required and not modifiers:
            of.refuse("modifier-required without modifiers", 'modifiers="95" or the like')
        return cls(
            id=of.text("id"),
            allowed=of.yes("allowed"),
            codes=of.codes("codes"),
            excepted_codes=of.codes("except-codes").codes,
            modifiers=modifiers,
            modifier_required=required,
            places=of.word_set("places"),
            **common(of),
        )
