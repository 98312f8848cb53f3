"use strict";

/* The claims of the page as its JSON has them, made ready for filter and order. The scripts of the
   page are one: page_data.js, page_details.js, page_list.js. */

const data = JSON.parse(document.getElementById("claims").textContent);
const text = (number) => (number === undefined ? "" : data.texts[number]);
const STATES = {
  rejected: ["To fix", 0],
  warn: ["Warning", 1],
  corrected: ["Repaired", 2],
  note: ["Note", 3],
};
const SEVERITIES = { reject: ["reject", "rejected"], warn: ["warning", "warn"], info: ["note", ""] };
const rulePages = readRulePages();
const claims = data.claims.map(prepared);

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

function dollars(amount) {
  return Number(amount).toLocaleString("en-US", { style: "currency", currency: "USD" });
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
    payerName: text(claim.payer_name),
    charge: Number(claim.charge || 0),
    risk: Number(claim.at_risk || claim.charge || 0),
    found: null,
  };
}

function searchable(entry) {
  if (entry.found === null) {
    const claim = entry.claim;
    const parts = [claim.id, entry.payer, entry.payerName, claim.therapist, claim.rendering, claim.service_from, claim.charge];
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
