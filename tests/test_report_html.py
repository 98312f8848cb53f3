"""The page as text: complete, the same every time, closed to what a file may carry into it."""

import io
import json
import re
from base64 import b64encode
from hashlib import sha256
from typing import Any

import pytest
import report_samples
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree, html

from scrubber.outputs import work_list
from scrubber.outputs.guidance import Guidance
from scrubber.outputs.html_report import write_html
from scrubber.outputs.report_xml import report_element
from scrubber.outputs.rule_page import rule_page
from scrubber.outputs.tally import Tally
from scrubber.outputs.work_list import WorkList, faulty_cell
from scrubber.rules.pages import catalogue, page_of

# What no XML and no HTML can carry, and what a file decoded as Latin-1 cannot hold.
TEXT = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), min_size=1)


def no_entry(_code: str) -> None:
    """Leave out what the catalogue of rules has at the time: the sample's pages are its own."""


def written(report: dict[str, Any], **options: Any) -> str:
    out = io.StringIO()
    pages = report_samples.guidance()
    write_html(report["claims"], report, out, pages, entry=no_entry, **options)
    return out.getvalue()


def parsed(page: str) -> html.HtmlElement:
    return html.document_fromstring(page)


def island(page: str) -> dict[str, Any]:
    """The claims that the page carries for its script."""
    [script] = parsed(page).xpath("//script[@id='claims']")
    return dict(json.loads(script.text))


def visible(page: str) -> str:
    """What the page shows without its script."""
    root = parsed(page)
    for element in root.xpath("//script | //style"):
        element.drop_tree()
    return " ".join(root.text_content().split())


def same_tree(page: str) -> str:
    # Releases of libxml2 write the same tree with small differences.
    return etree.tostring(parsed(page), method="c14n").decode()


def test_golden() -> None:
    page = written(report_samples.report())
    report_samples.check_golden("sample.report.html", page, same_tree)


def test_every_finding_leads_to_the_whole_page_of_its_rule() -> None:
    report, out = report_samples.report(), io.StringIO()
    codes = {f["code"] for one in (*report["claims"], report) for f in one["findings"]}
    known = {code: Guidance(*page_of(code)) for code in codes & catalogue().keys()}
    write_html(report["claims"], report, out, known)
    page = parsed(out.getvalue())
    assert len(known) > 5
    for code in known:
        [section] = page.xpath(f"//details[@id='rule-{code}']")
        told = " ".join(section.text_content().split())
        entry = rule_page(code)
        assert entry.source in told
        assert entry.kind in told
        assert " ".join(entry.fix.split()) in told
    of_file = {f["code"] for f in report["findings"]} & known.keys()
    linked = {link.get("href") for link in page.xpath("//section[@class='card']//a")}
    assert {f"#rule-{code}" for code in of_file} <= linked


def test_golden_xml_form() -> None:
    report, tally = report_samples.report(), Tally()
    for claim in report["claims"]:
        tally.add(claim)
    tally.add_file(report)
    codes = {"S104", "S601"}
    element = report_element(tally.summary(), report, report_samples.guidance(), codes, no_entry)
    etree.indent(element)
    report_samples.check_golden("sample.report.xml", etree.tostring(element, encoding="unicode"))


def test_the_same_report_gives_the_same_bytes() -> None:
    assert written(report_samples.report()) == written(report_samples.report())


def test_the_figures_stand_without_script() -> None:
    text = visible(written(report_samples.report()))
    for figure in ("5 of 12 claims to fix", "58.3 %", "$1,289.50", "of $2,323.50 charged"):
        assert figure in text
    assert re.search(r"S601 Discipline modifier missing ?1 claim ?\$241\.50", text)


def test_a_bar_is_as_long_as_its_share() -> None:
    page = parsed(written(report_samples.report()))
    rows = page.xpath("//h2[@id='reasons']/..//tbody/tr")
    [row] = [row for row in rows if "S601" in row.text_content()]
    claims, charge = row.xpath(".//rect/@width")
    assert claims == "100%"
    assert float(charge.rstrip("%")) == pytest.approx(100 * 241.5 / 312)


def test_only_its_own_style_and_script_may_run() -> None:
    page = parsed(written(report_samples.report()))
    [policy] = page.xpath("//meta[@http-equiv='Content-Security-Policy']/@content")
    [style] = page.xpath("//style")
    [script] = page.xpath("//script[not(@type)]")
    for kind, element in (("style", style), ("script", script)):
        digest = b64encode(sha256(element.text.encode()).digest()).decode()
        assert f"{kind}-src 'sha256-{digest}';" in policy
    assert policy.startswith("default-src 'none'; ")
    assert not page.xpath("//@style | //@onclick | //@onload")


def test_nothing_in_it_points_outside() -> None:
    page = written(report_samples.report())
    root = parsed(page)
    assert {str(link)[:1] for link in root.xpath("//@href")} <= {"#", "d"}
    assert not root.xpath("//@src | //iframe | //object | //link[@rel='stylesheet']")
    assert not re.search(r"https?://|@import|url\(|fetch\(|XMLHttpRequest", page)


HOSTILE = '</script><img src=x onerror=alert(1)><!--<script>&lt;"\u2028'


def test_texts_cannot_leave_their_place() -> None:
    report = report_samples.report()
    claim = report["claims"][1]
    claim["claim_id"] = claim["findings"][0]["message"] = claim["findings"][0]["source"] = HOSTILE
    report["findings"][0]["message"] = report["input"]["name"] = HOSTILE
    page = written(report)
    assert not parsed(page).xpath("//img")
    assert len(re.findall("<script", page)) == len(re.findall("</script>", page)) == 2
    assert HOSTILE in island(page)["texts"]
    assert [claim["id"] for claim in island(page)["claims"]].count(HOSTILE) == 1


@given(TEXT, TEXT, TEXT)
def test_any_text_arrives_as_it_is(claim_id: str, message: str, name: str) -> None:
    report = report_samples.report()
    report["claims"] = report["claims"][1:2]
    report["claims"][0]["claim_id"] = claim_id
    report["claims"][0]["findings"][0]["message"] = message
    report["input"]["name"] = name
    found = island(written(report))
    assert found["claims"][0]["id"] == claim_id
    assert message in found["texts"]


def test_characters_that_xml_forbids_are_replaced() -> None:
    report = report_samples.report()
    report["findings"][0]["message"] = "a\x00b\x1bc\ufffe"
    assert "a\ufffdb\ufffdc\ufffd" in visible(written(report))


def test_patients_are_there_only_when_the_report_has_them() -> None:
    report = report_samples.report()
    assert not any("patient" in claim for claim in island(written(report))["claims"])
    report["claims"][1]["patient"] = {"name": "DOE, JANE"}
    [claim] = [one for one in island(written(report))["claims"] if "patient" in one]
    assert claim["patient"] == {"name": "DOE, JANE"}


def test_the_claims_come_rejected_first_then_by_charge() -> None:
    claims = island(written(report_samples.report()))["claims"]
    assert [claim["id"] for claim in claims] == [
        "PT-10235", "PT-10236", "SLP-30555", "PT-10232", "PT-10240",
        "OT-20417",
        "OT-20418", "PT-10233", "PT-10234", "PT-10241",
    ]  # fmt: skip


def test_a_page_lists_no_more_than_it_may_and_says_so() -> None:
    page = written(report_samples.report(), listed=3)
    assert [claim["id"] for claim in island(page)["claims"]] == [
        "PT-10235",
        "PT-10236",
        "SLP-30555",
    ]
    assert "Listed are the 3 most pressing of 10 claims with findings" in visible(page)
    assert "most pressing of" not in visible(written(report_samples.report()))


def test_a_clean_file_has_nothing_to_do() -> None:
    report = report_samples.report()
    report["claims"] = [report["claims"][0], report["claims"][11]]
    report["findings"] = report["corrections"] = []
    text = visible(written(report))
    assert "Every claim is ready to send" in text
    assert "Nothing to do: no claim has a finding." in text


def test_a_file_that_could_not_be_read_says_why() -> None:
    report = report_samples.report()
    report["claims"], report["corrections"] = [], []
    why = {"severity": "reject", "fixed": False, "message": "The file has no ISA segment"}
    report["findings"] = [report["findings"][0] | why]
    text = visible(written(report))
    assert "No claim could be read" in text
    assert "The file has no ISA segment" in text
    assert "Work list" not in text


def test_of_many_repairs_of_the_file_the_first_are_shown_each_with_its_own_change() -> None:
    report = report_samples.report()
    [finding], [correction] = report["findings"], report["corrections"]
    report["findings"] = [finding | {"segment": segment} for segment in range(1, 3001)]
    report["corrections"] = [correction | {"before": f"was{n}"} for n in range(1, 3001)]
    page = written(report)
    rows = parsed(page).xpath("//section[@aria-labelledby='file']//li")
    assert [row.xpath("string(.//del)") for row in rows] == [f"was{n}" for n in range(1, 21)]
    assert "and 2,980 more of the same rules" in visible(page)
    assert len(page) < 2 * len(written(report_samples.report()))


def test_claims_with_much_to_say_leave_room_for_fewer(monkeypatch: pytest.MonkeyPatch) -> None:
    report = report_samples.report()
    whole = len(island(written(report))["claims"])
    monkeypatch.setattr(work_list, "MOST_TEXT", 10_000)
    page = written(report)
    assert 1 < len(island(page)["claims"]) < whole
    assert f"most pressing of {whole} claims with findings" in visible(page)


def test_a_broken_file_is_never_called_ready() -> None:
    report = report_samples.report()
    report["claims"] = [claim for claim in report["claims"] if claim["disposition"] != "rejected"]
    report["findings"][0] |= {"severity": "reject", "fixed": False}
    text = visible(written(report))
    assert "Every claim that could be read is ready to send" in text
    assert "Something is wrong with the file itself" in text


@pytest.mark.parametrize(
    ("path", "line", "cell"),
    [
        ("2400/SV101-2", 1, "code"),
        ("2400/SV101", 1, "code"),
        ("2400/SV101-3", 1, "modifiers"),
        ("2400/SV101-6", 1, "modifiers"),
        ("2400/SV101-7", 1, "code"),
        ("2400/SV102", 1, "charge"),
        ("2400/SV103", 1, "units"),
        ("2400/SV104", 1, "units"),
        ("2400/SV107-1", 1, "line"),
        ("2400/DTP[472]03", 1, "line"),
        ("2300/CLM02", None, "total"),
        ("2300/HI01-2", None, ""),
        ("2310B/NM109", None, ""),
    ],
)
def test_the_faulty_cell(path: str, line: int | None, cell: str) -> None:
    assert faulty_cell({"path": path, "line": line}) == cell


def test_the_work_list_keeps_the_most_pressing_whatever_the_order() -> None:
    claims = list(report_samples.many_claims(300))
    one, other = WorkList(limit=20), WorkList(limit=20)
    for claim in claims:
        one.add(claim)
    for claim in reversed(claims):
        other.add(claim)

    def charges(work: WorkList) -> list[tuple[str, str]]:
        kept = json.loads("".join(work.json_pieces()))["claims"]
        return [(claim["disposition"], claim["charge"]) for claim in kept]

    rejected = [claim["charge"] for claim in claims if claim["disposition"] == "rejected"]
    dearest = sorted(rejected, key=float, reverse=True)[:20]
    assert charges(one) == charges(other) == [("rejected", charge) for charge in dearest]
    assert one.found == len(claims)


def test_information_alone_puts_no_claim_on_the_work_list() -> None:
    claim = next(one for one in report_samples.report()["claims"] if one["findings"])
    bare = {**claim, "corrections": [], "not_checked": []}
    told = bare["findings"][0]
    work = WorkList()
    work.add({**bare, "findings": [{**told, "severity": "info"}]})
    assert work.found == 0
    work.add({**bare, "findings": [{**told, "severity": "warn"}]})
    assert work.found == 1


def test_many_profiles_are_counted_above_and_named_below() -> None:
    report = report_samples.report()
    one = report["run"]["profiles"][0]
    report["run"]["profiles"] = [one | {"id": f"payer_{number}"} for number in range(24)]
    page = parsed(written(report))
    (above,) = page.xpath("//p[@class='meta']")
    assert above.text_content().endswith("against 24 payer profiles")
    (link,) = above.xpath(".//a/@href")
    assert "payer_23" in page.get_element_by_id(link.removeprefix("#")).text_content()


def test_a_file_of_no_claims_and_no_faults_is_said_to_be_one() -> None:
    report = report_samples.report()
    report["claims"] = []
    report["findings"] = [{**report["findings"][0], "severity": "info", "fixed": False}]
    assert "There are no claims in this file" in visible(written(report))
    report["findings"] = [{**report["findings"][0], "severity": "reject"}]
    assert "No claim could be read" in visible(written(report))
