"""The work of the desk: files in, edits and decisions checked at once by the engine, files out."""

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Lock
from typing import Any

from scrubber.api import Scrubber, Settings
from scrubber.consents import Consent
from scrubber.desk.boxes import NEW, Box, boxes_of, changed_segment, new_segments
from scrubber.desk.claim_text import (
    LoopSegment,
    blocks_of,
    new_patches,
    segments_of,
    with_patches,
)
from scrubber.desk.judged_claims import RELEASED, WARNED, claim_rows
from scrubber.desk.store import Changes, Queries, Row, Store
from scrubber.engine.results import Disposition
from scrubber.errors import ScrubberError
from scrubber.history.audit_log import AuditLog
from scrubber.history.keys import Keys
from scrubber.history.states import READY
from scrubber.outputs.renumbering import with_batch, with_elements
from scrubber.x12.block import Block

MOST_BYTES = 64 << 20
MOST_CONTROL = 10**9
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"


class DeskError(ScrubberError):
    """What a biller asked for cannot be done; the message says why and what to do."""


class ChangedMeanwhileError(DeskError):
    """Somebody else saved the claim since it was opened."""


class Workbench:
    """Every change goes through here: it is checked by the engine, stored whole or not at all, and
    entered in the audit log. `settings` are those of `scrubber.Scrubber`."""

    def __init__(
        self,
        store: Store,
        keys: Keys,
        audit: AuditLog,
        settings: Settings,
        now: Callable[[], datetime] = datetime.now,
    ) -> None:
        self.store = store
        self._audit = audit
        self.keys = keys
        self._settings = settings
        self._now = now
        self._lock = Lock()
        self._last: tuple[object, Scrubber] | None = None

    @property
    def today(self) -> date:
        """The day that counts as today."""
        return self._settings.get("as_of") or self._now().date()

    def receive(self, name: str, content: bytes, who: str) -> tuple[int, bool]:
        """Keep a file of claims and check it; its number, and whether it was here before.

        Raises DeskError for what holds no claims.
        """
        content = content.removeprefix(_BYTE_ORDER_MARK)
        _refuse_other_content(content)
        digest = hashlib.sha256(content).hexdigest()
        shown = "".join(one for one in name if one.isprintable())[:200] or "claims"
        with self.store.reading() as queries:
            known = queries.file_of(digest)
        if known is not None:
            return known, True
        with self.store.reading() as queries:
            rows = self._judged(queries, content, ())
        if not rows:
            raise DeskError("this file holds no claims (837P) that can be read")
        with self.store.changing() as changes:
            file = changes.add_file(
                {
                    "sha256": digest,
                    "name": shown,
                    "received": self._time(),
                    "who": who,
                    "content": content,
                }
            )
            changes.put_claims(file, rows)
        self._log("file received", who, file=digest, claims=len(rows))
        return file, False

    def view(self, claim: Row, who: str) -> tuple[list[Box], list[LoopSegment]]:
        """The boxes and the segments of a claim as it is now; the audit log has who looked."""
        with self.store.reading() as queries:
            content = _current(queries, claim["file"])
        segments = _segments(claim, list(blocks_of(content)))
        self._log("claim viewed", who, claim=claim["claim_id"])
        return boxes_of(segments, json.loads(claim["findings"])), segments

    def save(self, number: int, revision: int, values: Mapping[str, str], who: str) -> int:
        """Put values into boxes, by their keys, and check the claim's file again; how many boxes
        were changed.

        Raises:
            ChangedMeanwhileError: somebody else saved it since revision `revision`.
            WrongValueError: a box cannot take a value.
        """
        with self.store.changing() as changes:
            claim = self._taken(changes, number, revision)
            file = _file(changes, claim["file"])
            patches = changes.patches_of(file["id"])
            current = with_patches(file["content"], patches)
            segments = _segments(claim, list(blocks_of(current)))
            boxes = {box.key: box for box in boxes_of(segments, json.loads(claim["findings"]))}
            wanted = {
                key: value.strip()
                for key, value in values.items()
                if key in boxes and value.strip() != boxes[key].value
            }
            if not wanted:
                return 0
            new = new_patches(
                file["content"],
                patches,
                _changed(segments, {k: v for k, v in wanted.items() if not k.startswith(NEW)}),
                new_segments(segments, {k: v for k, v in wanted.items() if k.startswith(NEW)}),
            )
            told = [[str(boxes[key].place), boxes[key].line, boxes[key].value, value]
                    for key, value in wanted.items()]  # fmt: skip
            changes.add_edit(
                {
                    "claim": number,
                    "file": file["id"],
                    "made": self._time(),
                    "who": who,
                    "changes": json.dumps(told),
                    "patches": json.dumps(new),
                }
            )
            self._check_again(changes, file)
        self._log("claim edited", who, claim=claim["claim_id"], changes=len(wanted),
                  paths=[boxes[key].path for key in wanted])  # fmt: skip
        return len(wanted)

    def undo(self, number: int, revision: int, who: str) -> None:
        """Take the last edit of a claim back and check again. Raises DeskError."""
        with self.store.changing() as changes:
            claim = self._taken(changes, number, revision)
            edits = [one for one in changes.edits_of(number) if not one["undone"]]
            if not edits:
                raise DeskError("there is no change of this claim to undo")
            changes.undo(edits[0]["id"], f"{self._time()} {who}")
            self._check_again(changes, _file(changes, claim["file"]))
        self._log("edit undone", who, claim=claim["claim_id"])

    def decide(
        self, number: int, rule: str, reason: str, who: str, *, declined: bool, alike: bool = False
    ) -> int:
        """Accept or decline the repair of a rule for a claim, or for all `alike`: of the same
        payer and therapist. Returns for how many claims. Raises DeskError."""
        if not reason.strip():
            raise DeskError("say why; the reason is kept with the decision")
        with self.store.changing() as changes:
            claim = changes.claim(number)
            if claim is None or not _offers(claim, rule):
                raise DeskError("this claim has no such repair to decide on")
            same = ("payer", "therapist")
            concerned = [claim] if not alike else [
                one for one in changes.offers()
                if _offers(one, rule) and all(one[name] == claim[name] for name in same)
            ]  # fmt: skip
            changes.add_consents(
                self.keys,
                [
                    Consent(
                        rule, None, reason.strip()[:400], "", "person", one["claim_id"], who,
                        self.today, declined,
                    )
                    for one in concerned
                ],
            )  # fmt: skip
            for file in sorted({one["file"] for one in concerned}):
                self._check_again(changes, _file(changes, file))
        for one in concerned:
            event = "repair declined" if declined else "repair accepted"
            self._log(event, who, claim=one["claim_id"], rule=rule)
        return len(concerned)

    def revoke(self, number: int, who: str) -> None:
        """Take a decision back, and check what it may concern again. Raises DeskError."""
        with self.store.changing() as changes:
            rules = [one.consent.rule for one in changes.consents() if one.number == number]
            if not rules or not changes.revoke(number, self.today, who):
                raise DeskError("there is no such decision to take back")
            for file in changes.files_with(rules[0]):
                self._check_again(changes, _file(changes, file))
        self._log("decision revoked", who, rule=rules[0], number=number)

    def release(self, number: int, who: str) -> int:
        """Write the ready claims of a file into a file of their own with a new control number, and
        keep it; the number of the release. Raises DeskError."""
        with self.store.changing() as changes:
            file = _file(changes, number)
            ready = [one for one in changes.claims_of(number) if one["state"] in (READY, WARNED)]
            if not ready:
                raise DeskError("no claim of this file is ready")
            numbers = [one["number"] for one in ready]
            content, last = self._accepted(changes, file, self._next_control(changes), numbers)
            control = f"{last:09d}"
            release = changes.add_release(
                {
                    "file": number,
                    "name": f"claims-{control}.837",
                    "made": self._time(),
                    "who": who,
                    "control": control,
                    "claims": len(ready),
                    "cents": sum(one["cents"] or 0 for one in ready),
                    "sha256": hashlib.sha256(content).hexdigest(),
                    "content": content,
                }
            )
            changes.set_released([one["id"] for one in ready], release)
        self._log("released", who, file=file["sha256"], claims=len(ready),
                  out=hashlib.sha256(content).hexdigest())  # fmt: skip
        return release

    def _accepted(
        self, queries: Queries, file: Row, control: int, numbers: Sequence[int]
    ) -> tuple[bytes, int]:
        """What `scrubber scrub` writes as the accepted file, of these claims only, with control
        numbers of its own from `control` on, and the last of them; it was checked again so."""
        content = with_patches(file["content"], queries.patches_of(file["id"]))
        claims = [one["claim_id"] for one in queries.claims_of(file["id"])]
        with TemporaryDirectory() as folder, self._lock:
            scrubber = self._scrubber(queries, claims)
            outcome = scrubber.scrub(
                content, folder, name="release", formats=["json"], only=set(numbers)
            )
            path = Path(folder) / "release.accepted.837"
            if outcome.problem or not path.exists():
                raise DeskError(f"nothing was released: {outcome.problem or 'no claim passed'}")
            accepted, last = _renumbered(path.read_bytes(), control)
            scrubber.new_run()
            again = scrubber.check(accepted)
        if [one.disposition for one in again.claims] != [Disposition.ACCEPTED] * len(numbers):
            raise DeskError(
                "nothing was released: the claims were judged anew, and not all passed; open the "
                "work list again"
            )
        return accepted, last

    def _taken(self, changes: Changes, number: int, revision: int) -> Row:
        claim = changes.claim(number)
        if claim is None:
            raise DeskError("there is no such claim")
        if claim["state"] == RELEASED:
            raise DeskError("this claim was released and can no longer be changed here")
        if not changes.take_revision(number, revision):
            last = next(iter(changes.edits_of(number)), None)
            by = f" by {last['who']} at {last['made']}" if last is not None else ""
            raise ChangedMeanwhileError(
                f"this claim was changed{by} after you opened it; nothing of yours was saved"
            )
        return claim

    def _check_again(self, changes: Changes, file: Row) -> None:
        content = with_patches(file["content"], changes.patches_of(file["id"]))
        claims = [one["claim_id"] for one in changes.claims_of(file["id"])]
        changes.put_claims(file["id"], self._judged(changes, content, claims))

    def _judged(self, queries: Queries, content: bytes, claims: Sequence[str]) -> list[Row]:
        with self._lock:
            scrubber = self._scrubber(queries, claims)
            return list(claim_rows(scrubber.parts(content), scrubber.context))

    def _scrubber(self, queries: Queries, claims: Sequence[str]) -> Scrubber:
        """A run of its own, with the decisions that hold for these claim numbers. The last scrubber
        is used again where it is the same, for it knows what is clean."""
        records = queries.consents_on(self.keys, claims)
        given = (*self._settings.get("consents", ()), *(one.consent for one in records))
        asked = (self.today, given)
        if self._last is None or self._last[0] != asked:
            settings = self._settings.copy()
            settings["consents"] = given
            self._last = asked, Scrubber(**settings)
        scrubber = self._last[1]
        scrubber.new_run()
        return scrubber

    def _next_control(self, queries: Queries) -> int:
        """The day and a count: higher than any before, and unlike those of practice systems."""
        first = int(f"{self._now():%y%m%d}001")
        last = queries.last_control()
        return max(first, int(last) + 1 if last else 0)

    def _time(self) -> str:
        return self._now().astimezone().isoformat(timespec="seconds")

    def _log(self, event: str, who: str, claim: str = "", **told: Any) -> None:
        named = {"claim": self.keys.of("claim", claim)} if claim else {}
        person = self.keys.of("person", who)
        self._audit.append([{"time": self._time(), "by": person, "event": event, **named, **told}])


def _refuse_other_content(content: bytes) -> None:
    """By what it holds: what a file is called says nothing."""
    if not content.strip():
        raise DeskError("this file is empty")
    if not content.lstrip().startswith(b"ISA"):
        raise DeskError(
            "this is not a file of claims: an 837P begins with ISA. Export the claims from the "
            "practice system as 837P, and add that file"
        )


def _file(queries: Queries, number: int) -> Row:
    file = queries.file(number)
    if file is None:
        raise DeskError("there is no such file")
    return file


def _current(queries: Queries, file: int) -> bytes:
    content: bytes = _file(queries, file)["content"]
    return with_patches(content, queries.patches_of(file))


def _segments(claim: Row, blocks: Sequence[Block]) -> list[LoopSegment]:
    return segments_of(blocks, dict(json.loads(claim["blocks"])))


def _offers(claim: Row, rule: str) -> bool:
    offered = [one["code"] for one in json.loads(claim["findings"]) if "with_consent" in one]
    return claim["state"] != RELEASED and rule in offered


def _changed(segments: Sequence[LoopSegment], wanted: Mapping[str, str]) -> dict[int, str]:
    """The text of the segments that these values go into, by their numbers."""
    by_segment: dict[int, dict[tuple[int, int], str]] = {}
    for key, value in wanted.items():
        ordinal, element, component = map(int, key.split("."))
        by_segment.setdefault(ordinal, {})[element, component] = value
    return {
        one.ordinal: changed_segment(one, by_segment[one.ordinal])
        for one, _ in segments
        if one.ordinal in by_segment
    }


def _renumbered(content: bytes, first: int) -> tuple[bytes, int]:
    """The file with control numbers of its own in envelopes and batches, from `first` on, and the
    last of them; all else stays."""
    pieces: list[str] = []
    used = {"ISA": first - 1, "GS": first - 1}
    for step, block in enumerate(blocks_of(content)):
        text, opened = block.text, {"IEA": "ISA", "GE": "GS"}.get(block.id, block.id)
        if opened in used:
            used[opened] += block.id == opened
            at, width = {"ISA": (13, 9), "IEA": (2, 9), "GS": (6, 0), "GE": (2, 0)}[block.id]
            own = f"{used[opened] % MOST_CONTROL:0{width}d}"
            text = with_elements(text, {at: own}, block.delimiters)
        elif block.id == "ST":
            text = with_batch(text, partial(_batch, first, step), block.delimiters)
        pieces.append(text)
    return "".join(pieces).encode("latin-1"), max(used.values())


def _batch(control: int, step: int, _received: str) -> str:
    return f"{control}-{step}"
