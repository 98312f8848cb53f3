"""Who may use the desk: one-time addresses, and sessions that lock when idle."""

import hmac
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass
from threading import Lock

IDLE_MINUTES = 15
COOKIE = "scrubber_desk"
MOST_SESSIONS = 20


@dataclass(slots=True)
class Session:
    """One browser that opened a one-time address. `csrf` must come with whatever it changes."""

    who: str
    csrf: str
    seen: float


class Sessions:
    """The browsers that may use the desk; all are gone when the program ends.

    `idle_minutes` without a request lock a session. `clock` tells seconds. `on_new_token` is
    called with each token after the first.
    """

    def __init__(
        self,
        who: str,
        idle_minutes: float = IDLE_MINUTES,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._who = who
        self._idle = idle_minutes * 60
        self._clock = clock
        self._lock = Lock()
        self._token = secrets.token_urlsafe(32)
        self._sessions: dict[str, Session] = {}
        self.on_new_token: Callable[[str], object] = lambda _: None

    @property
    def token(self) -> str:
        """What opens the desk once."""
        return self._token

    def open(self, token: str) -> str | None:
        """The cookie of a new session; None where this is not the token. The next browser needs
        the next token."""
        with self._lock:
            if not hmac.compare_digest(token.encode(), self._token.encode()):
                return None
            self._token = secrets.token_urlsafe(32)
            self.on_new_token(self._token)
            while len(self._sessions) >= MOST_SESSIONS:
                oldest = min(self._sessions, key=lambda one: self._sessions[one].seen)
                del self._sessions[oldest]
            cookie = secrets.token_urlsafe(32)
            session = Session(self._who, secrets.token_urlsafe(32), self._clock())
            self._sessions[cookie] = session
            return cookie

    def session(self, cookie: str) -> Session | None:
        """The session of a cookie, which is used now; None where there is none or it is locked."""
        with self._lock:
            found = self._sessions.get(cookie)
            if found is None:
                return None
            now = self._clock()
            if now - found.seen > self._idle:
                del self._sessions[cookie]
                return None
            found.seen = now
            return found

    def close(self, cookie: str) -> None:
        """Lock a session."""
        with self._lock:
            self._sessions.pop(cookie, None)
