/* The work list: filter, order, pages, rows. Rows and details are built only when they are shown,
   and always as text, never as markup. */

const rows = byId("rows");
const PRINTED = 200;
const { compare } = new Intl.Collator("en", { numeric: true });
const chosen = { view: "all", words: [], reason: "", payer: "", sort: "risk", down: true };
const opened = new Set();
let shown = [];
let page = 0;
let printing = false;

document.documentElement.classList.add("script");
byId("print").addEventListener("click", () => window.print());
if (byId("more")) byId("more").addEventListener("click", showAllReasons);
if (rows) {
  fillControls();
  listen();
  refresh();
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
    chosen.down = falls(chosen.sort);
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

/* Dollars come with the most first. */
function falls(key) {
  return key === "charge" || key === "risk";
}

function sortBy(key) {
  chosen.down = chosen.sort === key ? !chosen.down : falls(key);
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
    risk: (entry) => entry.risk,
    date: (entry) => entry.claim.service_from || "",
    id: (entry) => entry.claim.id || "",
    payer: (entry) => entry.payer,
    state: (entry) => STATES[entry.state][1],
  }[chosen.sort];
  const [a, b] = [key(one), key(other)];
  const result = typeof a === "string" ? compare(a, b) : a - b;
  return (chosen.down ? -result : result) || other.risk - one.risk || other.charge - one.charge;
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
    labelled("Payer", entry.payerName || entry.payer),
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
