// The style sheet and the script of every page.
#include "eval/draw/page.h"

namespace myoseg {

const char* const kPageStyle = R"css(
:root { --ink: #1b2126; --soft: #5a636b; --line: #d9dde1; --hair: #eceef0; --accent: #1f5580; --paper: #7a5c1e; --wash: #f6f7f8; }
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; }
body { margin: 0; color: var(--ink); background: #fff; font: 15px/1.55 "Liberation Sans", Arial, Helvetica, sans-serif; }
main { max-width: 1000px; margin: 0 auto; padding: 52px 28px 72px; }
header { border-bottom: 2px solid var(--ink); padding-bottom: 20px; }
a { color: var(--accent); }
h1 { font-size: 28px; line-height: 1.2; font-weight: 700; letter-spacing: -.01em; margin: 0 0 10px; }
h2 { font-size: 18px; line-height: 1.3; margin: 52px 0 12px; }
p { margin: 0 0 10px; max-width: 74ch; }
.data { font-size: 16px; margin: 0; }
.cite { color: var(--soft); margin: 6px 0 0; }
.numbers { display: grid; grid-template-columns: repeat(4, 1fr); gap: 0; margin: 0; border-bottom: 1px solid var(--line); }
.numbers div { padding: 18px 18px 16px 0; }
.numbers div + div { padding-left: 18px; border-left: 1px solid var(--hair); }
.numbers dt { color: var(--soft); font-size: 13px; }
.numbers dd { margin: 4px 0 0; font-size: 25px; line-height: 1.2; font-variant-numeric: tabular-nums; white-space: nowrap; }
.numbers dd small { font-size: 15px; color: var(--soft); }
.numbers .about { font-size: 13px; color: var(--soft); margin-top: 3px; white-space: normal; }
.scroll { overflow-x: auto; -webkit-overflow-scrolling: touch; }
.tall { max-height: 560px; overflow-y: auto; border-bottom: 1px solid var(--line); }
table { border-collapse: collapse; width: 100%; font-size: 14px; font-variant-numeric: tabular-nums; }
.wide { font-size: 13px; }
.wide th, .wide td { padding: 5px 9px; }
.wide thead th { white-space: normal; }
.caption { font-size: 14px; max-width: 96ch; break-after: avoid; }
.scroll + .caption { margin-top: 26px; }
th, td { text-align: right; padding: 6px 12px; white-space: nowrap; vertical-align: baseline; }
th:first-child, td:first-child { text-align: left; padding-left: 0; }
th:last-child, td:last-child { padding-right: 4px; }
thead th { font-weight: 700; vertical-align: bottom; border-bottom: 1px solid var(--ink); }
table > thead > tr:first-child > th { border-top: 1.5px solid var(--ink); }
thead th.group { text-align: center; border-bottom: 1px solid var(--line); }
thead th.sub, thead th.sub:first-child { text-align: right; padding-left: 12px; font-weight: 400; color: var(--soft); font-size: 13px; }
tbody td { border-bottom: 1px solid var(--hair); }
tbody tr:last-child td { border-bottom: 1.5px solid var(--ink); }
td.paper, thead th.sub.paper { color: var(--paper); background: #fbf8f1; }
td.worry { color: #a3330f; font-weight: 700; }
td.text, th.text { text-align: left; white-space: normal; }
td.name, th.name { text-align: left; }
.folder { color: var(--soft); font-size: 13px; overflow-wrap: anywhere; }
.notes { color: var(--soft); font-size: 13px; line-height: 1.5; margin-top: 10px; max-width: 112ch; }
.notes p { margin: 0 0 3px; max-width: none; }
.sort { cursor: pointer; }
.sort:hover, .sort:focus-visible { color: var(--accent); text-decoration: underline; }
.sort::after { content: " \2195"; color: #b4bac0; font-size: 11px; }
th[aria-sort=ascending] .sort::after { content: " \2191"; color: var(--accent); }
th[aria-sort=descending] .sort::after { content: " \2193"; color: var(--accent); }
.tall thead th { position: sticky; top: 0; background: #fff; }
.tall tbody tr:last-child td { border-bottom: 0; }
figure { margin: 0; }
figure svg, figure img { display: block; width: 100%; height: auto; }
.chart { max-width: 900px; }
figcaption { color: var(--ink); font-size: 14px; margin-top: 10px; max-width: 90ch; }
.panels { display: grid; grid-template-columns: repeat(3, 1fr); font-size: 13px; color: var(--soft); margin-bottom: 5px; }
.panels span { padding-right: 10px; }
.case { margin-bottom: 22px; break-inside: avoid; }
.case figcaption { margin: 6px 0 0; }
.key { display: flex; flex-wrap: wrap; gap: 6px 20px; list-style: none; margin: 0 0 16px; padding: 0; font-size: 14px; }
.key i { display: inline-block; width: 13px; height: 13px; border-radius: 2px; margin-right: 7px; vertical-align: -1px; }
.fine { color: var(--soft); }
.worry { color: #a3330f; }
.sheet { margin: 0; border-bottom: 1px solid var(--hair); }
.sheet summary { padding: 7px 0; color: var(--ink); }
.sheet summary:hover b { color: var(--accent); text-decoration: underline; }
.sheet[open] { padding-bottom: 18px; }
.pair { display: grid; grid-template-columns: minmax(0, 5fr) minmax(0, 6fr); gap: 12px 24px; align-items: start; }
.pair > :only-child { grid-column: 1 / -1; }
.pair table { font-size: 13px; }
.pair th, .pair td { padding: 4px 8px; }
.pair th { white-space: normal; }
.findings { margin: 0 0 12px; padding-left: 18px; font-size: 14px; }
.findings b { color: #a3330f; }
dl.origin { display: grid; grid-template-columns: max-content 1fr; gap: 4px 24px; margin: 0; font-size: 14px; }
dl.origin dt { color: var(--soft); }
dl.origin dd { margin: 0; overflow-wrap: anywhere; font-variant-numeric: tabular-nums; }
details { margin-top: 20px; }
summary { cursor: pointer; color: var(--accent); }
pre { background: var(--wash); padding: 16px; overflow-x: auto; font: 12.5px/1.5 "Liberation Mono", Consolas, monospace; }
@media (max-width: 700px) {
  main { padding: 28px 16px 48px; }
  h1 { font-size: 23px; }
  h2 { margin-top: 40px; }
  .numbers { grid-template-columns: 1fr 1fr; }
  .numbers div { padding: 12px 12px 12px 0; }
  .numbers div + div { padding-left: 0; border-left: 0; }
  .numbers div:nth-child(even) { padding-left: 14px; border-left: 1px solid var(--hair); }
  .numbers dd { font-size: 21px; }
  .chart svg { min-width: var(--least, 620px); }
  dl.origin { grid-template-columns: 1fr; gap: 0; }
  .pair { grid-template-columns: minmax(0, 1fr); }
  td.text:last-child { min-width: 230px; }
  dl.origin dd { margin-bottom: 8px; }
}
@media print {
  @page { margin: 16mm 15mm; }
  body { font-size: 10pt; }
  main { max-width: none; padding: 0; }
  h2 { margin-top: 26pt; break-after: avoid; }
  table { font-size: 9pt; }
  th, td { padding: 3pt 6pt; }
  .numbers dd { font-size: 15pt; }
  .numbers dd small { font-size: 10pt; }
  .scroll, .tall { overflow: visible; max-height: none; }
  .tall thead th { position: static; }
  figure, tr, .numbers, .block { break-inside: avoid; }
  thead { display: table-header-group; }
  .sort::after { content: ""; }
  details:not([open]), .sheets:not(:has([open])) { display: none; }
  .sheet[open] { break-inside: avoid; }
  * { -webkit-print-color-adjust: exact; print-color-adjust: exact; }
}
)css";

const char* const kPageScript = R"js(
// Sorts a table by the column whose head was pressed; cells without a value stay last.
for (const table of document.querySelectorAll("table.sortable")) {
  const heads = [...table.querySelectorAll("th[data-c]")];
  const sort = head => {
    const up = head.getAttribute("aria-sort") !== "ascending";
    heads.forEach(h => h.removeAttribute("aria-sort"));
    head.setAttribute("aria-sort", up ? "ascending" : "descending");
    const cell = row => row.cells[head.dataset.c];
    const key = row => cell(row).dataset.v ?? cell(row).textContent;
    const none = text => text === "NA" || text === "–";
    const rows = [...table.tBodies[0].rows].sort((a, b) => {
      const x = key(a), y = key(b);
      if (none(x) || none(y)) return none(x) - none(y);
      const order = x !== "" && y !== "" && isFinite(x) && isFinite(y) ? x - y : x.localeCompare(y, "en", {numeric: true});
      return up ? order : -order;
    });
    table.tBodies[0].append(...rows);
  };
  for (const head of heads) {
    const button = head.querySelector(".sort");
    button.addEventListener("click", () => sort(head));
    button.addEventListener("keydown", event => {
      if (event.key !== "Enter" && event.key !== " ") return;
      event.preventDefault();
      sort(head);
    });
  }
}
// A link to a case opens it.
const openTarget = () => {
  const target = document.getElementById(location.hash.slice(1));
  if (target?.tagName !== "DETAILS") return;
  target.open = true;
  target.scrollIntoView();
};
addEventListener("hashchange", openTarget);
document.addEventListener("click", event => event.target.closest("a[href^='#']") && setTimeout(openTarget));
openTarget();
)js";

}  // namespace myoseg
