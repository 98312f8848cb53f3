"""Every setting there is. The options of the commands, the names in scrubber.toml and in the
environment, `scrubber config` and docs/configuration.md are all made from this table."""

from enum import Enum
from typing import NamedTuple

from scrubber.run.scrub_file import FORMATS


class Kind(Enum):
    """What a setting may be; the value says what scrubber.toml must give for it."""

    FOLDER = "a folder, as text"
    FILE = "a file, as text"
    MADE_FILE = "a file, made where there is none, as text"
    ADDRESS = "a path or URL, as text"
    WORDS = "a list of words"
    CHOICE = "one word"
    NUMBER = "a whole number of 1 or more"
    SWITCH = "true or false"
    PARTICIPATION = "true or false by the id of a profile"
    CONSENTS = "reason and until by the code of a rule"


class Setting(NamedTuple):
    """A setting; `name` is that of its option without the dashes, `choices` are the words that it
    may have, `default` is that of the option."""

    name: str
    kind: Kind
    help: str
    choices: tuple[str, ...] = ()
    default: str | int | bool | None = None

    @property
    def option(self) -> str:
        """The option of the command line."""
        return f"--{self.name}"

    @property
    def variable(self) -> str:
        """The variable of the environment."""
        return f"SCRUBBER_{self.name.upper().replace('-', '_')}"


SETTINGS = (
    Setting("out", Kind.ADDRESS, "Folder or URL for corrected files, rejected files and reports."),
    Setting(
        "format",
        Kind.WORDS,
        f"Reports and acknowledgments to write, of {', '.join(FORMATS)}.",
        FORMATS,
        "json,csv,html",
    ),
    Setting(
        "profiles",
        Kind.FOLDER,
        "Folder of your own payer profiles; they replace shipped ones with the same id.",
    ),
    Setting(
        "participation",
        Kind.PARTICIPATION,
        "Whether you participate with the payer of this profile, such as aetna=yes: its filing "
        "limits then reject. May be given several times.",
    ),
    Setting(
        "documentation",
        Kind.FILE,
        "CSV of documented minutes: claim_id,line,minutes and more.",
    ),
    Setting(
        "tables",
        Kind.FOLDER,
        "Folder of code tables from scrubber table import; they replace shipped ones.",
    ),
    Setting(
        "consent",
        Kind.CONSENTS,
        "Make the repairs of this rule that change what is claimed, such as S601: add GP. "
        "May be given several times.",
    ),
    Setting(
        "decisions",
        Kind.FILE,
        "CSV of decisions on repairs of single claims: claim,rule,decision,who,when,why, "
        "where decision is accept or decline.",
    ),
    Setting(
        "isolate",
        Kind.CHOICE,
        "What a breach of the X12 guide rejects: the claim, or its whole transaction set.",
        ("claim", "transaction"),
        "claim",
    ),
    Setting(
        "ledger",
        Kind.ADDRESS,
        "Remember claims in this SQLite file or database, and check new claims against it.",
    ),
    Setting(
        "ledger-key", Kind.MADE_FILE, "Key file of the ledger.  [default: next to a SQLite ledger]"
    ),
    Setting(
        "audit",
        Kind.MADE_FILE,
        "Append to this log what each rule did to each claim.",
    ),
    Setting(
        "audit-key",
        Kind.MADE_FILE,
        "Key file of the audit log.  [default: SCRUBBER_AUDIT_SECRET, or FILE.key next to the log]",
    ),
    Setting("jobs", Kind.NUMBER, "Use N processes; the output is the same.", (), 1),
    Setting(
        "claims-per-set",
        Kind.NUMBER,
        "Start a new transaction set in the accepted file after N claims.",
    ),
    Setting(
        "one-provider-per-file",
        Kind.SWITCH,
        "Write an accepted file for each billing provider.",
        (),
        False,
    ),
    Setting("one-payer-per-file", Kind.SWITCH, "Write an accepted file for each payer.", (), False),
    Setting(
        "status-text",
        Kind.SWITCH,
        "Say in words what is wrong in a 277CA (STC12), beside the codes.",
        (),
        True,
    ),
)
BY_NAME = {one.name: one for one in SETTINGS}
