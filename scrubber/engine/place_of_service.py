"""Where the services of a claim were given: the ZIP code that decides the payment locality.

Source: CMS Pub. 100-04, chapter 1, section 10.1.1: the place of service; at home the patient's.
"""

from scrubber.claim.claim import Claim
from scrubber.claim.loop import Party
from scrubber.engine.surroundings import Surroundings

HOME = "12"


def place_of(claim: Claim, surroundings: Surroundings) -> str:
    """The ZIP code of the service facility, of the patient's home where the services were given
    there, else of the billing provider; empty where lines have facilities of their own."""
    if any("2420C" in line.layout.loops for line in claim.lines):
        return ""
    party = claim.party_in("2310C") or _party(claim, surroundings)
    return party.zip_code if party is not None else ""


def _party(claim: Claim, surroundings: Surroundings) -> Party | None:
    if claim.place_of_service == HOME:
        patient = surroundings.dependent or surroundings.subscriber
        return patient.party if patient is not None else None
    provider = surroundings.billing_provider
    return provider.party if provider is not None else None
