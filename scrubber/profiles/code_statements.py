"""What a payer says about procedure codes: pairs, replacements, cover, telehealth."""

from typing import Any, Literal, NamedTuple, Self, cast

from scrubber.profiles.attributes import Attributes
from scrubber.profiles.code_list import CodeList
from scrubber.profiles.statement import Stated
from scrubber.profiles.unit_statements import Table


class PairEdits(NamedTuple):
    """Which NCCI pairs the payer uses and which modifiers it accepts on a pair that may open.

    `own_pairs`: it has more pairs than the table. `modifier_is_reliable` is False where column 2
    is often denied in spite of the modifier.
    """

    stated: Stated
    table: Table
    opened_by: frozenset[str]
    own_pairs: bool = False
    modifier_is_reliable: bool = True

    @classmethod
    def read(cls, of: Attributes) -> Self:
        """Read from the attributes of the element."""
        return cls(
            stated=of.stated(),
            table=cast(Any, of.text("table")),
            opened_by=of.word_set("opened-by"),
            own_pairs=of.yes("own-pairs"),
            modifier_is_reliable=of.yes("modifier-is-reliable", absent=True),
        )


class OwnPair(NamedTuple):
    """A pair of the payer's own: column 2 is not paid with column 1 on a day, unless one of
    `opened_by` (never, where that is empty)."""

    stated: Stated
    column_1: str
    column_2: str
    opened_by: frozenset[str]

    @classmethod
    def read(cls, of: Attributes) -> Self:
        """Read from the attributes of the element."""
        return cls(
            stated=of.stated(f"{of.text('column-1')}/{of.text('column-2')}"),
            column_1=of.text("column-1"),
            column_2=of.text("column-2"),
            opened_by=of.word_set("opened-by"),
        )


class Replacement(NamedTuple):
    """The payer does not take `code` and wants `use` in its place."""

    stated: Stated
    code: str
    use: str

    @classmethod
    def read(cls, of: Attributes) -> Self:
        """Read from the attributes of the element."""
        code, use = of.text("code"), of.text("use")
        if code == use:
            of.refuse(f"{code} is replaced by itself", "another code in use")
        return cls(stated=of.stated(code), code=code, use=use)


class NotPayable(NamedTuple):
    """Codes the payer does not pay, and why. `billed_by` names disciplines (GP, GO, GN) and DC
    where it pays others; empty means nobody is paid."""

    stated: Stated
    id: str
    codes: CodeList
    because: Literal["not-covered", "bundled", "invalid", "provider-type", "other-contractor"]
    billed_by: frozenset[str] = frozenset()

    @classmethod
    def read(cls, of: Attributes) -> Self:
        """Read from the attributes of the element."""
        return cls(
            stated=of.stated(of.text("id")),
            id=of.text("id"),
            codes=of.codes("codes"),
            because=cast(Any, of.text("because")),
            billed_by=of.disciplines("billed-by"),
        )


class AgeLimit(NamedTuple):
    """Codes covered only for patients under an age, in completed years on the date of service."""

    stated: Stated
    id: str
    codes: CodeList
    under_years: int

    @classmethod
    def read(cls, of: Attributes) -> Self:
        """Read from the attributes of the element."""
        return cls(
            stated=of.stated(of.text("id")),
            id=of.text("id"),
            codes=of.codes("codes"),
            under_years=of.number("under-years"),
        )


class RestrictedPlace(NamedTuple):
    """Places of service at which the payer does not take therapy without more ado. `billed_by`
    names disciplines (GP, GO, GN) where others may bill there; empty means nobody may."""

    stated: Stated
    places: frozenset[str]
    billed_by: frozenset[str] = frozenset()

    @classmethod
    def read(cls, of: Attributes) -> Self:
        """Read from the attributes of the element."""
        return cls(
            stated=of.stated(),
            places=of.word_set("places"),
            billed_by=of.disciplines("billed-by"),
        )


class EvaluationDay(NamedTuple):
    """Whether an evaluation is paid with treatment of the same discipline and day."""

    stated: Stated
    with_treatment: bool

    @classmethod
    def read(cls, of: Attributes) -> Self:
        """Read from the attributes of the element."""
        return cls(stated=of.stated(), with_treatment=of.yes("with-treatment"))


class Telehealth(NamedTuple):
    """What the payer takes by telehealth, at which places of service and with which modifiers.

    A code in no such statement is not in our table: neither allowed nor refused.
    """

    stated: Stated
    id: str
    allowed: bool
    codes: CodeList
    modifiers: frozenset[str]
    modifier_required: bool
    places: frozenset[str]

    @classmethod
    def read(cls, of: Attributes) -> Self:
        """Read from the attributes of the element."""
        modifiers, required = of.word_set("modifiers"), of.yes("modifier-required")
        if required and not modifiers:
            of.refuse("modifier-required without modifiers", 'modifiers="95" or the like')
        return cls(
            stated=of.stated(of.text("id")),
            id=of.text("id"),
            allowed=of.yes("allowed"),
            codes=of.codes("codes"),
            modifiers=modifiers,
            modifier_required=required,
            places=of.word_set("places"),
        )


class TelehealthList(NamedTuple):
    """Whether the payer takes by telehealth what is on the list of CMS for the year of service,
    and nothing else."""

    stated: Stated
    used: bool

    @classmethod
    def read(cls, of: Attributes) -> Self:
        """Read from the attributes of the element."""
        return cls(stated=of.stated(), used=of.yes("used"))
