"""Serves /metrics and /health of a watcher over HTTP, until the process ends."""

import json
from collections.abc import Iterable
from threading import Thread
from typing import TYPE_CHECKING
from wsgiref.simple_server import WSGIRequestHandler, make_server

from prometheus_client import CollectorRegistry, make_wsgi_app
from prometheus_client.exposition import ThreadingWSGIServer

from scrubber.watch_folder.health import Health

if TYPE_CHECKING:
    from wsgiref.types import StartResponse, WSGIEnvironment


class _Handler(WSGIRequestHandler):
    timeout = 10

    def log_message(self, format: str, *args: object) -> None:
        """The journal is for what happens to files."""


def serve(host: str, port: int, registry: CollectorRegistry, health: Health) -> int:
    """Begin to serve; the port, which the system chooses for 0. Raises OSError."""
    metrics = make_wsgi_app(registry)

    def answer(environ: "WSGIEnvironment", start: "StartResponse") -> Iterable[bytes]:
        path = environ["PATH_INFO"]
        if path == "/metrics":
            answered: Iterable[bytes] = metrics(environ, start)
            return answered
        if path == "/health":
            state = health.state()
            status = "200 OK" if state.is_healthy else "503 Service Unavailable"
            start(status, [("Content-Type", "application/json"), ("Cache-Control", "no-store")])
            return [json.dumps(state._asdict()).encode("ascii")]
        start("404 Not Found", [("Content-Type", "text/plain")])
        return [b"/metrics or /health\n"]

    server = make_server(host, port, answer, ThreadingWSGIServer, _Handler)
    Thread(target=server.serve_forever, name="endpoint", daemon=True).start()
    return server.server_port
