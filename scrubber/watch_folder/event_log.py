"""What happened, one line an event: key=value or JSON. No names, no values of claims."""

import json
import logging
from datetime import datetime
from typing import TextIO

PLAIN = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-+:/%")


class EventLog:
    """Writes events to a stream, alarms at the level of a warning."""

    def __init__(self, out: TextIO, as_json: bool = False) -> None:
        handler = _Handler(out)
        handler.setFormatter(_JsonFormatter() if as_json else _PlainFormatter())
        self._logger = logging.Logger("scrubber.watch", logging.INFO)
        self._logger.addHandler(handler)

    def say(self, event: str, **facts: str | int | float) -> None:
        """Write one event with what is known about it; empty facts are left out."""
        self._logger.info(event, extra={"facts": facts})

    def alarm(self, alarm: str, **facts: str | int | float) -> None:
        """Write an event that somebody should look after."""
        self._logger.warning("alarm", extra={"facts": {"alarm": alarm, **facts}})


class _Handler(logging.StreamHandler[TextIO]):
    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802
        """A log that cannot be written, its disk being full, does not keep claims from being
        scrubbed."""


class _JsonFormatter(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        return json.dumps(_facts(record))


class _PlainFormatter(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        return " ".join(f"{key}={_quoted(str(value))}" for key, value in _facts(record).items())


def _facts(record: logging.LogRecord) -> dict[str, str | int | float]:
    now = datetime.fromtimestamp(record.created).astimezone()
    facts: dict[str, str | int | float] = record.__dict__["facts"]
    return {
        "time": now.isoformat(timespec="milliseconds"),
        "level": record.levelname.lower(),
        "event": record.msg,
        **{key: value for key, value in facts.items() if value != ""},
    }


def _quoted(text: str) -> str:
    return text if text and PLAIN.issuperset(text) else json.dumps(text)
