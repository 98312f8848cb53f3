"""What a payer says about modifiers."""

from decimal import Decimal
from typing import NamedTuple, Self

from scrubber.profiles.attributes import Attributes
from scrubber.profiles.code_list import CodeList
from scrubber.profiles.statement import Stated


class DisciplineModifier(NamedTuple):
    """Whether GP, GO or GN must stand on a line, and on which codes it need not."""

    stated: Stated
    on_always_codes: bool
    on_sometimes_codes_by_therapists: bool
    excepted_codes: CodeList = CodeList()

    @classmethod
    def read(cls, of: Attributes) -> Self:
        """Read from the attributes of the element."""
        return cls(
            stated=of.stated(),
            on_always_codes=of.text("always-codes") == "required",
            on_sometimes_codes_by_therapists=of.text("sometimes-codes") != "optional",
            excepted_codes=of.codes("except-codes"),
        )


class AssistantModifiers(NamedTuple):
    """Whether the payer wants CQ and CO for assistants, what percentage it then pays, and whether
    an assistant may be the rendering provider."""

    stated: Stated
    used: bool
    pays_percent: Decimal | None = None
    may_render: bool = True

    @classmethod
    def read(cls, of: Attributes) -> Self:
        """Read from the attributes of the element."""
        percent = of.decimal("pays-percent") if of.text("pays-percent") else None
        return cls(
            stated=of.stated(),
            used=of.yes("used"),
            pays_percent=percent,
            may_render=of.yes("may-render", absent=True),
        )


class ThresholdModifier(NamedTuple):
    """Whether the payer wants KX above the annual therapy threshold."""

    stated: Stated
    used: bool

    @classmethod
    def read(cls, of: Attributes) -> Self:
        """Read from the attributes of the element."""
        return cls(stated=of.stated(), used=of.yes("used"))


class ModifierOrder(NamedTuple):
    """The order of modifier classes (the kinds of the modifier table) from SV101-3 on.

    Modifiers of other classes may stand anywhere behind these.
    """

    stated: Stated
    classes: tuple[str, ...]

    @classmethod
    def read(cls, of: Attributes) -> Self:
        """Read from the attributes of the element."""
        classes = of.words("classes")
        if len(set(classes)) < len(classes):
            of.refuse("classes names one class twice", "each class at most once")
        return cls(stated=of.stated(), classes=classes)


class RequiredModifier(NamedTuple):
    """A modifier of the payer's own: one of `any_of` on every line with one of `codes`, for
    patients under an age in completed years where one is given."""

    stated: Stated
    id: str
    any_of: frozenset[str]
    codes: CodeList
    patient_under_years: int | None = None

    @classmethod
    def read(cls, of: Attributes) -> Self:
        """Read from the attributes of the element."""
        return cls(
            stated=of.stated(of.text("id")),
            id=of.text("id"),
            any_of=of.word_set("any-of"),
            codes=of.codes("codes"),
            patient_under_years=of.number_if_given("patient-under-years"),
        )
