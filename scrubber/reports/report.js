"use strict";

/* Fills the work list from the JSON in the page. Rows and details are built only when they are
   shown, and always as text, never as markup. */
(function () {
  const island = document.getElementById("claims");
  const rows = document.getElementById("rows");
  document.documentElement.classList.add("script");
  byId("print").addEventListener("click", () => window.print());
  if (!rows) return;

  const data = JSON.parse(island.textContent);
  const text = (number) => (number === undefined ? "" : data.texts[number]);
  const STATES = {
    rejected: ["To fix", 0],
    warn: ["Warning", 1],
    corrected: ["Repaired", 2],
    note: ["Note", 3],
  };
  const SEVERITIES = { reject: ["reject", "rejected"], warn: ["warning", "warn"], info: ["note", ""] };
  const PRINTED = 200;
  const { compare } = new Intl.Collator("en", { numeric: true });
  const rulePages = readRulePages();
  const claims = data.claims.map(prepared);
  const chosen = { view: "all", words: [], reason: "", payer: "", sort: "charge", down: true };
  const opened = new Set();
  let shown = [];
  let page = 0;
  let printing = false;

  fillControls();
  listen();
  refresh();

  function byId(id) {
    return document.getElementById(id);
  }

  /* An element with a class and with texts or elements in it. */
  function make(name, className, ...children) {
    const element = document.createElement(name);
    if (className) element.className = className;
    element.append(...children.filter((child) => child !== null && child !== ""));
    return element;
  }

  function readRulePages() {
    const pages = {};
    for (const rule of document.querySelectorAll("[id^='rule-']")) {
      const part = (selector) => (rule.querySelector(selector) || { textContent: "" }).textContent;
      pages[rule.id.slice(5)] = {
        title: part("summary").replace(/^\S+\s*/, ""),
        why: part("[data-why]"),
        fix: part("[data-fix]"),
      };
    }
    return pages;
  }

  /* What filter and order need of a claim, computed once. */
  function prepared(claim) {
    const findings = claim.findings || [];
    const open = findings.filter((finding) => !finding.fixed);
    let state = "note";
    if (claim.disposition === "rejected") state = "rejected";
    else if (open.some((finding) => finding.severity === "warn")) state = "warn";
    else if (claim.disposition === "corrected") state = "corrected";
    return {
      claim,
      open,
      state,
      repaired: claim.disposition === "corrected",
      codes: new Set(findings.map((finding) => finding.code)),
      payer: text(claim.payer),
      charge: Number(claim.charge || 0),
      found: null,
    };
  }

  function searchable(entry) {
    if (entry.found === null) {
      const claim = entry.claim;
      const parts = [claim.id, entry.payer, claim.rendering, claim.service_from, claim.charge];
      for (const line of claim.lines || []) parts.push(line.code);
      for (const finding of claim.findings || []) {
        const rule = rulePages[finding.code];
        parts.push(finding.code, rule ? rule.title : "", text(finding.message));
        parts.push(text(finding.path), text(finding.answer));
      }
      if (claim.patient) parts.push(...Object.values(claim.patient));
      entry.found = parts.join(" ").toLowerCase();
    }
    return entry.found;
  }

  function inView(entry, view) {
    if (view === "all") return true;
    return view === "corrected" ? entry.repaired : entry.state === view;
  }

  function fillControls() {
    for (const counter of document.querySelectorAll("[data-count]")) {
      const number = claims.filter((entry) => inView(entry, counter.dataset.count)).length;
      counter.textContent = number.toLocaleString("en-US");
    }
    const first = ["rejected", "warn", "corrected"].find((view) =>
      claims.some((entry) => inView(entry, view)),
    );
    chosen.view = first || "all";
    document.querySelector(`[name=view][value=${chosen.view}]`).defaultChecked = true;
    addOptions("reason", claims.flatMap((entry) => [...entry.codes]), (code) => {
      const rule = rulePages[code];
      return rule ? `${code} ${rule.title}` : code;
    });
    addOptions("payer", claims.map((entry) => entry.payer), (name) => name);
  }

  function addOptions(id, values, label) {
    for (const value of [...new Set(values)].sort()) {
      const option = make("option", "", label(value));
      option.value = value;
      byId(id).append(option);
    }
  }

  function listen() {
    const filter = byId("filter");
    let waiting = 0;
    filter.addEventListener("submit", (event) => event.preventDefault());
    filter.addEventListener("reset", () => setTimeout(readControls));
    filter.addEventListener("change", readControls);
    byId("search").addEventListener("input", () => {
      clearTimeout(waiting);
      waiting = setTimeout(readControls, 120);
    });
    byId("previous").addEventListener("click", () => turn(-1));
    byId("next").addEventListener("click", () => turn(1));
    byId("size").addEventListener("change", () => turn(-page));
    byId("open").addEventListener("click", openAll);
    for (const button of document.querySelectorAll("[data-sort]")) {
      button.addEventListener("click", () => sortBy(button.dataset.sort));
    }
    for (const button of document.querySelectorAll(".pick")) {
      button.addEventListener("click", () => pick(button.dataset));
    }
    if (byId("more")) byId("more").addEventListener("click", showAllReasons);
    document.addEventListener("keydown", (event) => {
      if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey) return;
      if (event.target.closest("input, select")) return;
      event.preventDefault();
      byId("search").focus();
    });
    window.addEventListener("beforeprint", () => render((printing = true)));
    window.addEventListener("afterprint", () => render((printing = false)));
    window.addEventListener("hashchange", openRule);
  }

  function readControls() {
    chosen.view = document.querySelector("[name=view]:checked").value;
    chosen.words = byId("search").value.toLowerCase().split(/\s+/).filter(Boolean);
    chosen.reason = byId("reason").value;
    chosen.payer = byId("payer").value;
    if (byId("sort").value !== chosen.sort) {
      chosen.sort = byId("sort").value;
      chosen.down = chosen.sort === "charge";
    }
    refresh();
  }

  /* A row of a chart was chosen: show its claims. */
  function pick(wanted) {
    byId("filter").reset();
    byId("search").value = wanted.search || "";
    byId("reason").value = wanted.reason || "";
    byId("payer").value = wanted.payer || "";
    const view = wanted.view === "rejected" || wanted.view === "warn" ? wanted.view : "all";
    const fits = (name) =>
      claims.some((entry) => inView(entry, name) && (!wanted.reason || entry.codes.has(wanted.reason)));
    document.querySelector(`[name=view][value=${fits(view) ? view : "all"}]`).checked = true;
    /* The reset event reads the controls once more, after this. */
    readControls();
    byId("work").scrollIntoView({ behavior: calm() ? "auto" : "smooth" });
    byId("work").focus({ preventScroll: true });
  }

  function calm() {
    return window.matchMedia("(prefers-reduced-motion: reduce)").matches;
  }

  function showAllReasons() {
    byId("reasons").parentElement.classList.add("complete");
    byId("more").hidden = true;
  }

  function openRule() {
    const rule = byId(location.hash.slice(1));
    if (rule && rule.tagName === "DETAILS") rule.open = true;
  }

  function sortBy(key) {
    chosen.down = chosen.sort === key ? !chosen.down : key === "charge";
    chosen.sort = key;
    byId("sort").value = key;
    refresh();
  }

  function refresh() {
    shown = claims.filter(wanted).sort(order);
    page = 0;
    for (const header of document.querySelectorAll("[data-sort]")) {
      const cell = header.parentElement;
      if (header.dataset.sort !== chosen.sort) cell.removeAttribute("aria-sort");
      else cell.setAttribute("aria-sort", chosen.down ? "descending" : "ascending");
    }
    render();
  }

  function wanted(entry) {
    if (!inView(entry, chosen.view)) return false;
    if (chosen.payer && entry.payer !== chosen.payer) return false;
    if (chosen.reason && !entry.codes.has(chosen.reason)) return false;
    return chosen.words.every((word) => searchable(entry).includes(word));
  }

  function order(one, other) {
    const key = {
      charge: (entry) => entry.charge,
      date: (entry) => entry.claim.service_from || "",
      id: (entry) => entry.claim.id || "",
      payer: (entry) => entry.payer,
      state: (entry) => STATES[entry.state][1],
    }[chosen.sort];
    const [a, b] = [key(one), key(other)];
    const result = typeof a === "string" ? compare(a, b) : a - b;
    return (chosen.down ? -result : result) || other.charge - one.charge;
  }

  function turn(by) {
    page += by;
    render();
    if (by) byId("work").scrollIntoView();
  }

  function openAll() {
    const all = byId("open").getAttribute("aria-pressed") !== "true";
    for (const entry of visible()) {
      if (all) opened.add(entry);
      else opened.delete(entry);
    }
    render();
  }

  function visible() {
    if (printing) return shown.slice(0, PRINTED);
    const size = Number(byId("size").value);
    return shown.slice(page * size, (page + 1) * size);
  }

  function render() {
    const here = visible();
    const pages = Math.max(1, Math.ceil(shown.length / Number(byId("size").value)));
    rows.replaceChildren(...here.flatMap(claimRows));
    if (!here.length) rows.append(emptyRow());
    byId("page").textContent = `Page ${page + 1} of ${pages}`;
    byId("previous").disabled = page === 0;
    byId("next").disabled = page >= pages - 1;
    document.querySelector(".pages").hidden = shown.length <= 25;
    byId("count").textContent = countText(here.length);
    const all = here.length > 0 && here.every((entry) => opened.has(entry));
    byId("open").setAttribute("aria-pressed", String(all));
    byId("open").textContent = all ? "Close all" : "Open all";
  }

  function countText(here) {
    const total = shown.reduce((sum, entry) => sum + Math.round(entry.charge * 100), 0) / 100;
    const number = shown.length.toLocaleString("en-US");
    const rest = printing && here < shown.length ? `; the first ${here} are printed` : "";
    return `${number} ${shown.length === 1 ? "claim" : "claims"}, ${dollars(total)}${rest}`;
  }

  function dollars(amount) {
    return Number(amount).toLocaleString("en-US", { style: "currency", currency: "USD" });
  }

  function emptyRow() {
    const cell = make("td", "empty", "No claim fits this filter.");
    cell.colSpan = 6;
    return make("tr", "", cell);
  }

  function claimRows(entry) {
    const { claim } = entry;
    const [state] = STATES[entry.state];
    const toggle = make("button", "toggle", claim.id || "(no claim id)");
    toggle.type = "button";
    const row = make(
      "tr",
      `claim ${entry.state}`,
      labelled("Status", make("span", `tag ${entry.state}`, state)),
      labelled("Claim", toggle),
      labelled("Payer", entry.payer),
      labelled("Service", service(claim)),
      labelled("Reason", reasonSummary(entry)),
      labelled("Charge", claim.charge ? dollars(claim.charge) : "none", "amount"),
    );
    const details = make("tr", "details");
    toggle.addEventListener("click", () => {
      if (opened.has(entry)) opened.delete(entry);
      else opened.add(entry);
      show();
    });
    row.addEventListener("click", (event) => {
      if (!event.target.closest("button") && !String(window.getSelection())) toggle.click();
    });
    function show() {
      const open = printing || opened.has(entry);
      toggle.setAttribute("aria-expanded", String(open));
      row.classList.toggle("open", open);
      details.hidden = !open;
      if (open && !details.firstChild) details.append(detailCell(entry));
    }
    show();
    return [row, details];
  }

  function labelled(label, content, className) {
    const cell = make("td", className, content);
    cell.dataset.label = label;
    return cell;
  }

  function service(claim) {
    if (!claim.service_from) return "no date";
    const last = claim.service_to;
    if (!last || last === claim.service_from) return claim.service_from;
    return `${claim.service_from} to ${last}`;
  }

  function reasonSummary(entry) {
    const findings = entry.open.length ? entry.open : entry.claim.findings || [];
    const weight = { reject: 0, warn: 1, info: 2 };
    const [first, ...more] = [...findings].sort((a, b) => weight[a.severity] - weight[b.severity]);
    if (!first) return (entry.claim.not_checked || ["Corrected"])[0];
    const rule = rulePages[first.code];
    return make(
      "span",
      "reason",
      make("span", "code", first.code),
      ` ${rule ? rule.title : text(first.message)}`,
      more.length ? make("span", "more-reasons", ` and ${more.length} more`) : "",
    );
  }

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
      ["Transaction set", claim.transaction],
      ["Interchange", claim.interchange],
      ["Rendering NPI", claim.rendering],
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
    const heads = ["Line", "Code", "Modifiers", "Units", "Charge", "Therapy"];
    const head = make("tr", "", ...heads.map((name) => header(name, "col")));
    const body = (claim.lines || []).map((line) => {
      const marks = (cell) =>
        numbers(findings, (finding) => finding.line === line.line && finding.cell === cell);
      return make(
        "tr",
        "",
        marked(header(String(line.line), "row"), marks("line")),
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
    label.colSpan = 4;
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
    const answer = text(finding.answer);
    const status = text(finding.status);
    const advice = [
      ["What to do", finding.fixed ? "" : rule.fix],
      ["Why", rule.why],
      ["Where", `${text(finding.path)}${line}${segment}`],
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
            make("del", "", correction.before || "nothing"),
            " ",
            make("ins", "", correction.after || "nothing"),
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
})();
