"""The folders of a file drop, and who may look into them."""

import os
import re
import stat
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path

from scrubber.files.system import keeps_modes

PRIVATE = 0o700
OTHERS = 0o007
ARCHIVE = "archive"
KINDS = ("accepted", "rejected", "acks", "reports")
ENDINGS = {".rejected.837": "rejected", ".ta1": "acks", ".999": "acks", ".277ca": "acks"}
ACCEPTED = re.compile(r".*\.accepted(\.\d+)?\.837")


class DropError(Exception):
    """A drop that cannot be used as it is; the message says what to do."""


@dataclass(frozen=True)
class DropFolders:
    """Where a drop keeps what. With `flat` everything written goes straight into outbound."""

    root: Path
    flat: bool = False

    @cached_property
    def inbound(self) -> Path:
        """Where suppliers put files."""
        return self.root / "inbound"

    @cached_property
    def work(self) -> Path:
        """One folder for each file that is being scrubbed."""
        return self.root / "work"

    @cached_property
    def outbound(self) -> Path:
        """What was made of the files."""
        return self.root / "outbound"

    @cached_property
    def error(self) -> Path:
        """Files that could not be scrubbed, each with its reason."""
        return self.root / "error"

    @cached_property
    def state(self) -> Path:
        """What the drop remembers."""
        return self.root / "state"

    @cached_property
    def seen(self) -> Path:
        """One record for each content that was received, by its hash."""
        return self.state / "seen"

    @cached_property
    def locks(self) -> Path:
        """One lock for each folder in work; beside it, for Windows removes no folder in which a
        file is open."""
        return self.state / "locks"

    @cached_property
    def audit_log(self) -> Path:
        """What was done to which claim by which rule."""
        return self.state / "audit.jsonl"

    def archive(self, day: date) -> Path:
        """Where files received on a day are kept."""
        return self.root / ARCHIVE / f"{day:%Y}" / f"{day:%m}" / f"{day:%d}"

    def outbound_for(self, name: str) -> Path:
        """Where an output with this name goes."""
        if self.flat:
            return self.outbound
        if ACCEPTED.fullmatch(name):
            return self.outbound / "accepted"
        kind = next((kind for end, kind in ENDINGS.items() if name.endswith(end)), "reports")
        return self.outbound / kind

    def prepare(self, allow_shared: bool = False) -> None:
        """Make what is missing, for the owner only. Raises DropError for a drop that is no folder,
        that others may look into (unless `allow_shared`), or that leads elsewhere."""
        outputs = [] if self.flat else [self.outbound / kind for kind in KINDS]
        inner = [self.inbound, self.work, self.outbound, *outputs, self.error, self.seen.parent]
        try:
            make_private(self.root)
            _refuse_shared(self.root, allow_shared)
            for folder in [*inner, self.seen, self.locks, self.root / ARCHIVE]:
                make_private(folder)
        except OSError as error:
            raise DropError(f"{self.root}: {error.strerror}; the drop cannot be created") from None


def make_private(folder: Path) -> None:
    """Make a folder and those above it, 0700. Raises DropError where something else is there."""
    if not folder.parent.exists():
        make_private(folder.parent)
    try:
        folder.mkdir(PRIVATE)
    except FileExistsError:
        mode = os.lstat(folder).st_mode
        if stat.S_ISLNK(mode):
            raise DropError(f"{folder} is a symbolic link; name the folder itself") from None
        if not stat.S_ISDIR(mode):
            raise DropError(f"{folder} is not a folder; move it") from None


def _refuse_shared(root: Path, allow_shared: bool) -> None:
    if keeps_modes() and root.stat().st_mode & OTHERS and not allow_shared:
        raise DropError(
            f"everyone on this machine can read {root}: run chmod o-rwx {root}, "
            "or use --allow-shared if that is intended"
        )
