"""Files in which one claim may be marked for a trap to catch."""

from collections import Counter
from decimal import Decimal

from scrubber.synthetic import Layout, generate
from scrubber.testing.plain_reading import read_file
from scrubber.testing.records import AS_OF


def claims_with(mark: str = "", claims: int = 40) -> bytes:
    """A file of claims, a fifth of them with faults; the 21st claim has the mark as its id."""
    layout = Layout(claims_per_set=8)
    text = "".join(generate(claims, 7, as_of=AS_OF, faults=Decimal("0.2"), layout=layout))
    ids = [claim.claim_id for claim in read_file(text).claims]
    return text.replace(f"CLM*{ids[20]}*", f"CLM*{mark or ids[20]}*").encode()


def claim_texts(file: bytes) -> Counter[tuple[str, ...]]:
    """How often each claim is in a file: its id, who it belongs to, and its segments."""
    claims = read_file(file.decode()).claims if file else []
    return Counter((claim.claim_id, *claim.owner, *claim.segments) for claim in claims)
