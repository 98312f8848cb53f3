/* The details of one claim: its lines with the faulty cells marked, the findings, the repairs. */

/* Everything about one claim. Findings are numbered, and the cells they are about carry the
   numbers. */
function detailCell(entry) {
  const { claim } = entry;
  const findings = claim.findings || [];
  const cell = make(
    "td",
    "",
    facts(claim),
    make(
      "div",
      "sides",
      make("div", "", make("div", "sheet", lineTable(claim, findings)), repairs(claim), notChecked(claim)),
      make("ol", "findings", ...findings.map(findingItem)),
    ),
  );
  cell.colSpan = 6;
  return cell;
}

function facts(claim) {
  const entries = [
    ["Payer", text(claim.payer_name)],
    ["Judged as", `${text(claim.payer)}, ${text(claim.line_of_business)}`],
    ["Transaction set", claim.transaction],
    ["Interchange", claim.interchange],
    ["Therapist", [claim.therapist, claim.rendering].filter(Boolean).join(", NPI ")],
    ["Place of service", claim.place],
    ["Diagnoses", (claim.diagnoses || []).join(", ")],
    ...Object.entries(claim.patient || {}).map(([key, value]) => [key.replace("_", " "), value]),
  ];
  const said = entries.filter(([, value]) => value);
  return make(
    "dl",
    "facts",
    ...said.map(([key, value]) => make("div", "", make("dt", "", key), make("dd", "", value))),
  );
}

function lineTable(claim, findings) {
  const heads = ["Line", "Date", "Place", "Code", "Modifiers", "Units", "Charge", "Therapy"];
  const head = make("tr", "", ...heads.map((name) => header(name, "col")));
  const body = (claim.lines || []).map((line) => {
    const marks = (cell) =>
      numbers(findings, (finding) => finding.line === line.line && finding.cell === cell);
    return make(
      "tr",
      "",
      marked(header(String(line.line), "row"), marks("line")),
      make("td", "", line.date || ""),
      make("td", "", line.place || claim.place || ""),
      marked(make("td", "", line.code || "none"), marks("code")),
      marked(make("td", "", (line.modifiers || []).join(" ") || "none"), marks("modifiers")),
      marked(make("td", "amount", line.units || "none"), marks("units")),
      marked(make("td", "amount", line.charge || "none"), marks("charge")),
      make("td", "therapy", text(line.therapy)),
    );
  });
  const total = marked(
    make("td", "amount", claim.charge || "none"),
    numbers(findings, (finding) => finding.cell === "total"),
  );
  const label = header("Claim total", "row");
  label.colSpan = 6;
  const foot = make("tfoot", "", make("tr", "", label, total, make("td", "")));
  const caption = make("caption", "unseen", `Service lines of claim ${claim.id || ""}`);
  return make(
    "table",
    "lines",
    caption,
    make("thead", "", head),
    make("tbody", "", ...body),
    foot,
  );
}

function header(name, scope) {
  const cell = make("th", scope === "col" && /Units|Charge/.test(name) ? "amount" : "", name);
  cell.scope = scope;
  return cell;
}

function numbers(findings, about) {
  return findings
    .map((finding, index) => ({ finding, number: index + 1 }))
    .filter(({ finding }) => about(finding));
}

function marked(cell, marks) {
  if (!marks.length) return cell;
  const open = marks.filter(({ finding }) => !finding.fixed);
  const worst = open.some(({ finding }) => finding.severity === "reject") ? "rejected" : "warn";
  const value = make("mark", open.length ? worst : "corrected", ...cell.childNodes);
  const note = make("sup", "", marks.map(({ number }) => number).join(","));
  note.setAttribute("aria-label", ` see finding ${note.textContent}`);
  cell.replaceChildren(value, note);
  return cell;
}

function findingItem(finding) {
  const [label, tone] = finding.fixed ? ["repaired", "corrected"] : SEVERITIES[finding.severity];
  const rule = rulePages[finding.code] || { why: "", fix: "" };
  const code = make(rulePages[finding.code] ? "a" : "span", "code", finding.code);
  if (rulePages[finding.code]) code.href = `#rule-${finding.code}`;
  const line = finding.line === undefined ? "" : `, line ${finding.line}`;
  const segment = finding.segment ? `, segment ${finding.segment}` : "";
  const place = finding.place === undefined ? "" : `${text(finding.place)}: `;
  const answer = text(finding.answer);
  const status = text(finding.status);
  const advice = [
    ["What to do", finding.fixed ? "" : rule.fix],
    [`With --consent ${finding.code}`, text(finding.with_consent)],
    ["Declined", text(finding.declined)],
    ["Why", rule.why],
    ["Where", `${place}${text(finding.path)}${line}${segment}`],
    ["Likely answer", finding.fixed || !answer ? "" : `${answer} (suggested)`],
    ["277CA status", status],
    ["Source", text(finding.source)],
  ].filter(([, value]) => value);
  return make(
    "li",
    tone,
    make("p", "message", make("span", `tag ${tone}`, label), " ", code, " ", text(finding.message)),
    make(
      "dl",
      "",
      ...advice.flatMap(([key, value]) => [make("dt", "", key), make("dd", "", value)]),
    ),
  );
}

function repairs(claim) {
  const corrections = claim.corrections || [];
  if (!corrections.length) return "";
  const applied = claim.disposition === "corrected";
  return make(
    "div",
    "repairs",
    make("h3", "", applied ? "Repaired" : "Repairs found, not written: the claim is returned as received"),
    make(
      "ul",
      "plain",
      ...corrections.map((correction) =>
        make(
          "li",
          "",
          `${text(correction.title)}: `,
          make("code", "", text(correction.path)),
          correction.line === undefined ? " " : ` line ${correction.line} `,
          make("del", "", correction.before.trim() || "nothing"),
          " ",
          make("ins", "", correction.after.trim() || "nothing"),
          correction.consent === undefined ? "" : ` with consent ${text(correction.consent)}`,
        ),
      ),
    ),
  );
}

function notChecked(claim) {
  const reasons = claim.not_checked || [];
  if (!reasons.length) return "";
  return make(
    "div",
    "notice",
    make("b", "", "Not checked: "),
    reasons.join("; "),
  );
}
