"""Who is treated, and who bills, as the levels above a claim tell: as one keyed hash each."""

from scrubber.engine.results import ClaimResult, Part
from scrubber.engine.run_memory import RunMemory
from scrubber.engine.stream_state import KINDS_ABOVE, Above
from scrubber.guide.hierarchy import LEVELS
from scrubber.x12.delimiters import USUAL
from scrubber.x12.segment import LINE_BREAKS


class RunLevels:
    """The levels above the claim at hand. `patient` is the hash of patient and billing provider,
    empty where the file does not tell who the patient is."""

    def __init__(self, memory: RunMemory) -> None:
        self._memory = memory
        self._texts: Above[str] = Above()
        self._patient: bytes | None = None
        self._providers: dict[str, bytes] = {}
        self.delimiters = USUAL
        self.billing = ""

    def enter(self, part: Part) -> None:
        """A part that is no claim."""
        if part.kind in KINDS_ABOVE:
            self._texts.enter(part.kind, part.corrected)
            self._patient = None
            if part.kind == "2000A":
                self.billing = self._billing()
        if part.delimiters is not None:
            self.delimiters = part.delimiters

    @property
    def above(self) -> tuple[str, ...]:
        """The texts of set header, billing provider, subscriber and patient; empty where none."""
        return tuple([self._texts.get(one, "") for one in ("ST", *LEVELS)])

    @property
    def patient(self) -> bytes:
        """The hash of the patient of the next claim under its billing provider."""
        if self._patient is None:
            told = self.person
            self._patient = self._memory.hashed(f"{self.billing}\x1f{told}") if told else b""
        return self._patient

    def day_key(self, payer_id: str, day: int) -> bytes:
        """Stands for a day, by its ordinal, of the patient with billing provider and payer."""
        return self._memory.digest(self.patient, f"{day}{payer_id}".encode())

    def number(self, claim: ClaimResult) -> bytes:
        """Stands for the number of a claim of the billing provider to the payer."""
        return self._memory.hashed(f"{self.billing}\x1f{claim.payer_id}\x1f{claim.claim_id}")

    def provider(self, claim: ClaimResult) -> bytes:
        """Stands for who rendered a claim, else for who bills it."""
        npi = claim.rendering or self.billing
        if npi not in self._providers:
            self._providers = {npi: self._memory.hashed(npi)}
        return self._providers[npi]

    def _billing(self) -> str:
        values = self._values("2000A", "NM1", "85")
        return values[9].strip() if len(values) > 9 else "\x1e".join(values)

    @property
    def person(self) -> str:
        """Member id, with birth date and first name of a dependent; empty where not told."""
        subscriber = self._values("2000B", "NM1", "IL")
        member = subscriber[9].upper().replace(" ", "").replace("-", "") if subscriber[9:] else ""
        if not member or "2000C" not in self._texts:
            return member
        name, birth = self._values("2000C", "NM1", "QC"), self._values("2000C", "DMG", "D8")
        return f"{member}\x1f{''.join(birth[2:3])}\x1f{''.join(name[4:5]).upper().strip()}"

    def _values(self, level: str, name: str, qualifier: str) -> list[str]:
        """The elements of the first segment of that name and qualifier in a level."""
        text = self._texts.get(level, "")
        separator, _, _, terminator = self.delimiters
        for line_break in LINE_BREAKS:
            if line_break in text and line_break != terminator:
                text = text.replace(line_break, "")
        at = text.find(f"{name}{separator}{qualifier}{separator}")
        if at < 0:
            return []
        end = text.find(terminator, at)
        return text[at : end if end >= 0 else len(text)].split(separator)
