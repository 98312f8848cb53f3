"""Writes what was observed of a payer as a profile: its own file with the statements added."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from xml.sax.saxutils import quoteattr

from scrubber.answers.evidence import Proposal
from scrubber.profiles.loader import shipped_folder
from scrubber.profiles.profile import DatedProfile, PayerProfile
from scrubber.profiles.statement import Stated

_END = "</payer-profile>"
_HEAD = """
  <!-- Observed in this office's own claims and the payer's answers. Nobody has confirmed it: find
       the document, name it as the source, raise the confidence, or take the statement out. With
       confidence low it warns and never rejects. -->
"""


def proposed_profile(
    profile: PayerProfile, dated: DatedProfile, proposals: Iterable[Proposal]
) -> str:
    """The text of the profile's own file with the proposals at its end. One that the profile
    itself states otherwise stands beside it in a comment. Raises OSError."""
    text = _own_file(profile).read_text(encoding="utf-8")
    before, _, after = text.rpartition(_END)
    added = "".join(_statement(one, dated) for one in proposals)
    return f"{before.rstrip()}\n{_HEAD}{added}\n{_END}{after}"


def proposal_text(one: Proposal) -> str:
    """A proposal in one line."""
    given = " ".join(f"{name}={value}" for name, value in one.attributes)
    return f"{one.element} {given}: {one.evidence.source(one.what)}{_strength(one)}"


def _own_file(profile: PayerProfile) -> Path:
    named = Path(profile.files[0].file)
    shipped = shipped_folder() / named.name
    return shipped if named.parent.name == "payer_profiles" and shipped.exists() else named


def _statement(one: Proposal, dated: DatedProfile) -> str:
    attributes = "".join(f" {name}={quoteattr(value)}" for name, value in _attributes(one))
    element = f"<{one.element}{attributes}/>"
    counts = f"{one.evidence.supporting} for it, {one.evidence.contrary} against it{_strength(one)}"
    stated = _stated(one, dated)
    if stated:
        return f"  <!-- {stated} Observed: {_harmless(element)} -->\n"
    return f"  <!-- {counts} -->\n  {element}\n"


def _attributes(one: Proposal) -> Iterator[tuple[str, str]]:
    yield from one.attributes
    if one.evidence.first_day is not None:
        yield "from", one.evidence.first_day.isoformat()
    yield "source", one.evidence.source(one.what)
    yield "confidence", "low"


def _stated(one: Proposal, dated: DatedProfile) -> str:
    """What the profile says itself, where it can say it only once; empty if nothing."""
    given = dict(one.attributes)
    found: Stated | None = None
    if one.element == "timely-filing" and dated.timely_filing is not None:
        found = dated.timely_filing.stated
    elif one.element == "assistant-modifiers" and dated.assistant_modifiers is not None:
        found = dated.assistant_modifiers.stated
    elif one.element == "own-pair":
        pair = dated.own_pairs.get((given["column-1"], given["column-2"]))
        found = pair.stated if pair is not None else None
    elif one.element == "not-payable":
        found = next((each.stated for each in dated.refusals_of(given["codes"])), None)
    if found is None:
        return ""
    return f"The profile states it already: {_harmless(found.source)}."


def _strength(one: Proposal) -> str:
    return "; strong" if one.evidence.is_strong else ""


def _harmless(text: str) -> str:
    """A text as a comment may hold it."""
    return text.replace("--", "- -").rstrip("-")
