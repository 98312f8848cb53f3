"""Whatever is put into a drop, finished, doubled or taken away, in whatever order and however often
it runs: no file is lost, none is taken half, and each one taken has its report.
"""

import os
import tempfile
import time
from collections import Counter
from pathlib import Path

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule
from test_watch_folder_folder import run_once

FIXTURES = Path(__file__).parent.parent / "fixtures"
CLEAN = (FIXTURES / "clean" / "one_claim.837").read_bytes()
MIXED = (FIXTURES / "clinic_day.837").read_bytes()
CONTENTS = {
    "clean": CLEAN,
    "other": CLEAN.replace(b"000000001", b"000000002"),
    "mixed": MIXED,
    "damaged": CLEAN.replace(b"GS*", b"XS*", 1),
    "no claims": b"Dear colleague,\nIEA*1*1~\n",
}
UNFINISHED = CLEAN[: CLEAN.index(b"IEA")]
LONG_AGO = 3600.0

names = st.sampled_from(["a.837", "b.837", "a.txt", "A.837", "a b.837", "c"])
contents = st.sampled_from(sorted(CONTENTS))


class DropStates(RuleBasedStateMachine):
    """`waiting` are the files of the inbound folder that are to be taken by the next run,
    `unfinished` those that are not; `taken` is what was in those taken."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory(prefix="drop-")
        self.drop = Path(self.folder.name, "drop")
        (self.drop / "inbound").mkdir(parents=True, mode=0o700)
        self.drop.chmod(0o700)
        self.waiting: dict[str, bytes] = {}
        self.unfinished: dict[str, bytes] = {}
        self.taken: Counter[bytes] = Counter()

    def teardown(self) -> None:
        self.folder.cleanup()

    def put(self, name: str, content: bytes) -> None:
        file = self.drop / "inbound" / name
        file.write_bytes(content)
        os.utime(file, (time.time() - LONG_AGO / 2,) * 2)

    @rule(name=names, content=contents)
    def finished_file(self, name: str, content: str) -> None:
        """Also in the place of one that waits."""
        self.unfinished.pop(name, None)
        self.waiting[name] = CONTENTS[content]
        self.put(name, CONTENTS[content])

    @rule(name=names)
    def file_without_its_end(self, name: str) -> None:
        self.waiting.pop(name, None)
        self.unfinished[name] = UNFINISHED
        self.put(name, UNFINISHED)

    @rule(name=names, content=contents)
    def file_on_its_way(self, name: str, content: str) -> None:
        self.unfinished[f"{name}.part"] = CONTENTS[content]
        self.put(f"{name}.part", CONTENTS[content])

    @precondition(lambda self: any(name.endswith(".part") for name in self.unfinished))
    @rule(data=st.data())
    def file_arrived(self, data: st.DataObject) -> None:
        on_their_way = sorted(name for name in self.unfinished if name.endswith(".part"))
        name = data.draw(st.sampled_from(on_their_way))
        content = self.unfinished.pop(name)
        inbound, arrived = self.drop / "inbound", name.removesuffix(".part")
        (inbound / name).rename(inbound / arrived)
        self.unfinished.pop(arrived, None)
        self.waiting[arrived] = content

    @precondition(lambda self: self.waiting)
    @rule(data=st.data())
    def file_taken_away_again(self, data: st.DataObject) -> None:
        name = data.draw(st.sampled_from(sorted(self.waiting)))
        del self.waiting[name]
        (self.drop / "inbound" / name).unlink()

    @rule()
    def run(self) -> None:
        done = run_once(self.drop, "--patience", str(LONG_AGO))
        assert "Traceback" not in done.output
        assert done.exit_code in (0, 1, 2)
        self.taken.update(self.waiting.values())
        self.waiting = {}
        reports = list((self.drop / "outbound").rglob("*.report.json"))
        assert len(reports) == sum(self.taken.values())

    @invariant()
    def every_file_is_in_one_place(self) -> None:
        inbound = {one.name: one.read_bytes() for one in (self.drop / "inbound").iterdir()}
        assert inbound == self.waiting | self.unfinished
        kept = [
            one.read_bytes()
            for place in ("archive", "error")
            for one in (self.drop / place).rglob("*")
            if one.is_file() and not one.name.endswith(".reason.txt")
        ]
        assert Counter(kept) == self.taken

    @invariant()
    def nothing_is_left_in_work(self) -> None:
        work = self.drop / "work"
        assert not work.exists() or list(work.iterdir()) == []


DropStates.TestCase.settings = settings(max_examples=10, stateful_step_count=12, deadline=None)
TestDropStates = DropStates.TestCase
