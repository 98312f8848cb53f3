"""What happened, one line an event: key=value or JSON. No names, no values of claims."""

import json
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from typing import TextIO

PLAIN = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-+:/%")


class EventLog:
    """Writes events to a stream. `now` gives the time to write with each of them."""

    def __init__(self, out: TextIO, now: Callable[[], datetime], as_json: bool = False) -> None:
        self._out = out
        self._now = now
        self._as_json = as_json

    def say(self, event: str, **facts: str | int | float) -> None:
        """Write one event with what is known about it; empty facts are left out. A log that
        cannot be written, its disk being full, does not keep claims from being scrubbed."""
        told = {
            "time": self._now().isoformat(timespec="milliseconds"),
            "event": event,
            **{key: value for key, value in facts.items() if value != ""},
        }
        if self._as_json:
            line = json.dumps(told)
        else:
            line = " ".join(f"{key}={_quoted(str(value))}" for key, value in told.items())
        with suppress(OSError):
            self._out.write(line + "\n")
            self._out.flush()

    def alarm(self, alarm: str, **facts: str | int | float) -> None:
        """Write an event that somebody should look after."""
        self.say("alarm", alarm=alarm, **facts)


def _quoted(text: str) -> str:
    return text if text and PLAIN.issuperset(text) else json.dumps(text)
