"""What rules ask of a service line before they speak of therapy: its row in the code table."""

from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal

from scrubber.claim.service_line import ServiceLine
from scrubber.codes.taxonomy import Provider, provider
from scrubber.rules.rule import ServiceSetting
from scrubber.therapy.plan_of_care import DISCIPLINES
from scrubber.therapy.table import TherapyCode, therapy_code

HCPCS = "HC"
UNITS = "UN"


def therapy_row(line: ServiceLine) -> TherapyCode | None:
    """The row of the line's code on its date of service; None where it is no therapy code, the
    date cannot be read or the code is of another code set than HCPCS."""
    day = line.service_from
    if day is None or line.service.qualifier != HCPCS:
        return None
    return therapy_code(line.code, day)


def therapy_rows(lines: Iterable[ServiceLine]) -> list[tuple[ServiceLine, TherapyCode]]:
    """The lines that are therapy, each with its row."""
    found = ((line, therapy_row(line)) for line in lines)
    return [(line, row) for line, row in found if row is not None]


def disciplines_on(line: ServiceLine) -> tuple[str, ...]:
    """The plan-of-care modifiers on the line, each once, in order."""
    return tuple(dict.fromkeys(m for m in line.modifiers if m in DISCIPLINES))


def therapist(taxonomy: str) -> Provider | None:
    """Who a taxonomy names, where that is a therapist or an assistant of one discipline."""
    found = provider(taxonomy)
    if found is None or found.discipline is None or found.role not in ("therapist", "assistant"):
        return None
    return found


def professions(line: ServiceLine, setting: ServiceSetting) -> frozenset[str]:
    """Whose service the line is: GP, GO or GN, or DC for a chiropractor's.

    As the taxonomy tells; where there is none, or it names a clinic, as the modifiers of a therapy
    line do. Empty for physicians and others.
    """
    treats = therapist(setting.taxonomy)
    if treats is not None and treats.modifier:
        return frozenset({treats.modifier})
    known = provider(setting.taxonomy)
    if known is not None and known.discipline == "DC":
        return frozenset({"DC"})
    unnamed = not setting.taxonomy or (known is not None and known.role in ("clinic", "group"))
    named = unnamed and therapy_row(line) is not None
    return frozenset(disciplines_on(line)) if named else frozenset()


def with_article(meaning: str) -> str:
    """The words with "a" or "an" before them."""
    return f"{'an' if meaning[:1] in 'aeiou' else 'a'} {meaning}"


def days_covered(line: ServiceLine) -> int:
    """How many days the line's date range spans; 1 for a single date."""
    first, last = line.dates
    return (last - first).days + 1 if first and last and last > first else 1


def rendered_by(line: ServiceLine) -> str:
    """The NPI of the line's own rendering provider (2420A); empty for the claim's."""
    own = line.rendering_provider if "2420A" in line.layout.loops else None
    return own.npi if own is not None else ""


def units_in(lines: Iterable[ServiceLine]) -> Decimal:
    """Units of all the lines that count in units."""
    return sum(
        (line.units for line in lines if line.units and line.service.unit_basis == UNITS),
        Decimal(0),
    )


def by_code_and_provider(
    lines: Iterable[ServiceLine],
) -> Iterator[tuple[str, list[ServiceLine]]]:
    """The lines of each code that one provider rendered, in the order of the first line."""
    groups: dict[tuple[str, str], list[ServiceLine]] = {}
    for line in lines:
        if line.service.qualifier == HCPCS:
            groups.setdefault((line.code, rendered_by(line)), []).append(line)
    for (code, _), group in groups.items():
        yield code, group


def payer_name(setting: ServiceSetting) -> str:
    """The payer as messages name it: by its profile, where it has one of its own."""
    payer = setting.payer
    return "this payer" if payer.payer_type == "default" else payer.name


def in_words(day: date) -> str:
    """A date as messages show it."""
    return day.isoformat()


def units_in_words(number: Decimal | int) -> str:
    """ "1 unit", "2 units"."""
    return f"{plain(Decimal(number))} unit{'' if number == 1 else 's'}"


def plain(number: Decimal) -> str:
    """A quantity without needless zeros."""
    return f"{number:f}".rstrip("0").rstrip(".") if "." in f"{number:f}" else f"{number:f}"
