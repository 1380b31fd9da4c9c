// Timelines: a line for each row that has a thing and a date.
import { el, svg } from "./dom.js";
import { dateText, isDate, numberOf, yearOf } from "./values.js";

const MOST_LINES = 500, MOST_TICKS = 8, THINNEST = 0.6, OPEN_YEARS = 0.5;

/** Which ends of a line are those of something else: a column `from_phase` tells those of the phase. */
function lentBy(columns, row) {
  const at = columns.findIndex((name, index) => name.startsWith("from_") && row[index]?.type === "literal" && /^(start|end|start and end)$/.test(row[index].value));
  return at < 0 ? "" : ` (${row[at].value} of the ${columns[at].slice("from_".length).replaceAll("_", " ")})`;
}

/** The line of a row: of the columns that hold dates the first is its beginning, the next its end; else null. */
export function spanOf(columns, row) {
  const thing = row.find((term) => term?.type === "uri");
  const [first, second] = row.filter(isDate).map((term) => term.value);
  const start = first && yearOf(first);
  if (!thing || !start) return null;
  const end = second && yearOf(second, true);
  const lent = lentBy(columns, row), isOpen = Boolean(lent);
  if (end > start) return { thing, start, end, said: `${dateText(first)} to ${dateText(second)}${lent}`, isOpen };
  const months = numberOf(row[columns.findIndex((name) => name.includes("month"))]);
  if (months) return { thing, start, end: start + months / 12, said: `from ${dateText(first)}, ${Math.trunc(months)} months${lent}`, isOpen };
  return { thing, start, end: start + OPEN_YEARS, said: `from ${dateText(first)}${lent}`, isOpen: true };
}

/**
 * Draw a timeline.
 *
 * @param all its lines
 * @param cell makes what stands in a table for a term
 * @param caption what it shows
 */
export function drawTimes(all, cell, caption) {
  const spans = all.slice(0, MOST_LINES);
  const first = Math.floor(Math.min(...spans.map(({ start }) => start)));
  const last = Math.max(Math.ceil(Math.max(...spans.map(({ end }) => end))), first + 1);
  const step = Math.max(1, Math.ceil((last - first) / MOST_TICKS)), scale = 100 / (last - first);
  const years = [];
  for (let year = first; year < last; year += step) years.push(year);
  const x = (year) => ((year - first) * scale).toFixed(2);
  const line = ({ start, end, isOpen }) => svg("svg", { viewBox: "0 0 100 30", preserveAspectRatio: "none", "aria-hidden": "true", focusable: "false" },
    years.map((year) => svg("path", { class: "tick", d: `M${x(year)} 0V30` })),
    svg("rect", { class: isOpen ? "bar-fill open" : "bar-fill", x: x(start), y: 8, width: Math.max((end - start) * scale, THINNEST).toFixed(2), height: 14 }));
  return el("div", { class: "scroll", tabindex: 0, role: "group", "aria-label": `${caption}, a timeline` },
    el("table", { class: "times" },
      el("caption", {}, caption, all.length > MOST_LINES ? `. The first ${MOST_LINES} of ${all.length} are shown.` : null),
      el("thead", {}, el("tr", {}, el("th", { scope: "col" }, "What"), el("th", { scope: "col" }, "When"),
        el("td", { class: "drawn" }, el("span", { class: "years", "aria-hidden": "true" }, years.map((year) => el("span", {}, String(year))))))),
      el("tbody", {}, spans.map((span) => el("tr", {}, el("th", { scope: "row" }, cell(span.thing)), el("td", {}, span.said), el("td", { class: "drawn" }, line(span)))))));
}
