"""The HTTP API of the desk, for programs; openapi.json describes it."""

import json
from importlib.resources import files
from typing import Any

from flask import Blueprint, Response, abort, jsonify, request

from scrubber.desk.judged_claims import STATES
from scrubber.desk.store import MOST_PAGES, PAGE, Filters, Row
from scrubber.desk.workbench import DeskError, Workbench

WHO = "API"
_SHOWN = (
    "id", "file", "number", "claim_id", "patient", "payer", "therapist", "cents", "state", "reason",
    "release",
)  # fmt: skip


def blueprint(workbench: Workbench) -> Blueprint:
    """The API, for this workbench."""
    made = Blueprint("api", __name__, url_prefix="/api/v1")

    @made.get("/openapi.json")
    def openapi() -> Response:
        text = files("scrubber.desk").joinpath("data", "openapi.json").read_text(encoding="utf-8")
        return Response(text, mimetype="application/json")

    @made.post("/files")
    def receive() -> tuple[Response, int]:
        name = request.args.get("name", "claims")
        try:
            file, known = workbench.receive(name, request.get_data(), WHO)
        except DeskError as error:
            return jsonify(error=str(error)), 422
        with workbench.store.reading() as queries:
            claims = [_shown(one) for one in queries.claims_of(file)]
        return jsonify(file=file, known=known, claims=claims), 200 if known else 201

    @made.get("/claims")
    def claims() -> Response:
        state = request.args.get("state", "")
        page = request.args.get("page", 1, int)
        if (state and state not in STATES) or not 1 <= page <= MOST_PAGES:
            abort(400)
        with workbench.store.reading() as queries:
            rows, count = queries.work_list(Filters(state, page=page))
        return jsonify(claims=[_shown(one) for one in rows], count=count, page=page, per_page=PAGE)

    @made.get("/claims/<int(max=2147483647):number>")
    def claim(number: int) -> Response:
        with workbench.store.reading() as queries:
            found = queries.claim(number) or abort(404)
        told = {name: json.loads(found[name]) for name in ("findings", "corrections")}
        return jsonify(**_shown(found), **told)

    _add_releases(made, workbench)

    @made.errorhandler(400)
    @made.errorhandler(404)
    @made.errorhandler(413)
    def refused(error: Any) -> tuple[Response, int]:
        return jsonify(error=error.name), error.code

    return made


def _add_releases(made: Blueprint, workbench: Workbench) -> None:
    @made.post("/files/<int(max=2147483647):number>/release")
    def release(number: int) -> tuple[Response, int]:
        try:
            made_release = workbench.release(number, WHO)
        except DeskError as error:
            return jsonify(error=str(error)), 409
        return jsonify(_release(workbench, made_release)), 201

    @made.get("/releases/<int(max=2147483647):number>")
    def receipt(number: int) -> Response:
        return jsonify(_release(workbench, number))

    @made.get("/releases/<int(max=2147483647):number>/file")
    def released_file(number: int) -> Response:
        with workbench.store.reading() as queries:
            found = queries.release(number) or abort(404)
        return Response(found["content"], mimetype="application/octet-stream")


def _shown(claim: Row) -> Row:
    service = claim["service"]
    shown = {name: claim[name] for name in _SHOWN}
    return {**shown, "service": service and service.isoformat()}


def _release(workbench: Workbench, number: int) -> Row:
    with workbench.store.reading() as queries:
        found = queries.release(number) or abort(404)
    return {name: value for name, value in found.items() if name != "content"}
