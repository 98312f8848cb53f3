"""The options that say who does the work of a run."""

import ipaddress
import re
from collections.abc import Callable
from functools import wraps
from typing import Any

import click

from scrubber.cli.failure import UserError
from scrubber.cli.settings import setting_option
from scrubber.run.engines import Engine

LOCAL = "local"
_CLUSTER = re.compile(r"dask(\+tls)?://(?P<host>[^\s/@]+):(?P<port>\d+)/?")

jobs_option = setting_option("jobs")


def engine_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Gives a command --jobs and --engine; the command gets the `engine` they name."""

    @wraps(command)
    def with_engine(*arguments: Any, jobs: int, engine: str, **options: Any) -> Any:
        return command(*arguments, engine=_engine(engine, jobs), **options)

    option = click.option(
        "--engine",
        default=LOCAL,
        show_default=True,
        metavar="ENGINE",
        help="local, or dask://HOST:PORT, dask+tls://HOST:PORT: the workers of a Dask cluster.",
    )
    return jobs_option(option(with_engine))


def _engine(text: str, jobs: int) -> Engine:
    if text == LOCAL:
        return Engine(jobs)
    found = _CLUSTER.fullmatch(text)
    if found is None:
        raise UserError(f"--engine {text}: use local, dask://HOST:PORT or dask+tls://HOST:PORT")
    if jobs > 1:
        raise UserError("--jobs is for this machine; a cluster has as many as its workers")
    if found[1]:
        return Engine(address=f"tls://{found['host']}:{found['port']}")
    if not _is_this_machine(found["host"]):
        click.echo(
            f"Warning: claims travel to {found['host']} unencrypted; dask+tls:// encrypts them",
            err=True,
        )
    return Engine(address=f"tcp://{found['host']}:{found['port']}")


def _is_this_machine(host: str) -> bool:
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host == "localhost"
