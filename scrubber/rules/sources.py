"""Sources that rules of several modules rest on, and what kind of evidence a source is."""

from typing import get_args

from scrubber.profiles.statement import Evidence

MEDICALLY_UNLIKELY_EDITS = "CMS NCCI Policy Manual 2026, chapter I; CMS MUE tables"
PROCEDURE_PAIRS = (
    "CMS NCCI procedure-to-procedure edits for practitioners; NCCI Policy Manual 2026, chapter I"
)
THERAPY_THRESHOLDS = "CMS Therapy Services page, CY2026: annual thresholds"
UNITS_FROM_MINUTES = "CMS Pub. 100-04, chapter 5, 20.2; CPT time rule"

_PAGES = (
    "CMS Therapy Services page",
    "CEDI",
    "First Coast",
    "NGS",
    "Optum",
    "Palmetto GBA",
    "Stedi claim edit",
)
"""Contractors of Medicare, a payer, and a clearinghouse that publishes what it rejects."""
_TEXTS = (
    *("45 CFR", "CDC/NCHS", "CMS", "CPT", "HCPCS", "HIPAA", "ICD-10-CM", "IRS", "ISO", "NUCC"),
    *("Social Security Administration", "USPS", "X12"),
)
"""Who makes laws, code sets and standards."""
_DECIDED_ELSEWHERE = ("payer profile", "this program")


def evidence_of(source: str) -> Evidence | None:
    """The best evidence among the sources of a rule, which are separated by semicolons; None where
    the statement of a payer profile has evidence of its own, or nothing is said of the claim."""
    if source.startswith(_DECIDED_ELSEWHERE):
        return None
    return min(map(_of_part, source.split("; ")), key=get_args(Evidence).index)


def _of_part(source: str) -> Evidence:
    if source.startswith(_PAGES):
        return "official-page"
    if source.startswith(_TEXTS):
        return "official-text"
    return "knowledge" if source.startswith("KNOWLEDGE") else "secondary"
