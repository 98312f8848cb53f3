"""The pages of the desk."""

import json
from collections import Counter
from itertools import groupby
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, Response, abort, flash, g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from scrubber.desk.boxes import Box
from scrubber.desk.claim_text import LoopSegment
from scrubber.desk.guard import current_session
from scrubber.desk.judged_claims import RELEASED, STATES
from scrubber.desk.sessions import COOKIE, Sessions
from scrubber.desk.store import MOST_PAGES, PAGE, SORTS, Filters, Row
from scrubber.desk.workbench import Workbench
from scrubber.errors import ScrubberError
from scrubber.outputs.guidance import UNKNOWN, guidance

LONGEST_NAME = 80
COLUMNS = (
    ("claim", "Claim"), ("patient", "Patient"), ("date", "Date of service"), ("payer", "Payer"),
    ("therapist", "Therapist"), ("state", "State"), ("due", "Days to file"), ("charge", "Charge"),
)  # fmt: skip


def blueprint(workbench: Workbench, sessions: Sessions) -> Blueprint:
    """The pages, for this workbench."""
    pages = _Pages(workbench, sessions)
    made = Blueprint("desk", __name__)
    for rule, function in (
        ("/", pages.work_list),
        ("/claims/<int(max=2147483647):number>", pages.claim),
        ("/releases", pages.releases),
        ("/decisions", pages.decisions),
        ("/releases/<int(max=2147483647):number>", pages.receipt),
        ("/releases/<int(max=2147483647):number>/file", pages.released_file),
    ):
        made.add_url_rule(rule, function.__name__, function)
    for rule, change in (
        ("/files", pages.upload),
        ("/claims/<int(max=2147483647):number>/save", pages.save),
        ("/claims/<int(max=2147483647):number>/undo", pages.undo),
        ("/claims/<int(max=2147483647):number>/decide", pages.decide),
        ("/files/<int(max=2147483647):number>/release", pages.release),
        ("/decisions/<int(max=2147483647):number>/revoke", pages.revoke),
        ("/name", pages.name),
        ("/lock", pages.lock),
    ):
        made.add_url_rule(rule, change.__name__, change, methods=["POST"])
    made.app_template_filter("dollars")(dollars)
    made.app_context_processor(_everywhere)
    return made


def dollars(cents: int | None) -> str:
    """An amount as billers read it."""
    return "" if cents is None else f"${cents / 100:,.2f}"


def _everywhere() -> dict[str, Any]:
    session = g.get("session")
    return {"session": session, "states": STATES, "released": RELEASED}


class _Pages:
    """Each method answers one address."""

    def __init__(self, workbench: Workbench, sessions: Sessions) -> None:
        self._bench = workbench
        self._sessions = sessions

    def work_list(self) -> str:
        filters = _filters()
        with self._bench.store.reading() as queries:
            rows, count = queries.work_list(filters)
            counts = queries.counts()
            payers, therapists = queries.names("payer"), queries.names("therapist")
        return render_template(
            "work_list.html",
            rows=rows,
            count=count,
            counts=counts,
            filters=filters,
            payers=payers,
            therapists=therapists,
            today=self._bench.today,
            columns=[_column(filters, *one) for one in COLUMNS],
            pages=max(1, -(-count // PAGE)),
            link=lambda **changed: _link(filters, **changed),
        )

    def upload(self) -> AnyResponse:
        given = [one for one in request.files.getlist("claims") if one.filename]
        if not given:
            flash("Choose a file of claims first.", "rejected")
        for one in given:
            name = (one.filename or "").replace("\\", "/").rpartition("/")[2]
            try:
                _, known = self._bench.receive(name, one.stream.read(), self._who())
            except ScrubberError as error:
                flash(f"{name}: {error}", "rejected")
                continue
            flash(f"{name}: {'was added before; nothing changed' if known else 'checked'}.", "")
        return redirect(url_for("desk.work_list"))

    def claim(self, number: int, values: dict[str, str] | None = None, wrong: str = "") -> str:
        with self._bench.store.reading() as queries:
            claim = queries.claim(number) or abort(404)
            before, after = queries.neighbors(claim)
            edits = queries.edits_of(number)
            decisions = queries.consents_on(self._bench.keys, [claim["claim_id"]])
        boxes, segments = self._bench.view(claim, self._who())
        findings = json.loads(claim["findings"])
        return render_template(
            "claim.html",
            claim=claim,
            groups=_groups(boxes),
            lines=_lines(boxes),
            findings=[_explained(one, boxes) for one in findings if not one["fixed"]],
            corrections=json.loads(claim["corrections"]),
            segments=_marked(segments, findings),
            edits=[{**one, "changes": json.loads(one["changes"])} for one in edits],
            decisions=[one.consent for one in decisions if one.consent.claim],
            before=before,
            after=after,
            values=values or {},
            wrong=wrong,
            can_undo=any(not one["undone"] for one in edits),
        )

    def save(self, number: int) -> AnyResponse | tuple[str, int]:
        values = {
            key.removeprefix("box:"): value
            for key, value in request.form.items()
            if key.startswith("box:")
        }
        try:
            changed = self._bench.save(number, _revision(), values, self._who())
        except ScrubberError as error:
            return self.claim(number, values, str(error)), 409
        flash(f"{changed} changed and checked again." if changed else "Nothing was changed.", "")
        return redirect(url_for("desk.claim", number=number))

    def undo(self, number: int) -> AnyResponse | tuple[str, int]:
        try:
            self._bench.undo(number, _revision(), self._who())
        except ScrubberError as error:
            return self.claim(number, wrong=str(error)), 409
        flash("The last change was taken back and the claim checked again.", "")
        return redirect(url_for("desk.claim", number=number))

    def decide(self, number: int) -> AnyResponse | tuple[str, int]:
        form = request.form
        declined = form.get("decision") == "decline"
        try:
            count = self._bench.decide(
                number, form.get("rule", ""), form.get("reason", ""), self._who(),
                declined=declined, alike=form.get("alike") == "yes",
            )  # fmt: skip
        except ScrubberError as error:
            return self.claim(number, wrong=str(error)), 409
        flash(f"Repair {'declined' if declined else 'accepted'} for {_claims(count)}.", "")
        return redirect(url_for("desk.claim", number=number))

    def decisions(self) -> str:
        with self._bench.store.reading() as queries:
            records = queries.consents()
        return render_template("decisions.html", records=records[::-1], titles=guidance())

    def revoke(self, number: int) -> AnyResponse:
        try:
            self._bench.revoke(number, self._who())
        except ScrubberError as error:
            flash(f"{error}.", "rejected")
        else:
            flash("The decision was taken back, and what it concerns was checked again.", "")
        return redirect(url_for("desk.decisions"))

    def releases(self) -> str:
        with self._bench.store.reading() as queries:
            ready, made, counts = queries.ready(), queries.releases(), queries.counts()
        return render_template("releases.html", ready=ready, made=made, counts=counts)

    def release(self, number: int) -> AnyResponse:
        try:
            made = self._bench.release(number, self._who())
        except ScrubberError as error:
            flash(f"{error}.", "rejected")
            return redirect(url_for("desk.releases"))
        return redirect(url_for("desk.receipt", number=made))

    def receipt(self, number: int) -> str:
        with self._bench.store.reading() as queries:
            release = queries.release(number) or abort(404)
            claims = queries.released_claims(number)
        return render_template("receipt.html", release=release, claims=claims)

    def released_file(self, number: int) -> Response:
        with self._bench.store.reading() as queries:
            release = queries.release(number) or abort(404)
        named = {"Content-Disposition": f'attachment; filename="{release["name"]}"'}
        return Response(release["content"], mimetype="application/octet-stream", headers=named)

    def name(self) -> AnyResponse:
        given = "".join(one for one in request.form.get("name", "") if one.isprintable()).strip()
        if given:
            current_session().who = given[:LONGEST_NAME]
        return redirect(url_for("desk.work_list"))

    def lock(self) -> AnyResponse:
        self._sessions.close(request.cookies.get(COOKIE, ""))
        return redirect(url_for("desk.work_list"))

    def _who(self) -> str:
        return current_session().who


def _revision() -> int:
    return request.form.get("revision", -1, int)


def _claims(count: int) -> str:
    return "1 claim" if count == 1 else f"{count:,} claims"


def _filters() -> Filters:
    given = request.args
    sort = given.get("sort", "state")
    return Filters(
        given.get("state", "") if given.get("state") in STATES else "",
        given.get("payer", ""),
        given.get("therapist", ""),
        given.get("text", "").strip()[:LONGEST_NAME],
        sort if sort in SORTS else "state",
        given.get("order") == "down",
        min(max(1, given.get("page", 1, int)), MOST_PAGES),
    )


def _link(filters: Filters, **changed: Any) -> str:
    new = filters._replace(**{"page": 1, **changed})
    named = {
        "state": new.state, "payer": new.payer, "therapist": new.therapist, "text": new.text,
        "sort": new.sort if new.sort != "state" else "", "order": "down" if new.descending else "",
        "page": new.page if new.page > 1 else "",
    }  # fmt: skip
    return "/?" + urlencode({name: value for name, value in named.items() if value})


def _column(filters: Filters, key: str, words: str) -> dict[str, str]:
    current = filters.sort == key
    order = ("descending" if filters.descending else "ascending") if current else ""
    link = _link(filters, sort=key, descending=current and not filters.descending)
    return {"key": key, "words": words, "order": order, "link": link}


def _groups(boxes: list[Box]) -> list[tuple[str, list[Box]]]:
    names = ("Patient", "Insured and payer", "Claim", "Billing provider")
    found = [(one, [box for box in boxes if box.group == one]) for one in names]
    return [(name, sorted(own, key=lambda box: box.order)) for name, own in found if own]


def _lines(boxes: list[Box]) -> list[tuple[int, list[Box]]]:
    own = [box for box in boxes if box.line is not None]
    return [
        (number, sorted(of_line, key=lambda box: box.order))
        for number, of_line in groupby(own, key=lambda box: box.line or 0)
    ]


def _explained(finding: dict[str, Any], boxes: list[Box]) -> dict[str, Any]:
    page = guidance().get(finding["code"], UNKNOWN)
    at = next((box.key for box in boxes if finding in box.findings), "")
    return {**finding, "title": page.title, "why": page.why, "todo": page.fix, "box": at}


def _marked(segments: list[LoopSegment], findings: list[dict[str, Any]]) -> list[Row]:
    found = Counter(one["segment"] for one in findings if not one["fixed"])
    return [
        {
            "number": one.segment.ordinal,
            "text": one.segment.raw + one.segment.delimiters.terminator,
            "marked": found[one.segment.ordinal],
        }
        for one in segments
    ]
