"""The desk at work: files in, claims fixed and checked at once, decisions, files out."""

import hashlib
import io
import json
import re
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import schemathesis
from desk_office import ADDRESS, AS_OF, CLINIC, PORT, TO_FIX, WRONG_UNITS, Office, Visitor
from hypothesis import given, settings
from ledger_server import missing, running_server
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    response_schema_conformance,
    status_code_conformance,
)
from werkzeug.test import TestResponse

import scrubber
from scrubber.cli.desk import EXAMPLE_DAY, example_clinic
from scrubber.consents import Consent
from scrubber.desk.claim_text import with_patches
from scrubber.desk.store import Filters
from scrubber.desk.workbench import ChangedMeanwhileError, DeskError
from scrubber.history.book import Ledger

WAITING = CLINIC.replace(b"SV1*HC:97110:GP*116.00*UN*2***1~", b"SV1*HC:97110*116.00*UN*2***1~", 1)
"""The second claim without a GP that its payer asks for, and adds only with consent."""


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    with running_server() as url:
        yield url


@pytest.fixture(params=("SQLite", "PostgreSQL"))
def office(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Office]:
    if request.param == "SQLite":
        yield Office(tmp_path)
        return
    if missing():
        pytest.skip(missing())
    office = Office(tmp_path, request.getfixturevalue("server"))
    yield office
    office.empty()


def state(office: Office, number: int) -> str:
    with office.bench.store.reading() as queries:
        claim = queries.claim(number)
        assert claim is not None
        return str(claim["state"])


def revision(biller: Visitor, number: int) -> str:
    found = re.search(r'name="revision" value="(\d+)"', biller.get(f"/claims/{number}").text)
    assert found is not None
    return found[1]


def save(biller: Visitor, number: int, **boxes: str) -> int:
    fields = {f"box:{key}": value for key, value in boxes.items()}
    answer = biller.post(f"/claims/{number}/save", revision=revision(biller, number), **fields)
    return answer.status_code


def test_an_empty_desk_says_what_to_do(office: Office) -> None:
    biller = office.biller()
    assert "No claims yet" in biller.get("/").text
    assert "No claim is ready" in biller.get("/releases").text
    assert biller.get("/claims/1").status_code == 404
    assert biller.get("/releases/1").status_code == 404


def test_a_file_is_checked_as_the_program_checks_it(office: Office) -> None:
    biller = office.biller()
    biller.post("/files", claims=(io.BytesIO(CLINIC), "clinic.837"))
    with office.bench.store.reading() as queries:
        rows, count = queries.work_list(Filters(sort="claim"))
    told = scrubber.check(CLINIC, as_of=AS_OF).claims
    assert count == len(told)
    rejected = {one.claim_id for one in told if one.disposition.value == "rejected"}
    assert {one["claim_id"] for one in rows if one["state"] == "to fix"} == rejected
    biller.post("/files", claims=(io.BytesIO(CLINIC), "again.837"))
    assert "was added before" in biller.get("/").text


def test_the_work_list_filters_sorts_and_turns_pages(office: Office) -> None:
    biller = office.with_clinic()
    page = biller.get("/", query_string={"state": "to fix", "sort": "charge", "order": "down"}).text
    assert len(re.findall('class="open"', page)) == 5
    assert "MG-1001" not in page
    with office.bench.store.reading() as queries:
        rows, _ = queries.work_list(Filters(sort="charge", descending=True))
    assert [one["cents"] for one in rows] == sorted((one["cents"] for one in rows), reverse=True)
    assert "MG-1010" in biller.get("/?text=janowski").text
    assert "No claim matches" in biller.get("/?payer=nobody").text


def test_a_claim_shows_the_finding_at_its_box_and_the_text(office: Office) -> None:
    page = office.with_clinic().get(f"/claims/{TO_FIX}").text
    assert re.search(rf'id="b{WRONG_UNITS}"[^>]*aria-invalid="true"', page)
    assert "Box 24G, units" in page
    assert "What to do:" in page
    assert "Source: CMS NCCI" in page
    assert re.search(r'class="marked"><code>SV1\*HC:97035', page)


def test_a_claim_is_fixed_checked_undone_and_untouched_bytes_stay(office: Office) -> None:
    biller = office.with_clinic()
    assert save(biller, TO_FIX, **{WRONG_UNITS: "2"}) == 302
    assert state(office, TO_FIX) == "ready"
    with office.bench.store.reading() as queries:
        (patch,) = queries.patches_of(1)
        (edit,) = queries.edits_of(TO_FIX)
    assert CLINIC[patch.start : patch.end].decode() == patch.before
    assert patch.after == patch.before.replace("*UN*3*", "*UN*2*")
    assert json.loads(edit["changes"]) == [["Item 24G, units", 2, "3", "2"]]
    assert edit["who"] == "Pat"
    assert (
        biller.post(f"/claims/{TO_FIX}/undo", revision=revision(biller, TO_FIX)).status_code == 302
    )
    assert state(office, TO_FIX) == "to fix"
    with office.bench.store.reading() as queries:
        assert queries.patches_of(1) == []


def test_a_number_that_has_no_segment_yet_is_added(office: Office) -> None:
    biller = office.with_clinic()
    assert save(biller, 14, **{"new.F8": "ICN4471"}) == 302
    assert state(office, 14) == "ready"
    found = re.search(r'name="box:([\d.]+)" value="ICN4471"', biller.get("/claims/14").text)
    assert found is not None
    assert save(biller, 14, **{found[1]: "ICN4472", "new.G1": "A1"}) == 302
    assert save(biller, TO_FIX, **{WRONG_UNITS: "2"}) == 302
    assert state(office, 14) == "ready"
    office.bench.release(1, "Pat")
    content = biller.get("/releases/1/file").data
    assert b"~\nREF*F8*ICN4472~\nREF*G1*A1~\nHI*" in content
    assert b"*UN*2***1~" in content
    assert scrubber.check(content, as_of=AS_OF).findings == ()


def test_a_number_that_was_added_is_taken_back(office: Office) -> None:
    biller = office.with_clinic()
    assert save(biller, 14, **{"new.F8": "ICN4471"}) == 302
    biller.post("/claims/14/undo", revision=revision(biller, 14))
    with office.bench.store.reading() as queries:
        assert with_patches(CLINIC, queries.patches_of(1)) == CLINIC
    assert state(office, 14) == "to fix"


@pytest.mark.parametrize("line_end", (b"", b"\r\n"))
def test_other_segments_stay_where_one_is_added(office: Office, line_end: bytes) -> None:
    content = CLINIC.replace(b"\n", line_end)
    office.bench.receive("x.837", content, "Pat")
    office.bench.save(14, 0, {"new.F8": "ICN4471"}, "Pat")
    with office.bench.store.reading() as queries:
        patched = with_patches(content, queries.patches_of(1))
    added = b"REF*F8*ICN4471~" + line_end
    assert patched.count(added) == 1
    count = re.search(rb"SE\*(\d+)", content)
    assert count is not None
    more = b"SE*%d" % (int(count[1]) + 1)
    assert patched.replace(added, b"").replace(more, count[0]) == content


def test_the_days_to_the_filing_limit_are_listed(office: Office) -> None:
    biller = office.with_clinic()
    with office.bench.store.reading() as queries:
        claim = queries.claim(4)
    assert claim is not None
    assert claim["payer"] == "AETNA"
    days = (claim["due"] - AS_OF).days
    assert 0 < days < 365
    assert f'">{days}<span class="unit"> days to file' in biller.get("/?text=MG-1004").text


def test_an_empty_box_takes_a_value(office: Office) -> None:
    biller = office.with_clinic()
    page = biller.get("/claims/2").text
    boxes = re.findall(r'name="box:(\d+\.1\.4)" value=""', page)
    assert save(biller, 2, **{boxes[0]: "59"}) == 302
    with office.bench.store.reading() as queries:
        assert ":GP:59*" in queries.patches_of(1)[0].after


def test_the_second_of_two_people_is_told(office: Office) -> None:
    first, second = office.with_clinic(), office.biller()
    second.post("/name", name="Sam")
    seen = revision(second, TO_FIX)
    assert save(first, TO_FIX, **{WRONG_UNITS: "2"}) == 302
    answer = second.post(f"/claims/{TO_FIX}/save", revision=seen, **{f"box:{WRONG_UNITS}": "1"})
    assert answer.status_code == 409
    assert "was changed by Pat" in answer.text
    assert 'value="1"' in answer.text
    assert state(office, TO_FIX) == "ready"


def test_a_change_above_claims_is_told_to_who_has_another_one_open(office: Office) -> None:
    twice = CLINIC.replace(b"CLM*MG-1002*", b"CLM*MG-1000*", 1)
    claim = CLINIC[CLINIC.index(b"CLM*MG-1002") : CLINIC.index(b"HL*4*")]
    content = twice.replace(b"HL*4*1*22*1~", claim + b"HL*4*1*22*1~")
    office.bench.receive("two.837", content, "Pat")
    biller = office.biller()
    page = biller.get("/claims/2").text
    found = re.search(r'name="box:([\d.]+)" value="912345671"', page)
    assert found is not None
    seen = revision(biller, 3)
    assert save(biller, 2, **{found[1]: "912345672"}) == 302
    assert "912345672" in biller.get("/claims/3").text
    with pytest.raises(ChangedMeanwhileError):
        office.bench.save(3, int(seen), {found[1]: "912345671"}, "Sam")


def test_a_repair_is_accepted_or_declined_with_reason_and_name(office: Office) -> None:
    office.bench.receive("clinic.837", WAITING, "Pat")
    biller = office.biller()
    assert state(office, 2) == "waiting for consent"
    assert "so you decide" in biller.get("/claims/2").text
    told = {"rule": "S601", "decision": "accept"}
    assert biller.post("/claims/2/decide", reason=" ", **told).status_code == 409
    assert biller.post("/claims/2/decide", reason="x", rule="S999").status_code == 409
    biller.post("/claims/2/decide", reason="no", rule="S601", decision="decline")
    assert state(office, 2) == "to fix"
    assert "Declined by Pat: no" in biller.get("/claims/2").text


def test_an_accepted_repair_is_in_the_released_file(office: Office) -> None:
    office.bench.receive("clinic.837", WAITING, "Pat")
    biller = office.biller()
    biller.post("/claims/2/decide", reason="chart reviewed", rule="S601", decision="accept")
    assert state(office, 2) == "ready"
    assert "Repaired for you" in biller.get("/claims/2").text
    office.bench.release(1, "Pat")
    assert b"SV1*HC:97110:GP*116.00*UN*2***1~" in biller.get("/releases/1/file").data


def test_a_decision_is_that_of_the_ledger_and_is_taken_back(office: Office) -> None:
    office.bench.receive("clinic.837", WAITING, "Pat")
    biller = office.biller()
    assert "Nothing was decided yet" in biller.get("/decisions").text
    biller.post("/claims/2/decide", reason="chart reviewed", rule="S601", decision="accept")
    (kept,) = Ledger(office.url, office.bench.keys).consents()
    assert (kept.consent.rule, kept.consent.who) == ("S601", "Pat")
    assert "S601 accepted for one claim" in biller.get("/decisions").text
    assert biller.post(f"/decisions/{kept.number}/revoke").status_code == 302
    assert state(office, 2) == "waiting for consent"
    assert "taken back" in biller.get("/decisions").text


def test_a_consent_for_all_claims_holds_in_the_desk(office: Office) -> None:
    ledger = Ledger(office.url, office.bench.keys)
    ledger.add_consents([Consent("S601", who="Pat", given=AS_OF, reason="office rule")])
    office.bench.receive("clinic.837", WAITING, "Pat")
    assert state(office, 2) == "ready"


def test_a_decision_is_made_for_all_alike(office: Office) -> None:
    content = WAITING.replace(b"SV1*HC:97530:GP", b"SV1*HC:97530")
    office.bench.receive("clinic.837", content, "Pat")
    office.bench.receive("again.837", content.replace(b"MG-1002", b"MH-1002"), "Pat")
    count = office.bench.decide(2, "S601", "always", "Pat", declined=False, alike=True)
    assert count == 2
    assert state(office, 2) == state(office, 16) == "ready"


def test_ready_claims_are_released_once_and_the_rest_later(office: Office) -> None:
    biller = office.with_clinic()
    assert biller.post("/files/1/release").status_code == 302
    assert save(biller, TO_FIX, **{WRONG_UNITS: "2"}) == 302
    assert biller.post("/files/1/release").status_code == 302
    first, second = (biller.get(f"/releases/{one}/file").data for one in (1, 2))
    assert len(re.findall(rb"CLM\*", first)) == 9
    assert re.findall(rb"CLM\*([^*]+)", second) == [b"MG-1010"]
    numbers = [re.findall(rb"\*(\d{9})\*0\*P\*", one)[0] for one in (first, second)]
    assert numbers[0] < numbers[1]
    for content in (first, second):
        again = scrubber.check(content, as_of=AS_OF)
        assert {one.disposition.value for one in again.claims} == {"accepted"}
        assert again.findings == ()
    receipt = biller.get("/releases/2").text
    assert hashlib.sha256(second).hexdigest() in receipt
    assert hashlib.sha256(CLINIC).hexdigest() in receipt
    biller.post("/files/1/release")
    assert "no claim of this file is ready" in biller.get("/releases").text


@pytest.mark.parametrize(
    "name",
    (
        "reported/breaks_and_blanks/wrapped_80", "reported/breaks_and_blanks/wrap_80_padded",
        "reported/breaks_and_blanks/wrapped_72_crlf", "clean/several_envelopes",
        "reported/control_numbers/dup_gs06", "reported/control_numbers/dup_isa13",
    ),
)  # fmt: skip
def test_wrapped_files_and_those_of_several_envelopes_are_released(
    office: Office, name: str
) -> None:
    path = Path(__file__).parent.parent / f"fixtures/{name}.837"
    office.bench.receive(path.name, path.read_bytes(), "Pat")
    office.bench.release(1, "Pat")
    content = office.biller().get("/releases/1/file").data
    assert {one.disposition.value for one in scrubber.check(content, as_of=AS_OF).claims} == {
        "accepted"
    }


def test_a_released_claim_cannot_be_changed(office: Office) -> None:
    biller = office.with_clinic()
    office.bench.release(1, "Pat")
    with pytest.raises(DeskError, match="released"):
        office.bench.save(1, 0, {"24.2.0": "1"}, "Pat")
    assert "Save and check" not in biller.get("/claims/1").text


def test_what_was_saved_is_there_when_the_desk_starts_again(office: Office, tmp_path: Path) -> None:
    assert save(office.with_clinic(), TO_FIX, **{WRONG_UNITS: "2"}) == 302
    again = Office(tmp_path, office.database)
    assert state(again, TO_FIX) == "ready"


def test_ten_lines_are_saved_and_checked_in_a_tenth_of_a_second(office: Office) -> None:
    line = b"LX*%d~\nSV1*HC:97110:GP*58.00*UN*1***1~\nDTP*472*D8*202602%02d~\n"
    start, end = CLINIC.index(b"LX*1~", CLINIC.index(b"MG-1002")), CLINIC.index(b"HL*4*")
    ten = b"".join(line % (one, 10 + one) for one in range(1, 11))
    content = (CLINIC[:start] + ten + CLINIC[end:]).replace(b"MG-1002*172.00", b"MG-1002*580.00")
    office.bench.receive("ten.837", content, "Pat")
    with office.bench.store.reading() as queries:
        claim = queries.claim(2)
    assert claim is not None
    boxes, _ = office.bench.view(claim, "Pat")
    units = next(one for one in boxes if one.place.item == "24G")
    taken = []
    for value in ("2", "1", "2"):
        with office.bench.store.reading() as queries:
            claim = queries.claim(2)
        assert claim is not None
        begin = time.process_time()
        assert office.bench.save(2, claim["revision"], {units.key: value}, "Pat") == 1
        taken.append(time.process_time() - begin)
    assert min(taken) < 0.1


def _json(answer: TestResponse) -> Any:
    return json.loads(answer.data)


def test_the_api_adds_asks_and_releases(office: Office) -> None:
    client = office.app.test_client()
    options = {"base_url": ADDRESS, "headers": {"Authorization": f"Bearer {office.api_key}"}}
    added = client.post("/api/v1/files?name=x", data=CLINIC, **options)
    assert added.status_code == 201
    assert client.post("/api/v1/files", data=CLINIC, **options).status_code == 200
    assert client.post("/api/v1/files", data=b"no", **options).status_code == 422
    listed = _json(client.get("/api/v1/claims?state=to fix", **options))
    assert listed["count"] == 5
    claim = _json(client.get(f"/api/v1/claims/{TO_FIX}", **options))
    assert claim["findings"][0]["code"] == "S620"
    release = _json(client.post("/api/v1/files/1/release", **options))
    content = client.get(f"/api/v1/releases/{release['id']}/file", **options).data
    assert hashlib.sha256(content).hexdigest() == release["sha256"]
    assert client.post("/api/v1/files/1/release", **options).status_code == 409
    for path in ("claims/99", "releases/99", "claims?page=0", "claims?state=x"):
        assert client.get(f"/api/v1/{path}", **options).status_code in (400, 404)


def test_the_api_is_described_as_it_is(office: Office) -> None:
    options = {"base_url": ADDRESS, "headers": {"Authorization": f"Bearer {office.api_key}"}}
    told = _json(office.app.test_client().get("/api/v1/openapi.json", **options))["paths"]
    described = {(path, method.upper()) for path, methods in told.items() for method in methods}
    there = {
        (re.sub(r"<int[^>]+>", "{id}", rule.rule).removeprefix("/api/v1"), method)
        for rule in office.app.url_map.iter_rules()
        if rule.rule.startswith("/api/") and not rule.rule.endswith("openapi.json")
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }
    assert described == there


def test_answers_of_the_api_are_as_described(office: Office) -> None:
    client = office.app.test_client()
    options = {"base_url": ADDRESS, "headers": {"Authorization": f"Bearer {office.api_key}"}}
    told = _json(client.get("/api/v1/openapi.json", **options))
    added = _json(client.post("/api/v1/files", data=CLINIC, **options))
    release = _json(client.post("/api/v1/files/1/release", **options))
    claim = _json(client.get(f"/api/v1/claims/{TO_FIX}", **options))
    refused = _json(client.post("/api/v1/files/1/release", **options))
    answers = {"File": added, "Release": release, "Claim": claim, "Error": refused}
    for name, answer in answers.items():
        schema = {"$ref": f"#/components/schemas/{name}", "components": told["components"]}
        jsonschema.validate(answer, schema)
        described = told["components"]["schemas"][name]["properties"]
        assert set(answer) <= set(described)


def test_the_api_keeps_to_its_description_whatever_is_asked(tmp_path: Path) -> None:
    """With requests that schemathesis makes of the description."""
    office = Office(tmp_path)
    office.with_clinic()
    headers = {"Authorization": f"Bearer {office.api_key}", "Host": f"127.0.0.1:{PORT}"}
    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", office.app, headers=headers)
    checks = [not_a_server_error, status_code_conformance, response_schema_conformance]
    for found in list[Any](schema.get_all_operations()):

        @settings(max_examples=15, database=None, deadline=None)
        @given(case=found.ok().as_strategy())
        def holds(case: Any) -> None:
            case.call_and_validate(checks=checks, headers=headers)

        holds()


def test_a_date_is_shown_and_taken_as_on_the_form(office: Office) -> None:
    biller = office.with_clinic()
    found = re.search(r'name="box:([\d.]+)" value="02/27/2026"', biller.get("/claims/2").text)
    assert found is not None
    assert save(biller, 2, **{found[1]: "2/26/2026"}) == 302
    with office.bench.store.reading() as queries:
        assert queries.patches_of(1)[0].after == "DTP*472*D8*20260226"


def test_the_example_clinic_is_of_these_days_and_that_of_the_fixtures() -> None:
    assert example_clinic(EXAMPLE_DAY) == CLINIC
    later = scrubber.check(example_clinic(AS_OF.replace(year=2027)), as_of=AS_OF.replace(year=2027))
    assert {one.service_from.year for one in later.claims if one.service_from} == {2027}
