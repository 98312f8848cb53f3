"""Who a 277CA is about, as the 837 named them: provider, patient, their ids."""

from scrubber.outputs.acknowledgments.received_segments import find_segment, value
from scrubber.outputs.x12_writer import plain
from scrubber.x12.segment import Delimiters

UNKNOWN = "UNKNOWN"


def provider_name(text: str, delimiters: Delimiters) -> tuple[str, ...]:
    """NM1*85 for the level 2000A in `text`: its NPI, or else its tax id."""
    named = find_segment(text, delimiters, "NM1", "85")
    if value(named, 8).strip() == "XX" and plain(value(named, 9)):
        return name("85", named, "XX", value(named, 9))
    for qualifier, own in (("EI", "FI"), ("SY", "FI"), ("G2", "SV")):
        reference = plain(value(find_segment(text, delimiters, "REF", qualifier), 2))
        if reference:
            return name("85", named, own, reference)
    return name("85", named, "SV", value(named, 9))


def patient_name(subscriber: str, dependent: str, delimiters: Delimiters) -> tuple[str, ...]:
    """NM1*QC: the dependent where there is one, else the subscriber, with the subscriber's id."""
    insured = find_segment(subscriber, delimiters, "NM1", "IL")
    patient = insured
    if dependent:
        patient = find_segment(dependent, delimiters, "NM1", "QC")
    qualifier = "II" if value(insured, 8) == "II" else "MI"
    elements = list(name("QC", patient, qualifier, value(insured, 9)))
    elements[2] = "1"
    return tuple(elements)


def name(
    entity: str, received: list[str] | None, qualifier: str, identifier: str
) -> tuple[str, ...]:
    """An NM1 that repeats a received one under `entity`; what was not given is UNKNOWN."""
    person = value(received, 2).strip() == "1"
    given = [plain(value(received, 4), 35), plain(value(received, 5), 25), ""]
    suffix = plain(value(received, 7), 10)
    return (
        "NM1", entity, "1" if person else "2", plain(value(received, 3), 60) or UNKNOWN,
        *(given if person else ("", "", "")), suffix if person else "",
        qualifier, (plain(identifier) or UNKNOWN).rjust(2, "0"),
    )  # fmt: skip
