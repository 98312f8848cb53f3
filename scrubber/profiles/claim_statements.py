"""What a payer says about the claim as a whole: referral, authorization, filing, identifiers."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import NamedTuple, Self

from scrubber.profiles.attributes import Attributes
from scrubber.profiles.code_list import CodeList
from scrubber.profiles.pattern import Pattern
from scrubber.profiles.period import Period, read_period
from scrubber.profiles.statement import Stated


class Participation(NamedTuple):
    """Whether the office participates with the payer: a fact of the office, not of the payer."""

    stated: Stated
    participates: bool

    @classmethod
    def read(cls, of: Attributes) -> Self:
        """Read from the attributes of the element."""
        return cls(stated=of.stated(), participates=of.yes("is"))


class ClaimFrequency(NamedTuple):
    """The claim frequencies (CLM05-3) that the payer takes."""

    stated: Stated
    allowed: frozenset[str]

    @classmethod
    def read(cls, of: Attributes) -> Self:
        """Read from the attributes of the element."""
        return cls(stated=of.stated(), allowed=of.word_set("allowed"))


class ReferringProvider(NamedTuple):
    """Whether the claim must name a referring provider (2310A), with which NM101 qualifier."""

    stated: Stated
    required: bool
    qualifier: str

    @classmethod
    def read(cls, of: Attributes) -> Self:
        """Read from the attributes of the element."""
        return cls(
            stated=of.stated(), required=of.yes("required"), qualifier=of.text("qualifier", "DN")
        )


class Authorization(NamedTuple):
    """Codes for which the claim must carry an authorization or referral number.

    The number stands in a REF with one of `qualifiers` and must match `pattern` whole, where
    there is one; `looks_like` says the same to a person.
    """

    stated: Stated
    id: str
    codes: CodeList
    disciplines: frozenset[str]
    qualifiers: frozenset[str]
    pattern: Pattern | None = None
    looks_like: str = ""

    @classmethod
    def read(cls, of: Attributes) -> Self:
        """Read from the attributes of the element."""
        pattern, looks_like = of.text("pattern"), of.text("looks-like")
        if bool(pattern) != bool(looks_like):
            of.refuse("pattern or looks-like stands alone", "both of them, or neither")
        return cls(
            stated=of.stated(of.text("id")),
            id=of.text("id"),
            codes=of.codes("codes"),
            disciplines=of.disciplines("disciplines"),
            qualifiers=of.word_set("qualifiers"),
            pattern=of.pattern("pattern", groups=0) if pattern else None,
            looks_like=looks_like,
        )


class TimelyFiling(NamedTuple):
    """How long after the date of service the payer takes a claim.

    `or_within` is the longer time some claims have, `or_when` says which: after the first the
    claim may be late, after both it is. `delay_reasons` are the CLM20 codes that lift the
    limit; where none are stated it is not known which do, so one given leaves a warning.
    """

    stated: Stated
    within: Period
    or_within: Period | None = None
    or_when: str = ""
    delay_reasons: frozenset[str] = frozenset()

    def last_day_for(self, service: date) -> date:
        """The last day on which a claim for that date of service is surely in time."""
        return self.within.after(service)

    def latest_day_for(self, service: date) -> date:
        """The last day on which it can be in time at all."""
        return (self.or_within or self.within).after(service)

    @classmethod
    def read(cls, of: Attributes) -> Self:
        """Read from the attributes of the element."""
        within, or_when = read_period(of.text("within")), of.text("or-when")
        or_within = read_period(of.text("or-within")) if of.text("or-within") else None
        if bool(or_within) != bool(or_when):
            of.refuse("or-within or or-when stands alone", "both of them, or neither")
        if or_within and or_within.usual_days <= within.usual_days:
            of.refuse("or-within is not longer than within", "the longer time in or-within")
        return cls(
            stated=of.stated(),
            within=within,
            or_within=or_within,
            or_when=or_when,
            delay_reasons=of.word_set("delay-reasons"),
        )


def either(limits: Sequence[TimelyFiling]) -> TimelyFiling:
    """One limit of the two for offices that participate and those that do not, where it is not
    known which one this is: past the shorter a claim may be late, past the longer it is. Each
    must be able to reject for the whole to do so."""
    if len(limits) == 1:
        return limits[0]
    shorter, longer = sorted(limits, key=lambda one: one.within.usual_days)
    weakest = min((one.stated for one in limits), key=lambda stated: stated.may_reject)
    return shorter._replace(
        stated=replace(weakest, participating=None),
        or_within=longer.or_within or longer.within,
        or_when="the provider participates"
        if longer.stated.participating
        else "the provider does not participate",
        delay_reasons=shorter.delay_reasons & longer.delay_reasons,
    )


class MemberId(NamedTuple):
    """The shape of the payer's member ids (2010BA NM109), matched whole and in upper case."""

    stated: Stated
    id: str
    pattern: Pattern
    looks_like: str

    @classmethod
    def read(cls, of: Attributes) -> Self:
        """Read from the attributes of the element."""
        return cls(
            stated=of.stated(of.text("id")),
            id=of.text("id"),
            pattern=of.pattern("pattern", groups=0),
            looks_like=of.text("looks-like"),
        )


class MinutesNote(NamedTuple):
    """Where a line may carry its minutes: `places` are NTE and SV101-7; the one group of
    `pattern` is the number of minutes."""

    stated: Stated
    places: frozenset[str]
    pattern: Pattern

    @classmethod
    def read(cls, of: Attributes) -> Self:
        """Read from the attributes of the element."""
        return cls(
            stated=of.stated(), places=of.word_set("in"), pattern=of.pattern("pattern", groups=1)
        )


class ZeroCharge(NamedTuple):
    """Whether a line may be charged at nothing."""

    stated: Stated
    allowed: bool

    @classmethod
    def read(cls, of: Attributes) -> Self:
        """Read from the attributes of the element."""
        return cls(stated=of.stated(), allowed=of.yes("allowed"))


class PropertyAndCasualty(NamedTuple):
    """What a claim for an accident must carry: claim number (REF*Y4), accident date (DTP*439) and
    related cause (CLM11), empty where any will do."""

    stated: Stated
    claim_number: bool
    accident_date: bool
    cause: str

    @classmethod
    def read(cls, of: Attributes) -> Self:
        """Read from the attributes of the element."""
        return cls(
            stated=of.stated(),
            claim_number=of.yes("claim-number"),
            accident_date=of.yes("accident-date"),
            cause=of.text("cause"),
        )


class Documentation(NamedTuple):
    """What the record of a service must hold, and after how many visits a progress note is due.

    `needs` are column names of the documentation file.
    """

    stated: Stated
    needs: frozenset[str]
    progress_note_every_visits: int | None = None

    @classmethod
    def read(cls, of: Attributes) -> Self:
        """Read from the attributes of the element."""
        return cls(
            stated=of.stated(),
            needs=of.word_set("needs"),
            progress_note_every_visits=of.number_if_given("progress-note-every-visits"),
        )
