"""scrubber watch: a folder in which files are scrubbed as they come in."""

import os
import signal
import sys
from datetime import datetime
from pathlib import Path
from threading import Event

import click

from scrubber.cli.audit_option import AUDIT_KEY_OPTION, audit_keys
from scrubber.cli.failure import UserError
from scrubber.cli.ledger_option import ledger_options
from scrubber.cli.output_options import OutputWishes, output_options
from scrubber.cli.run_options import run_options
from scrubber.engine import Context
from scrubber.history.audit_log import AuditLog
from scrubber.history.keys import Keys
from scrubber.outputs.accepted_files import Limits
from scrubber.outputs.guidance import guidance
from scrubber.outputs.output_fault import internal_fault
from scrubber.run.scrub_file import Request
from scrubber.watch_folder.arrivals import Inbound
from scrubber.watch_folder.auditing import Auditor
from scrubber.watch_folder.day_scrubbers import DayScrubbers
from scrubber.watch_folder.endpoint import serve
from scrubber.watch_folder.event_log import EventLog
from scrubber.watch_folder.folders import DropError, DropFolders
from scrubber.watch_folder.health import Health
from scrubber.watch_folder.making import Maker, Memory, Wishes
from scrubber.watch_folder.metrics import Metrics
from scrubber.watch_folder.passage import Passage
from scrubber.watch_folder.waking import Waking
from scrubber.watch_folder.watcher import Watcher

MEGABYTE = 1 << 20
# How long a watcher may be without a sign of life, beside three looks.
QUIET_SECONDS = 60
HIGHEST_PORT = 65535


def _address(
    _context: click.Context, _option: click.Parameter, value: str | None
) -> tuple[str, int] | None:
    """The host and port of [HOST:]PORT."""
    if value is None:
        return None
    host, _, port = value.rpartition(":")
    if not port.isdecimal() or int(port) > HIGHEST_PORT:
        raise click.BadParameter(f"{value!r}: a port such as 9837, or HOST:PORT expected")
    return host or "127.0.0.1", int(port)


@click.command()
@click.argument("drop", type=click.Path(file_okay=False, path_type=Path))
@click.option("--once", is_flag=True, help="Process what is there and exit; for cron.")
@click.option(
    "--poll",
    type=click.FloatRange(min=0, min_open=True),
    metavar="SECONDS",
    default=5.0,
    show_default=True,
    help="Seconds between checks of the folder.",
)
@click.option(
    "--settle",
    type=click.FloatRange(min=0),
    metavar="SECONDS",
    default=2.0,
    show_default=True,
    help="Seconds a file must stay unchanged, unless NAME.done says that it is complete.",
)
@click.option(
    "--patience",
    type=click.FloatRange(min=0),
    metavar="SECONDS",
    default=900.0,
    show_default=True,
    help="Seconds after which a file that does not end like a claim file is processed anyway.",
)
@click.option(
    "--out-layout",
    type=click.Choice(["folders", "flat"]),
    default="folders",
    show_default=True,
    help="Outputs in outbound/accepted, rejected, acks and reports, or all in outbound.",
)
@output_options(more=",999,ta1,277ca")
@click.option("--max-mb", default=4096, show_default=True, help="Larger files go to error.")
@click.option(
    "--scrub-truncated",
    is_flag=True,
    help="Scrub what can be read of a file that ends before its IEA.  [default: it goes to error]",
)
@click.option(
    "--allow-shared", is_flag=True, help="Allow a drop that everyone on this machine can read."
)
@click.option("--log-json", is_flag=True, help="Log in JSON instead of key=value.")
@click.option(
    "--metrics",
    type=click.Path(dir_okay=False, path_type=Path),
    help="File for Prometheus.  [default: DROP/state/metrics.prom]",
)
@click.option(
    "--listen",
    callback=_address,
    metavar="[HOST:]PORT",
    help="Serve /metrics and /health on this port; without a host, to this machine only.",
)
@AUDIT_KEY_OPTION
@ledger_options
@run_options
def watch(
    drop: Path,
    once: bool,
    poll: float,
    settle: float,
    patience: float,
    out_layout: str,
    wishes: OutputWishes,
    max_mb: int,
    scrub_truncated: bool,
    allow_shared: bool,
    log_json: bool,
    metrics: Path | None,
    listen: tuple[str, int] | None,
    audit_key: Path | None,
    ledger: str | None,
    ledger_key: Path | None,
    context: Context,
) -> None:
    """Scrub files that arrive in DROP/inbound, each once.

    Outputs go to DROP/outbound, the files themselves to DROP/archive, and what could not be
    scrubbed to DROP/error, with the reason. Missing folders are created. Several watchers may
    share one drop. SIGTERM stops the program when the files in progress are finished.

    Exit status: 0; with --once the worst of all files: 1 some claim rejected, 2 something could
    not be scrubbed.
    """
    os.umask(0o077)
    folders = DropFolders(drop.absolute(), out_layout == "flat")
    _prepare(folders, allow_shared, drop, not log_json)
    given = click.get_current_context().params
    log = EventLog(sys.stderr, log_json)
    scrubbers = DayScrubbers(context, given["as_of"] is not None, given["documentation"], log)
    counted = Metrics(folders.state, metrics or folders.state / "metrics.prom", log)
    health = Health(QUIET_SECONDS + 3 * poll)
    keys = audit_keys(folders.audit_log, audit_key)
    memory = Memory()
    if ledger is not None:
        memory = _ledger_memory(ledger, ledger_key, wishes.limits, log)
    wanted = Wishes(_request(wishes, folders, keys), max_mb * MEGABYTE, scrub_truncated)
    watcher = Watcher(
        folders,
        Inbound(folders.inbound, settle, patience),
        Passage(
            folders,
            Maker(wanted, scrubbers.of, internal_fault, memory),
            (_auditor(folders, keys), counted),
        ),
        log,
        counted,
        health,
        scrubbers.today,
    )
    if listen is not None and not once:
        _serve(listen, counted, health, log)
    stop = _stopped_by_signals()
    if once:
        sys.exit(watcher.once(stop, settle))
    watcher.watch(stop, Waking(folders.inbound, poll, log))


def _stopped_by_signals() -> Event:
    stop = Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda _number, _frame: stop.set())
    return stop


def _serve(address: tuple[str, int], metrics: Metrics, health: Health, log: EventLog) -> None:
    host, port = address
    try:
        log.say("listening", host=host, port=serve(host, port, metrics.registry, health))
    except OSError as error:
        raise UserError(f"--listen {host}:{port}: {error.strerror}") from None


def _prepare(folders: DropFolders, allow_shared: bool, drop: Path, tell: bool) -> None:
    is_new = not drop.exists()
    try:
        folders.prepare(allow_shared)
    except DropError as error:
        raise UserError(str(error)) from None
    if is_new and tell:
        click.echo(
            f"Note: {drop} did not exist and was created; put files into {drop}/inbound", err=True
        )


def _request(wishes: OutputWishes, folders: DropFolders, keys: Keys) -> Request:
    return Request(
        folders.work,
        wishes.formats,
        wishes.show_phi,
        guidance(),
        limits=wishes.limits,
        messages=wishes.messages,
        keys=keys,
    )


def _auditor(folders: DropFolders, keys: Keys) -> Auditor:
    log = AuditLog(folders.audit_log, keys)
    return Auditor(folders, log, keys, lambda: datetime.now().astimezone())


def _ledger_memory(given: str, key: Path | None, limits: Limits, log: EventLog) -> Memory:
    from scrubber.cli.ledger_option import address_and_keys  # noqa: PLC0415

    address, keys = address_and_keys(given, key)
    from scrubber.history.database import LedgerError  # noqa: PLC0415
    from scrubber.watch_folder.ledger_memory import LedgerMemory  # noqa: PLC0415

    try:
        return LedgerMemory(address, keys, limits, log)
    except LedgerError as error:
        raise UserError(str(error)) from None
