"""Refuses every request that does not come from a page of the desk or with the key of the API."""

import hmac
import secrets
from pathlib import Path
from typing import cast
from urllib.parse import urlsplit

from flask import Flask, Response, abort, g, redirect, request

from scrubber.desk.sessions import COOKIE, Session, Sessions

MOST_BYTES = 64 << 20
_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "Cache-Control": "no-store",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    # "no-referrer" would take the origin from forms, which is looked at.
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
_READING = frozenset({"GET", "HEAD"})


def guard(app: Flask, sessions: Sessions, port: int, api_key: str) -> None:
    """Put the checks before every request, and the headers behind it.

    Host is looked at against DNS rebinding: a page elsewhere may point its own name to this
    machine, but it cannot make the browser say another host.
    """
    hosts = {f"127.0.0.1:{port}", f"localhost:{port}"}

    @app.before_request
    def check() -> Response | None:
        if request.host not in hosts:
            abort(421)
        if request.endpoint in ("static", "style"):
            return None
        if request.path.startswith("/api/"):
            _check_key(api_key)
            return None
        if request.path == "/open":
            return _open(sessions)
        session = sessions.session(request.cookies.get(COOKIE, ""))
        if session is None:
            abort(401)
        g.session = session
        if request.method not in _READING:
            _check_origin()
            given = request.form.get("csrf", "").encode()
            if not hmac.compare_digest(given, session.csrf.encode()):
                abort(403)
        return None

    @app.after_request
    def close_up(response: Response) -> Response:
        response.headers.update(_HEADERS)
        return response


def current_session() -> Session:
    """The session of this request."""
    return cast(Session, g.session)


def read_api_key(path: Path) -> str:
    """The key of the API, made, mode 0600, where there is none. Raises OSError."""
    if not path.exists():
        path.touch(mode=0o600)
        path.write_text(secrets.token_urlsafe(32) + "\n", encoding="ascii")
    return path.read_text(encoding="ascii").strip()


def _check_key(api_key: str) -> None:
    """A program sends the key; no browser does so by itself, so no page elsewhere can."""
    given = request.headers.get("Authorization", "").encode()
    if not hmac.compare_digest(given, f"Bearer {api_key}".encode()):
        abort(401)


def _check_origin() -> None:
    origin = urlsplit(request.headers.get("Origin", ""))
    if origin.scheme != "http" or origin.netloc != request.host:
        abort(403)


def _open(sessions: Sessions) -> Response:
    cookie = sessions.open(request.args.get("token", ""))
    if cookie is None:
        abort(401)
    response = cast(Response, redirect("/"))
    response.set_cookie(COOKIE, cookie, httponly=True, samesite="Strict", path="/")
    return response
