/* Keys, dropping files, and the text of a claim that is not saved yet. The pages do without it. */
"use strict";

const rows = [...document.querySelectorAll(".list a.open")];
const typing = (target) => target.closest("input, select, textarea") !== null;

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
  const at = rows.indexOf(document.activeElement);
  const pages = { j: "next", k: "prev" };
  if (event.key === "/" && document.getElementById("search")) {
    document.getElementById("search").focus();
  } else if (rows.length && event.key in pages) {
    rows[Math.max(0, Math.min(rows.length - 1, at + (event.key === "j" ? 1 : -1)))].focus();
  } else if (event.key in pages) {
    document.querySelector(`.heading a[rel=${pages[event.key]}]`)?.click();
  } else if (event.key === "a" || event.key === "d") {
    document.querySelector(`[data-key=${event.key}]`)?.click();
  } else {
    return;
  }
  event.preventDefault();
});

const upload = document.getElementById("upload");
if (upload) {
  for (const kind of ["dragover", "dragleave", "drop"]) {
    document.addEventListener(kind, (event) => {
      event.preventDefault();
      upload.classList.toggle("over", kind === "dragover");
      if (kind === "drop" && event.dataTransfer.files.length) {
        upload.querySelector("[type=file]").files = event.dataTransfer.files;
        upload.requestSubmit();
      }
    });
  }
  upload.addEventListener("submit", () => {
    upload.classList.add("busy");
    upload.querySelector("button").textContent = "Checking …";
  });
}

const claim = document.getElementById("claim");
if (claim) {
  let changed = false;
  claim.addEventListener("input", () => { changed = true; });
  claim.addEventListener("submit", () => { changed = false; });
  window.addEventListener("beforeunload", (event) => { if (changed) event.preventDefault(); });
}
