"""Which services a rule can concern at all, told from code and modifiers alone."""

from collections.abc import Callable

from scrubber.rules.rule import LineConcern, ServiceShape, VisitConcern
from scrubber.therapy.plan_of_care import DISCIPLINES
from scrubber.therapy.table import TherapyCode, known_code

RowTest = Callable[[TherapyCode], bool]


def therapy(where: RowTest = lambda _row: True) -> LineConcern:
    """Codes of the therapy table, on whatever date, whose row passes a test."""

    def concerns(shape: ServiceShape) -> bool:
        row = known_code(shape.code)
        return row is not None and where(row)

    return concerns


def modified(*modifiers: str, least: int = 1) -> LineConcern:
    """Lines with at least so many of these modifiers."""
    wanted = frozenset(modifiers)
    return lambda shape: len(wanted.intersection(shape.modifiers)) >= least


def unmodified(*modifiers: str) -> LineConcern:
    """Therapy lines with none of these modifiers."""
    unwanted = frozenset(modifiers)
    is_therapy = therapy()
    return lambda shape: unwanted.isdisjoint(shape.modifiers) and is_therapy(shape)


def named_discipline(shape: ServiceShape) -> bool:
    """Therapy lines with exactly one of GP, GO and GN."""
    named = [modifier for modifier in shape.modifiers if modifier in DISCIPLINES]
    return len(set(named)) == 1 and known_code(shape.code) is not None


def foreign_discipline(shape: ServiceShape) -> bool:
    """Therapy lines whose only one of GP, GO and GN is not among those of the code."""
    row = known_code(shape.code)
    named = {modifier for modifier in shape.modifiers if modifier in DISCIPLINES}
    return row is not None and len(named) == 1 and not named.intersection(row.disciplines)


def any_of(concern: LineConcern, least: int = 1) -> VisitConcern:
    """Visits of which at least so many lines are of the kind."""
    return lambda shapes: sum(map(concern, shapes)) >= least


def worded_line(where: RowTest = lambda _row: True) -> LineConcern:
    """Therapy lines that have words, minutes or documentation."""
    is_therapy = therapy(where)
    return lambda shape: shape.worded and is_therapy(shape)


def worded(where: RowTest = lambda _row: True) -> VisitConcern:
    """Visits with a therapy line that has words, minutes or documentation."""
    return any_of(worded_line(where))


def several_codes(shapes: tuple[ServiceShape, ...]) -> bool:
    """Visits with more than one code."""
    return len({shape.code for shape in shapes}) > 1


def repeated_code(shapes: tuple[ServiceShape, ...]) -> bool:
    """Visits with two lines of one code."""
    return len({shape.code for shape in shapes}) < len(shapes)
