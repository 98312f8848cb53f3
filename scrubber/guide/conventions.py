"""Which implementation guide a group (GS08), a transaction set (ST03) or a claim follows."""

import re
from collections.abc import Iterator

from scrubber.guide.faults import Fault
from scrubber.patches import Safety
from scrubber.x12.block import Block

CLAIMS = "HC"
ADOPTED = "005010X222A1"
"""The guide of professional claims that 45 CFR 162.1102 adopts."""
PROFESSIONAL = re.compile(r"005010X222(?:A[0-9]{1,2})?")
# Groups that hold no claims, by GS01: what is in them, and their transaction sets (ST01).
OTHER_GROUPS = {
    "AG": ("application advice", ("824",)),
    "BE": ("enrollments", ("834",)),
    "FA": ("acknowledgments", ("999", "997")),
    "HB": ("eligibility responses", ("271",)),
    "HI": ("authorization requests or responses", ("278",)),
    "HN": ("claim acknowledgments or claim status", ("277",)),
    "HP": ("remittance advice", ("835",)),
    "HR": ("claim status inquiries", ("276",)),
    "HS": ("eligibility inquiries", ("270",)),
    "RA": ("premium payments", ("820",)),
}
# Kinds of claims by the number of their guide, of versions 4010, 5010, 6020 and 8020.
CLAIMS_OF_GUIDE = {
    "096": "institutional", "097": "dental", "098": "professional",
    "222": "professional", "223": "institutional", "224": "dental",
    "298": "post-adjudicated professional", "299": "post-adjudicated institutional",
    "300": "post-adjudicated dental",
    "323": "professional", "324": "institutional", "325": "dental",
}  # fmt: skip
CLAIMS_OF_SERVICE = {"SV2": "institutional", "SV3": "dental"}
VERSION = "005010"
# What may be repeated in a message: it can only be the id of a kind of group or of a guide.
KIND_OF_GROUP = re.compile(r"[A-Z]{2}")
GUIDE_ID = re.compile(r"(00[0-9]{4})X([0-9]{3})(?:[A-Z][0-9]{1,2})?")


def is_claim_group(values: list[str]) -> bool:
    """Whether a GS announces professional claims."""
    kind, convention = _announced(values)
    return kind == CLAIMS and PROFESSIONAL.fullmatch(convention) is not None


def is_claim_set(values: list[str]) -> bool:
    """Whether an ST outside groups of other kinds announces professional claims."""
    return values[1:2] == ["837"] and foreign_set(values) is None


def group_convention(values: list[str]) -> str:
    """GS08 of a group of professional claims; empty for another."""
    return _announced(values)[1] if is_claim_group(values) else ""


def other_sets(values: list[str]) -> tuple[str, ...]:
    """The transaction sets (ST01) of a group that surely holds no claims, by its GS; else empty."""
    kind, convention = _announced(values)
    if kind not in OTHER_GROUPS or PROFESSIONAL.fullmatch(convention):
        return ()
    return OTHER_GROUPS[kind][1]


def foreign_group(values: list[str]) -> Fault:
    """The fault of a GS that announces something else than professional claims."""
    kind, convention = _announced(values)
    sets = other_sets(values)
    if sets:
        message = f"the group holds {OTHER_GROUPS[kind][0]} ({' or '.join(sets)})"
        return Fault("S137", 0, 0, 0, f"{message}, not claims; it is skipped", "1")
    if kind == CLAIMS and GUIDE_ID.fullmatch(convention):
        message = f"the group holds {_called(convention)} (GS08 {convention})"
        return Fault("S113", 0, 0, 0, f"{message}, not professional claims; it is skipped", "1")
    reasons = []
    if kind != CLAIMS:
        reasons.append(f"GS01 is {_repeated(kind, KIND_OF_GROUP)}, not {CLAIMS}")
    if not PROFESSIONAL.fullmatch(convention):
        reasons.append(f"GS08 is {_repeated(convention, GUIDE_ID)}, not {ADOPTED}")
    message = f"the group holds no professional claims: {'; '.join(reasons)}"
    return Fault("S113", 0, 0, 0, message, "1")


def foreign_set(values: list[str]) -> Fault | None:
    """The fault of an ST that announces claims of another guide; None where it does not."""
    convention = _version(values, 3)
    if not GUIDE_ID.fullmatch(convention) or PROFESSIONAL.fullmatch(convention):
        return None
    message = f"the transaction set holds {_called(convention)} (ST03 {convention})"
    return Fault("S113", 0, 3, 0, f"{message}, not professional claims; it is skipped", "I6")


def foreign_claim(block: Block) -> Fault | None:
    """The fault of a claim whose services are those of another guide; None where none are."""
    names = [raw[:3] for raw in block.segments]
    for name, kind in CLAIMS_OF_SERVICE.items():
        if name in names and "SV1" not in names:
            message = f"the claim is {kind} ({name}), not professional; its values were not checked"
            return Fault("S139", names.index(name), 0, 0, message, "2")
    return None


def group_version_faults(values: list[str]) -> Iterator[Fault]:
    """What is wrong with GS08 of a group of professional claims."""
    yield from _version_faults("GS08", 8, values[8], "")


def set_version_faults(values: list[str], group: str) -> Iterator[Fault]:
    """What is wrong with ST03 of a set of professional claims in a group of which GS08 is `group`.
    The right one is that which GS08 has once it is repaired."""
    text, convention = "".join(values[3:4]), _version(values, 3)
    if convention in (ADOPTED, group):
        yield from _version_faults("ST03", 3, text, "I6")
    else:
        wrong = "differs from GS08" if convention else "is missing; GS08 names it"
        message = f"ST03 (guide version) {wrong}"
        yield Fault("S211", 0, 3, 0, message, "I6", ADOPTED, "copy GS08 to ST03")


def _version_faults(name: str, number: int, text: str, syntax: str) -> Iterator[Fault]:
    convention = text.strip().upper()
    if convention != ADOPTED:
        message = f"{name} is {convention}; the version adopted under HIPAA is {ADOPTED}"
        title = f"name the adopted version ({ADOPTED})"
        yield Fault("S138", 0, number, 0, message, syntax, ADOPTED, title, safety=Safety.REVIEW)
    elif text.strip() != ADOPTED:
        message = f"{name} (guide version) is in lowercase"
        yield Fault("S128", 0, number, 0, message, syntax, ADOPTED, "write it in uppercase")


def _announced(values: list[str]) -> tuple[str, str]:
    """GS01 and GS08."""
    return "".join(values[1:2]).strip(), _version(values, 8)


def _version(values: list[str], number: int) -> str:
    return "".join(values[number : number + 1]).strip().upper()


def _called(convention: str) -> str:
    """What follows a guide, in words."""
    version, number = GUIDE_ID.fullmatch(convention).groups()  # type: ignore[union-attr]
    kind = CLAIMS_OF_GUIDE.get(number)
    if version == VERSION:
        return f"{kind} claims" if kind else "what follows another guide"
    age = "an older" if version < VERSION else "a newer"
    return f"{age} version ({version[2:]}) of " + (f"the {kind} claim" if kind else "another guide")


def _repeated(text: str, form: re.Pattern[str]) -> str:
    if not text:
        return "empty"
    return text if form.fullmatch(text) else "something else"
