"""A claim's loops as segments, written with the delimiters `*` and `:` and no terminator."""

from collections.abc import Iterable, Iterator
from decimal import Decimal

from scrubber.synthetic.clinics import Clinic
from scrubber.synthetic.people import Name
from scrubber.synthetic.places import Address
from scrubber.synthetic.records import Adjudication, Claim, Clinician, Line, Member, OtherCoverage


def amount(value: Decimal, *, bare: bool) -> str:
    """The amount as sent: `58.00`, or `58` where `bare` and the cents are zero."""
    text = f"{value:.2f}"
    return text[:-3] if bare and text.endswith(".00") else text


def _person(entity: str, name: Name, qualifier: str = "", identifier: str = "") -> str:
    if not identifier:
        return f"NM1*{entity}*1*{name.last}*{name.first}*{name.middle}".rstrip("*")
    return f"NM1*{entity}*1*{name.last}*{name.first}*{name.middle}***{qualifier}*{identifier}"


def _organization(entity: str, name: str, qualifier: str, identifier: str) -> str:
    return f"NM1*{entity}*2*{name}*****{qualifier}*{identifier}"


def _address(address: Address) -> tuple[str, str]:
    second = f"*{address.second}" if address.second else ""
    return (
        f"N3*{address.street}{second}",
        f"N4*{address.city}*{address.state}*{address.zip_code}",
    )


def _demographics(member: Member) -> str:
    return f"DMG*D8*{member.birth_date}*{member.name.sex}"


def billing_provider(clinic: Clinic) -> tuple[str, ...]:
    """Loops 2000A (after HL), 2010AA and 2010AB."""
    if clinic.owner is None:
        name = _organization("85", clinic.name, "XX", clinic.npi)
    else:
        name = _person("85", clinic.owner.name, "XX", clinic.npi)
    segments = [
        f"PRV*BI*PXC*{clinic.taxonomy}",
        name,
        *_address(clinic.address),
        f"REF*EI*{clinic.tax_id}",
    ]
    if clinic.telephone:
        segments.append(f"PER*IC*BILLING OFFICE*TE*{clinic.telephone}")
    if clinic.pay_to is not None:
        kind = "2" if clinic.owner is None else "1"
        segments.extend((f"NM1*87*{kind}", *_address(clinic.pay_to)))
    return tuple(segments)


def subscriber(claim: Claim) -> tuple[str, ...]:
    """Loop 2000B after HL: SBR, 2010BA and 2010BB."""
    member, payer = claim.subscriber, claim.payer
    rank = "P" if claim.other is None else "S"
    own = "18" if claim.patient is None else ""
    segments = [f"SBR*{rank}*{own}*{member.group_number}**{claim.insurance_type}****{payer.filing}"]
    if member.organization:
        segments.append(_organization("IL", member.organization, "MI", member.member_id))
    else:
        segments.append(_person("IL", member.name, "MI", member.member_id))
    if claim.patient is None:
        segments.extend((*_address(member.address), _demographics(member)))
        if claim.accident_number:
            segments.append(f"REF*Y4*{claim.accident_number}")
    segments.append(_organization("PR", payer.name, "PI", payer.payer_id))
    return tuple(segments)


def patient(claim: Claim, member: Member) -> tuple[str, ...]:
    """Loop 2000C after HL: PAT and 2010CA."""
    segments = [
        f"PAT*{claim.relationship}",
        _person("QC", member.name),
        *_address(member.address),
        _demographics(member),
    ]
    if claim.accident_number:
        segments.append(f"REF*Y4*{claim.accident_number}")
    return tuple(segments)


def _clinician(entity: str, clinician: Clinician) -> Iterator[str]:
    yield _person(entity, clinician.name, "XX", clinician.npi)
    if clinician.taxonomy:
        yield f"PRV*PE*PXC*{clinician.taxonomy}"


def _other_coverage(claim: Claim, other: OtherCoverage, *, bare: bool) -> Iterator[str]:
    member, payer = other.member, other.payer
    yield f"SBR*P*{other.relationship}*{member.group_number}******{payer.filing}"
    yield f"AMT*D*{amount(other.paid, bare=bare)}"
    if other.patient_liability:
        yield f"AMT*EAF*{amount(other.patient_liability, bare=bare)}"
    yield f"OI***{claim.benefits_assigned}***Y"
    yield _person("IL", member.name, "MI", member.member_id)
    yield from _address(member.address)
    yield _organization("PR", payer.name, "PI", payer.payer_id)


def _adjustments(adjudication: Adjudication, *, bare: bool) -> Iterator[str]:
    for group in ("CO", "OA", "PR"):
        triplets = [
            f"*{each.reason}*{amount(each.amount, bare=bare)}"
            for each in adjudication.adjustments
            if each.group == group
        ]
        if triplets:
            yield f"CAS*{group}" + "*".join(triplets)


def _line(claim: Claim, line: Line, position: int, *, bare: bool) -> Iterator[str]:
    procedure = ":".join(("HC", line.code, *line.modifiers))
    description = ""
    if line.description:
        description = ":" * (5 - len(line.modifiers)) + line.description
    yield f"LX*{position}"
    yield (
        f"SV1*{procedure}{description}*{amount(line.charge, bare=bare)}*UN*{line.units}"
        f"***{line.pointers}"
    )
    if line.date:
        yield f"DTP*472*D8*{line.date}"
    if line.control_number:
        yield f"REF*6R*{line.control_number}"
    if line.note:
        yield f"NTE*ADD*{line.note}"
    if line.rendering is not None:
        yield from _clinician("82", line.rendering)
    done = line.adjudication
    if done is not None and claim.other is not None:
        payer_id = claim.other.payer.payer_id
        yield f"SVD*{payer_id}*{amount(done.paid, bare=bare)}*{procedure}**{line.units}"
        yield from _adjustments(done, bare=bare)
        yield f"DTP*573*D8*{done.date}"


def _pairs(segment: str, pairs: Iterable[tuple[str, str]]) -> Iterator[str]:
    for qualifier, value in pairs:
        yield f"{segment}*{qualifier}*{value}"


def _diagnoses(codes: tuple[str, ...]) -> str:
    return f"HI*ABK:{codes[0]}" + "".join(f"*ABF:{code}" for code in codes[1:])


def claim_segments(claim: Claim, *, bare: bool) -> Iterator[str]:
    """Loop 2300 and all below it. `bare` leaves out cents that are zero."""
    cause = f"**{claim.related_cause}" if claim.related_cause else ""
    yield (
        f"CLM*{claim.claim_id}*{amount(claim.charge, bare=bare)}***{claim.place}:B:"
        f"{claim.frequency}*Y*A*{claim.benefits_assigned}*Y{cause}"
    )
    for qualifier, day in claim.dates:
        yield f"DTP*{qualifier}*D8*{day}"
    if claim.patient_paid:
        yield f"AMT*F5*{claim.patient_paid}"
    referred = claim.referring is not None  # a referral number says that somebody referred
    yield from _pairs("REF", [one for one in claim.references if referred or one[0] != "9F"])
    if claim.note:
        yield f"NTE*ADD*{claim.note}"
    yield _diagnoses(claim.diagnoses)
    if claim.referring is not None:
        yield from _clinician("DN", claim.referring)
    if claim.rendering is not None:
        yield from _clinician("82", claim.rendering)
    if claim.facility is not None:
        yield _organization("77", claim.facility.name, "XX", claim.facility.npi)
        yield from _address(claim.facility.address)
    if claim.other is not None:
        yield from _other_coverage(claim, claim.other, bare=bare)
    for position, line in enumerate(claim.lines, 1):
        yield from _line(claim, line, position, bare=bare)
