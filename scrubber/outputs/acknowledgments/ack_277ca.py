"""277CA (005010X214): one transaction set for each received 837, claim by claim.

Every claim of the set is listed, and the submitter's level says that the set has arrived and how
many claims and dollars were accepted and rejected. A set that is rejected whole (IK5*R in the 999)
gets the reasons at the submitter's level with its totals, and no claims; so does one that holds
none. What a TA1 rejects is not answered here, nor a set that is no professional 837.
"""

from datetime import date
from pathlib import Path
from typing import BinaryIO

from scrubber.engine.results import Part
from scrubber.engine.stream_state import Above
from scrubber.findings import Severity
from scrubber.outputs.acknowledgments.claim_answer import charge_of, claim_answer, is_accepted
from scrubber.outputs.acknowledgments.claim_spool import RECEIVED_BY_US, ClaimSpool
from scrubber.outputs.acknowledgments.control_numbers import AnswerNumbers, ControlNumbers
from scrubber.outputs.acknowledgments.envelopes import (
    Group,
    Interchange,
    Listener,
    Trailer,
    TransactionSet,
)
from scrubber.outputs.acknowledgments.parties import name, patient_name, provider_name
from scrubber.outputs.acknowledgments.received_segments import find_segment, value
from scrubber.outputs.acknowledgments.reply import group_number, reply_header
from scrubber.outputs.acknowledgments.status_reasons import UNPROCESSABLE, composites_of
from scrubber.outputs.x12_writer import X12Writer, plain
from scrubber.x12.segment import Delimiters

VERSION = "005010X214"


class Ack277caWriter(Listener):
    """Listens to a file and writes the 277CA that answers it; spools in `folder`."""

    def __init__(
        self,
        out: BinaryIO,
        as_of: date,
        numbers: ControlNumbers,
        folder: Path,
        messages: bool = True,
    ) -> None:
        self._writer = X12Writer(out, as_of)
        self._numbers = AnswerNumbers("277ca", numbers)
        self._messages = messages
        self._spool = ClaimSpool(folder)
        self._interchange: Interchange | None = None
        self._own_number = ""
        self._groups = self._sets = 0
        self._group: Group | None = None
        self._group_is_open = False
        self._set: TransactionSet | None = None
        self._levels: Above[str] = Above()
        self._named: set[str] = set()
        self.answered = 0

    @property
    def wrote(self) -> bool:
        """Whether there was a set of claims to answer."""
        return self._writer.wrote

    def open_interchange(self, interchange: Interchange) -> None:
        """The answer's own interchange is opened with its first set."""
        self._interchange = interchange
        self._groups = self._sets = 0

    def open_group(self, group: Group) -> None:
        """The answer's own group is opened with its first set."""
        self._group = group
        self._group_is_open = False

    def open_set(self, received: TransactionSet) -> None:
        """Begin to spool its claims."""
        interchange = self._interchange
        self._set = None
        if interchange is None or interchange.rejected or not received.supported:
            return
        self._set = received
        self._levels.clear()
        self._named = set()
        self._spool.clear()

    def inside(self, part: Part, _start: int) -> None:
        """A level: whom the claims that follow are about. A claim: what became of it."""
        if self._set is None:
            return
        if part.claim is None:
            self._enter_level(part)
            return
        charge, accepted = charge_of(part.claim), is_accepted(part.claim)
        if self._set.rejected:
            self._spool.totals.add(charge, accepted=False)
            return
        self._name_parties()
        day = self._writer.day
        answer = claim_answer(part, part.claim, self._delimiters, day, self._messages)
        self._spool.claim(answer, charge, accepted)

    def close_set(self, _trailer: Trailer) -> None:
        """The whole set can be written now that its totals are known."""
        received = self._set
        if received is None:
            return
        self._open_envelopes()
        writer = self._writer
        writer.open_set("277", VERSION)
        self._sets += 1
        self._write_source(received, f"{self._own_number}{self._sets:04d}")
        self._write_receiver(received)
        if not received.rejected:
            self._spool.write(writer)
        writer.close_set()
        self.answered += self._spool.totals.count
        self._set = None

    def close_group(self, _trailer: Trailer) -> None:
        """GE of our own, where a set was answered."""
        if self._group_is_open:
            self._writer.close_group()
        self._group = None

    def close_interchange(self, _trailer: Trailer) -> None:
        """IEA of our own, where a set was answered."""
        if self._groups:
            self._writer.close_interchange()

    def close(self) -> None:
        """Let go of the temporary files."""
        self._spool.close()

    @property
    def _delimiters(self) -> Delimiters:
        assert self._interchange is not None
        return self._interchange.delimiters

    def _enter_level(self, part: Part) -> None:
        self._named -= {"patient", part.kind}
        self._levels.enter(part.kind, part.received)

    def _name_parties(self) -> None:
        """Write the provider and the patient of a claim, where the claim before had others."""
        levels, delimiters = self._levels, self._delimiters
        if "2000A" not in self._named:
            self._named = {"2000A"}
            self._spool.provider(provider_name(levels.get("2000A", ""), delimiters))
        if "patient" not in self._named:
            self._named.add("patient")
            subscriber, dependent = levels.get("2000B", ""), levels.get("2000C", "")
            self._spool.patient(patient_name(subscriber, dependent, delimiters))

    def _open_envelopes(self) -> None:
        interchange, group = self._interchange, self._group
        assert interchange is not None and group is not None
        if self._group_is_open:
            return
        if not self._groups:
            header = reply_header(interchange, self._numbers)
            self._own_number = header.number
            self._writer.open_interchange(header)
        number = group_number(self._own_number, self._groups)
        self._writer.open_group("HN", group.values[3], group.values[2], number, VERSION)
        self._groups += 1
        self._group_is_open = True

    def _write_source(self, received: TransactionSet, own_id: str) -> None:
        """BHT and loops 2000A to 2200A: we stand where the 837 named its receiver (1000B)."""
        writer, interchange = self._writer, self._interchange
        assert interchange is not None
        receiver = find_segment(received.part.received, self._delimiters, "NM1", "40")
        identifier = value(receiver, 9) or interchange.values[8]
        source = list(name("AY", receiver, "46", identifier))
        source[2], source[4:8] = "2", [""] * 4
        writer.segment("BHT", "0085", "08", own_id, writer.day, "0000", "TH")
        writer.segment("HL", "1", "", "20", "1")
        writer.segment(*source)
        writer.segment("TRN", "1", own_id)
        writer.segment("DTP", "050", "D8", writer.day)
        writer.segment("DTP", "009", "D8", writer.day)

    def _write_receiver(self, received: TransactionSet) -> None:
        """Loops 2000B to 2200B: the submitter (1000A), the batch (BHT03) and its totals."""
        writer, interchange, totals = self._writer, self._interchange, self._spool.totals
        assert interchange is not None
        header = received.part.received
        submitter = find_segment(header, self._delimiters, "NM1", "41")
        rejected = received.rejected or not totals.count
        writer.segment("HL", "2", "1", "21", "0" if rejected else "1")
        writer.segment(*name("41", submitter, "46", value(submitter, 9) or interchange.values[6]))
        batch = plain(value(find_segment(header, self._delimiters, "BHT"), 3), 50)
        writer.segment("TRN", "2", batch or "0")
        if rejected:
            for composites in self._set_reasons(received):
                more = [*composites[1:], "", ""][:2]
                writer.segment(
                    "STC", composites[0], writer.day, "U", totals.charge,
                    "", "", "", "", "", *more,
                )  # fmt: skip
        else:
            writer.segment("STC", RECEIVED_BY_US, writer.day, "WQ", totals.charge)
        for segment in totals.segments("90", "AA"):
            writer.segment(*segment)

    def _set_reasons(self, received: TransactionSet) -> list[tuple[str, ...]]:
        """Why all of the set is refused; in a group that is refused, its GS alone may be why."""
        assert self._group is not None
        found = [
            one
            for one in (*self._group.findings, *received.part.findings)
            if one.severity is Severity.REJECT and not one.fixed and one.code != "S112"
        ]
        statuses = [(one.status or UNPROCESSABLE, one.path) for one in found]
        given = [
            composites_of(status._replace(category="A3"), path, False) for status, path in statuses
        ]
        return list(dict.fromkeys(given)) or [composites_of(UNPROCESSABLE, "", False)]
