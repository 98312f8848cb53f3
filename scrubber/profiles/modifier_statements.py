"""What a payer says about modifiers."""

from dataclasses import dataclass
from decimal import Decimal
from typing import ClassVar, Self

from scrubber.profiles.attributes import Attributes, common
from scrubber.profiles.code_list import CodeList
from scrubber.profiles.statement import Statement


@dataclass(frozen=True, slots=True, kw_only=True)
class DisciplineModifier(Statement):
    """Whether GP, GO or GN must stand on a line, and on which codes it need not."""

    kind: ClassVar[str] = "discipline-modifier"

    on_always_codes: bool
    on_sometimes_codes_by_therapists: bool
    excepted_codes: frozenset[str] = frozenset()

    @classmethod
    def read(cls, of: Attributes) -> Self:
        """Read from the attributes of the element."""
        return cls(
            on_always_codes=of.text("always-codes") == "required",
            on_sometimes_codes_by_therapists=of.text("sometimes-codes") != "optional",
            excepted_codes=of.codes("except-codes").codes,
            **common(of),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class AssistantModifiers(Statement):
    """Whether the payer wants CQ and CO for assistants, and what percentage it then pays."""

    kind: ClassVar[str] = "assistant-modifiers"

    used: bool
    pays_percent: Decimal | None = None

    @classmethod
    def read(cls, of: Attributes) -> Self:
        """Read from the attributes of the element."""
        percent = of.decimal("pays-percent") if of.text("pays-percent") else None
        return cls(used=of.yes("used"), pays_percent=percent, **common(of))


@dataclass(frozen=True, slots=True, kw_only=True)
class ThresholdModifier(Statement):
    """Whether the payer wants KX above the annual therapy threshold."""

    kind: ClassVar[str] = "threshold-modifier"

    used: bool

    @classmethod
    def read(cls, of: Attributes) -> Self:
        """Read from the attributes of the element."""
        return cls(used=of.yes("used"), **common(of))


@dataclass(frozen=True, slots=True, kw_only=True)
class ModifierOrder(Statement):
    """The order of modifier classes (as in the modifier table) from SV101-3 on."""

    kind: ClassVar[str] = "modifier-order"

    classes: tuple[str, ...]

    @classmethod
    def read(cls, of: Attributes) -> Self:
        """Read from the attributes of the element."""
        classes = of.words("classes")
        if len(set(classes)) < len(classes):
            of.refuse("classes names one class twice", "each class at most once")
        return cls(classes=classes, **common(of))


@dataclass(frozen=True, slots=True, kw_only=True)
class RequiredModifier(Statement):
    """A modifier of the payer's own: one of `any_of` on every line with one of `codes`, for
    patients under an age in completed years where one is given."""

    kind: ClassVar[str] = "required-modifier"

    id: str
    any_of: frozenset[str]
    codes: CodeList
    excepted_codes: frozenset[str] = frozenset()
    patient_under_years: int | None = None

    @property
    def key(self) -> str:
        """The author's name for the statement."""
        return self.id

    @classmethod
    def read(cls, of: Attributes) -> Self:
        """Read from the attributes of the element."""
        return cls(
            id=of.text("id"),
            any_of=of.word_set("any-of"),
            codes=of.codes("codes"),
            excepted_codes=of.codes("except-codes").codes,
            patient_under_years=of.number_if_given("patient-under-years"),
            **common(of),
        )
