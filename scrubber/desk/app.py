"""The web application of the desk: what its pages are made with, and what guards them."""

import logging
import secrets
from importlib.resources import files
from pathlib import Path

from flask import Flask, Response, render_template
from werkzeug.exceptions import HTTPException

from scrubber.api import Settings
from scrubber.desk import http_api, pages
from scrubber.desk.guard import MOST_BYTES, guard, read_api_key
from scrubber.desk.sessions import Sessions
from scrubber.desk.store import Store
from scrubber.desk.workbench import Workbench
from scrubber.history.audit_log import AuditLog
from scrubber.history.book import Ledger
from scrubber.history.database import key_path, ledger_url
from scrubber.history.keys import read_keys

DATABASE, LEDGER_KEY, AUDIT, API_KEY = "desk.sqlite", "ledger.key", "audit.log", "api.key"
_WORDS = {
    400: "The browser sent something that cannot be read.",
    401: "The desk is locked. Open the address that it printed in its window last.",
    403: "This did not come from a page of the desk, or the page is too old. Open it again.",
    404: "There is no such page.",
    413: f"The file is larger than {MOST_BYTES >> 20} MB. Split it, or use scrubber scrub.",
    421: "The desk is not served at this address.",
    500: "Something went wrong in the program. Nothing of what you did last was saved.",
}


def open_workbench(folder: Path, settings: Settings, database: str | None = None) -> Workbench:
    """The workbench of a folder, which is made, mode 0700, where there is none.

    Raises LedgerError, KeyFileError or OSError where it cannot be used.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    folder.chmod(0o700)
    own = folder / DATABASE
    if database is None:
        # SQLite gives the files beside it the mode of the database.
        own.touch(mode=0o600)
    url = ledger_url(database or str(own))
    keys = read_keys(key_path(url) or folder / LEDGER_KEY)
    audit = AuditLog(folder / AUDIT, read_keys(folder / f"{AUDIT}.key"))
    # The ledger notes its key, so that no other one is used with it.
    Ledger(url, keys).close()
    return Workbench(Store(url), keys, audit, settings)


def make_app(workbench: Workbench, sessions: Sessions, port: int, folder: Path) -> Flask:
    """The application; it answers only at this port of this machine."""
    app = Flask("scrubber.desk")
    # Requests are not logged: their addresses may name patients that were searched for.
    logging.getLogger("werkzeug").disabled = True
    app.config["MAX_CONTENT_LENGTH"] = MOST_BYTES
    # For one-time messages between two pages only; nobody is known by this cookie.
    app.secret_key = secrets.token_bytes(32)
    app.config["SESSION_COOKIE_SAMESITE"] = "Strict"
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    guard(app, sessions, port, read_api_key(folder / API_KEY))
    app.add_url_rule("/style.css", "style", _style)
    app.register_blueprint(pages.blueprint(workbench, sessions))
    app.register_blueprint(http_api.blueprint(workbench))
    app.register_error_handler(HTTPException, _refused)
    app.register_error_handler(Exception, _failed)
    return app


def _style() -> Response:
    """The style of the report's page, and what the desk adds."""
    report = files("scrubber.outputs").joinpath("page_base.css").read_text(encoding="utf-8")
    own = files("scrubber.desk").joinpath("static", "desk.css").read_text(encoding="utf-8")
    return Response(report + own, mimetype="text/css")


def _refused(error: HTTPException) -> tuple[str, int]:
    code = error.code or 500
    words = _WORDS.get(code, error.name)
    return render_template("message.html", title=words, words="", locked=code in (401, 421)), code


def _failed(error: Exception) -> tuple[str, int]:
    # Its words may hold values of a claim.
    logging.getLogger("scrubber").error("the desk: %s", type(error).__name__)
    return render_template("message.html", title=_WORDS[500], words="", locked=False), 500
