"""Everything a run depends on besides the bytes: the date, the profiles, the documentation."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from scrubber.profiles.selection import ProfileSet
from scrubber.therapy.documentation import DocumentedService


@dataclass(frozen=True)
class Context:
    """`as_of` stands for today. `documentation` is keyed by (CLM01, LX01); `consents` are rule
    codes whose REVIEW fixes the caller allows besides those a profile consents to."""

    as_of: date
    profiles: ProfileSet
    documentation: Mapping[tuple[str, int], DocumentedService] = field(default_factory=dict)
    consents: frozenset[str] = frozenset()
