"""The claims that ask for attention, most pressing first, as the JSON that the page works from."""

import heapq
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from scrubber.consents import consent_words
from scrubber.outputs.address import address
from scrubber.outputs.explain import likely_answer
from scrubber.outputs.finding_rows import line_words, place_words, status_text
from scrubber.outputs.report_file import Record
from scrubber.outputs.tally import dollars, open_findings, payer_key

LISTED = 50_000
"""Claims a page lists at most; a browser stays quick with them."""

MOST_TEXT = 256 << 20
"""Characters of report.json that they hold at most, for few claims may hold much."""

_HARMLESS = str.maketrans({character: f"\\u{ord(character):04x}" for character in "<>&"})
_CELLS = {1: "code", 2: "charge", 3: "units", 4: "units"}
_FIRST_MODIFIER, _LAST_MODIFIER = 3, 6

_Rank = tuple[int, Decimal, int]


@dataclass(slots=True)
class WorkList:
    """Keeps the most pressing claims of a report: rejected first, then by dollars at risk.

    `found` counts all that could be listed, `codes` are the rules that speak in them. Information
    alone, which a practice system may earn on every claim, asks for no attention.
    """

    limit: int = LISTED
    found: int = 0
    codes: set[str] = field(default_factory=set)
    # As JSON text a claim takes a fifth of the memory.
    _kept: list[tuple[_Rank, str]] = field(default_factory=list)
    _text: int = 0

    def add(self, claim: Record) -> None:
        """Take the claim in if there is more to say about it than information."""
        told = any(finding["severity"] != "info" for finding in claim["findings"])
        if not (told or claim["corrections"] or claim.get("not_checked")):
            return
        self.found += 1
        self.codes.update(finding["code"] for finding in claim["findings"])
        text = json.dumps(claim)
        heapq.heappush(self._kept, ((*_pressing(claim), -self.found), text))
        self._text += len(text)
        while self.listed > self.limit or (self._text > MOST_TEXT and self.listed > 1):
            self._text -= len(heapq.heappop(self._kept)[1])

    @property
    def listed(self) -> int:
        """How many are kept."""
        return len(self._kept)

    def json_pieces(self) -> Iterator[str]:
        """The listed claims as JSON, safe inside a script element, in pieces to write.

        Texts that repeat are numbers into "texts"; a member that says nothing is left out.
        """
        texts = _Texts()
        yield '{"claims":['
        for number, (_, claim) in enumerate(sorted(self._kept, reverse=True)):
            yield ("," if number else "") + _json(_claim(json.loads(claim), texts))
        yield f'],"texts":{_json(texts.all)}}}'


class _Texts:
    """Numbers texts in order of first use."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}

    def number(self, text: str) -> int:
        return self._numbers.setdefault(text, len(self._numbers))

    @property
    def all(self) -> list[str]:
        return list(self._numbers)


def _pressing(claim: Record) -> tuple[int, Decimal]:
    work = 2 if claim["disposition"] == "rejected" else int(bool(open_findings(claim)))
    risk = claim.get("at_risk")
    return (work, dollars(risk["charge"] if risk else claim["charge"]))


def _claim(claim: Record, texts: _Texts) -> Record:
    return _said(
        id=claim["claim_id"],
        payer=texts.number(payer_key(claim)),
        payer_name=texts.number(claim["payer_name"]) if claim["payer_name"] else None,
        line_of_business=texts.number(line_words(claim)),
        disposition=claim["disposition"],
        charge=claim["charge"],
        at_risk=claim.get("at_risk", {}).get("charge"),
        service_from=claim["service_from"],
        service_to=claim["service_to"],
        interchange=claim["interchange"],
        transaction=claim["transaction"],
        rendering=claim.get("rendering"),
        therapist=claim.get("therapist"),
        place=claim["place_of_service"],
        diagnoses=claim["diagnoses"],
        patient=claim.get("patient"),
        lines=[_line(line, texts) for line in claim["lines"]],
        findings=[_finding(finding, texts) for finding in claim["findings"]],
        corrections=[_correction(correction, texts) for correction in claim["corrections"]],
        not_checked=claim.get("not_checked"),
    )


def _line(line: Record, texts: _Texts) -> Record:
    return _said(
        line=line["line"],
        date=line["date"],
        place=line.get("place_of_service"),
        code=line["code"],
        modifiers=line["modifiers"],
        units=line["units"],
        charge=line["charge"],
        therapy=texts.number(_therapy(line["therapy"])),
    )


def _finding(finding: Record, texts: _Texts) -> Record:
    offer = finding.get("with_consent")
    declined = finding.get("declined")
    return _said(
        code=finding["code"],
        severity=finding["severity"],
        message=texts.number(finding["message"]),
        path=texts.number(finding["path"]),
        place=texts.number(place_words(finding)),
        line=finding["line"],
        cell=faulty_cell(finding),
        segment=finding["segment"],
        status=texts.number(status_text(finding["status"])),
        answer=texts.number(likely_answer(finding)),
        source=texts.number(finding["source"]),
        fixed=finding["fixed"],
        with_consent=texts.number(offer) if offer else None,
        declined=(
            texts.number(f"{declined['title']}; {consent_words(declined)}") if declined else None
        ),
    )


def _correction(correction: Record, texts: _Texts) -> Record:
    consent = correction.get("consent")
    return _said(
        code=correction["code"],
        path=texts.number(correction["path"]),
        line=correction["line"],
        before=correction["before"],
        after=correction["after"],
        title=texts.number(correction["title"]),
        consent=texts.number(consent_words(consent)) if consent else None,
    )


def faulty_cell(finding: Record) -> str:
    """The cell of the claim's table that a finding points at.

    One of code, modifiers, units, charge; "line" for what a line says elsewhere, "total" for
    the claim's charge, "" for what the table does not show.
    """
    at = address(finding["path"])
    if finding["line"] is None:
        return "total" if (at.segment, at.element) == ("CLM", 2) else ""
    if at.segment != "SV1":
        return "line"
    if at.element == 1 and _FIRST_MODIFIER <= at.component <= _LAST_MODIFIER:
        return "modifiers"
    return _CELLS.get(at.element, "line")


def _therapy(therapy: Record | None) -> str:
    """How the therapy code table has the line, in words: `modality supervised, untimed, GP`."""
    if therapy is None:
        return "not a therapy code"
    family = therapy["family"].replace("_", " ")
    timing = "timed" if therapy["timed"] else "untimed"
    return ", ".join(_distinct((family, timing, therapy["discipline"])))


def _distinct(words: Iterable[str]) -> Iterator[str]:
    said = ""
    for word in words:
        if word and word not in said.split():
            yield word
        said = f"{said} {word}"


def _json(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=True, separators=(",", ":"))
    # Without these three no end tag, comment or entity can form inside the page.
    return text.translate(_HARMLESS)


def _said(**members: Any) -> Record:
    return {
        key: value
        for key, value in members.items()
        if value is not None and value is not False and value not in ("", [])
    }
