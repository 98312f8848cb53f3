"""Every line of the desk's security as an attack."""

import io
import sqlite3
import stat
from pathlib import Path

import pytest
from desk_office import ADDRESS, CLINIC, PORT, TO_FIX, WRONG_UNITS, Office

from scrubber.desk.guard import MOST_BYTES
from scrubber.desk.sessions import COOKIE, MOST_SESSIONS

PAGES = ("/", "/decisions", "/claims/1", "/releases", "/releases/1", "/releases/1/file")
CHANGES = (
    "/files", "/claims/10/save", "/claims/10/undo", "/claims/10/decide", "/files/1/release",
    "/decisions/1/revoke", "/name", "/lock",
)  # fmt: skip


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return Office(tmp_path)


def test_nobody_without_the_address_sees_anything(office: Office) -> None:
    office.with_clinic()
    for path in PAGES:
        answer = office.visitor().get(path)
        assert answer.status_code == 401
        assert "MG-10" not in answer.text
    for path in CHANGES:
        assert office.visitor().post(path).status_code == 401
    guessed = office.visitor()
    guessed.client.set_cookie(COOKIE, "a" * 43, domain="127.0.0.1")
    assert guessed.get("/").status_code == 401


def test_the_address_opens_once(office: Office) -> None:
    token = office.sessions.token
    assert office.biller().get("/").status_code == 200
    for stale in (token, "", "x"):
        assert office.visitor().get(f"/open?token={stale}").status_code == 401
    assert office.sessions.token != token


def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(office: Office) -> None:
    opened = office.visitor().get(f"/open?token={office.sessions.token}")
    (cookie,) = [one for one in opened.headers.getlist("Set-Cookie") if one.startswith(COOKIE)]
    assert "HttpOnly" in cookie
    assert "SameSite=Strict" in cookie
    assert "Domain" not in cookie


@pytest.mark.parametrize(
    "host", ("evil.example", f"evil.example:{PORT}", "127.0.0.1", "127.0.0.1:1", "[::1]:8370")
)
def test_another_name_for_this_machine_is_refused(office: Office, host: str) -> None:
    biller = office.with_clinic()
    answer = biller.get("/", base_url=ADDRESS, headers={"Host": host})
    assert answer.status_code == 421
    assert "MG-10" not in answer.text


@pytest.mark.parametrize(
    "origin", ("http://evil.example", "null", "", "http://127.0.0.1:1", f"https://127.0.0.1:{PORT}")
)
def test_a_form_elsewhere_changes_nothing(office: Office, origin: str) -> None:
    biller = office.with_clinic()
    for path in CHANGES:
        headers = {"Origin": origin} if origin else {}
        answer = biller.client.post(
            path, base_url=ADDRESS, data={"csrf": biller.csrf}, headers=headers
        )
        assert answer.status_code == 403, path


def test_a_form_without_the_mark_of_its_session_changes_nothing(office: Office) -> None:
    biller, other = office.with_clinic(), office.biller()
    for csrf in ("", "x", "ä", other.csrf):
        for path in CHANGES:
            assert biller.post(path, csrf=csrf).status_code == 403, path


def test_reading_changes_nothing(office: Office) -> None:
    biller = office.with_clinic()
    for path in CHANGES:
        assert biller.get(path).status_code in (404, 405)


def test_every_answer_is_closed_up(office: Office) -> None:
    biller = office.with_clinic()
    addresses = (*PAGES, "/none", "/style.css", "/static/desk.js", "/api/v1/claims")
    for answer in [biller.get(one) for one in addresses]:
        policy = answer.headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert "frame-ancestors 'none'" in policy
        assert answer.headers["X-Frame-Options"] == "DENY"
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Referrer-Policy"] == "same-origin"


def test_pages_hold_nothing_inline_and_load_nothing_from_elsewhere(office: Office) -> None:
    biller = office.with_clinic()
    for path in ("/", f"/claims/{TO_FIX}", "/claims/9", "/releases"):
        page = biller.get(path).text
        for sign in ("<style", " style=", "<script>", "onclick", "http://", "https://", 'src="//'):
            assert sign not in page, (path, sign)


def test_a_session_that_is_not_used_locks(office: Office) -> None:
    biller = office.with_clinic()
    office.clock.now += 14 * 60
    assert biller.get("/").status_code == 200
    office.clock.now += 16 * 60
    assert biller.get("/").status_code == 401
    office.clock.now -= 16 * 60
    assert biller.get("/").status_code == 401


def test_a_session_is_locked_by_hand(office: Office) -> None:
    biller = office.with_clinic()
    assert biller.post("/lock").status_code == 302
    assert biller.get("/").status_code == 401


def test_sessions_do_not_pile_up(office: Office) -> None:
    first = office.biller()
    for _ in range(MOST_SESSIONS):
        office.clock.now += 1
        office.biller()
    assert first.get("/").status_code == 401


def test_a_file_is_known_by_what_it_holds(office: Office) -> None:
    biller = office.biller()
    for content in (b"", b"  \n", b"MZ\x90\x00", b"<html>ISA*", b"ISA", CLINIC[:300]):
        given = {"claims": (io.BytesIO(content), "claims.837")}
        biller.post("/files", **given)
        with office.bench.store.reading() as queries:
            assert queries.counts() == {}


def test_a_file_that_is_too_large_is_refused(office: Office) -> None:
    biller = office.biller()
    content = io.BytesIO(CLINIC + b"\n" * MOST_BYTES)
    assert biller.post("/files", claims=(content, "claims.837")).status_code == 413
    key = {"Authorization": f"Bearer {office.api_key}"}
    answer = biller.client.post(
        "/api/v1/files", base_url=ADDRESS, data=CLINIC + b"\n" * MOST_BYTES, headers=key
    )
    assert answer.status_code == 413


@pytest.mark.parametrize(
    "name", ("../../../tmp/x.837", "..\\..\\x.837", "/etc/passwd", "<script>alert(1)</script>.837")
)
def test_a_name_is_shown_and_is_no_path(office: Office, tmp_path: Path, name: str) -> None:
    biller = office.biller()
    biller.post("/files", claims=(io.BytesIO(CLINIC), name))
    made = {one.name.partition(".")[0] for one in office.folder.iterdir()}
    assert made == {"api", "audit", "desk"}
    assert {one.name for one in tmp_path.iterdir()} == {"desk"}
    assert "<script>alert" not in biller.get("/").text + biller.get("/claims/1").text


def test_values_of_claims_are_text_and_nothing_else(office: Office) -> None:
    content = CLINIC.replace(b"ABERNATHY*RUTH", b"<script>x</script>*<b onclick=y>")
    office.bench.receive("x.837", content, "Pat")
    biller = office.biller()
    for path in ("/", "/claims/1"):
        page = biller.get(path).text
        assert "<script>x" not in page
        assert "<b onclick" not in page


@pytest.mark.parametrize("value", ("2~CLM*EVIL", "2*3", "2\n", "2:3", "\u0001", "ä", "9" * 81))
def test_a_value_cannot_break_out_of_its_box(office: Office, value: str) -> None:
    biller = office.with_clinic()
    answer = biller.post(
        f"/claims/{TO_FIX}/save", revision="0", **{f"box:{WRONG_UNITS}": f"1{value}"}
    )
    assert answer.status_code in (302, 409)
    with office.bench.store.reading() as queries:
        assert queries.patches_of(1) == [] or value.strip() == "2"


def test_boxes_of_other_claims_are_not_written(office: Office) -> None:
    biller = office.with_clinic()
    biller.post(
        "/claims/9/save",
        revision="0",
        **{f"box:{WRONG_UNITS}": "1", "box:1.1.0": "9", "box:new.XX": "1"},
    )
    with office.bench.store.reading() as queries:
        assert queries.patches_of(1) == []


def test_a_search_is_no_statement_and_no_pattern(office: Office) -> None:
    biller = office.with_clinic()
    for text in ("'; DROP TABLE desk_claims; --", "%", "_", "\\"):
        assert "No claim matches" in biller.get("/", query_string={"text": text}).text
    for page in ("-3", "9" * 40):
        assert biller.get("/", query_string={"sort": "id; --", "page": page}).status_code == 200
    assert biller.get(f"/claims/{'9' * 40}").status_code == 404


def test_folder_and_files_are_the_users_own(office: Office) -> None:
    office.with_clinic().get("/claims/1")
    assert stat.S_IMODE(office.folder.stat().st_mode) == 0o700
    for one in office.folder.iterdir():
        assert stat.S_IMODE(one.stat().st_mode) & 0o077 == 0, one.name


def test_the_audit_log_has_views_and_changes_and_no_patient(office: Office) -> None:
    biller = office.with_clinic()
    biller.get(f"/claims/{TO_FIX}")
    biller.post(f"/claims/{TO_FIX}/save", revision="0", **{f"box:{WRONG_UNITS}": "2"})
    biller.post("/files/1/release")
    log = (office.folder / "audit.log").read_text(encoding="ascii")
    for event in ("file received", "claim viewed", "claim edited", "released"):
        assert f'"event":"{event}"' in log
    for value in ("JANOWSKI", "MG-1010", "Pat"):
        assert value not in log


@pytest.mark.parametrize("key", ("", "Bearer ", "Bearer x", "Basic x"))
def test_the_api_wants_its_key(office: Office, key: str) -> None:
    biller = office.with_clinic()
    answer = biller.get("/api/v1/claims", headers={"Authorization": key})
    assert answer.status_code == 401
    assert "MG-10" not in answer.text


def test_an_error_tells_no_value(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    biller = office.with_clinic()

    def fail(*_: object) -> None:
        raise sqlite3.OperationalError("JANOWSKI")

    monkeypatch.setattr(office.bench, "view", fail)
    answer = biller.get(f"/claims/{TO_FIX}")
    assert answer.status_code == 500
    assert "JANOWSKI" not in answer.text
