// Lists and tables that can be filtered and sorted; all of them can be read without it.
import { el, fold } from "./dom.js";

const FEW = 8;

/** What an entry says; no phrase goes from one cell into the next. */
const textOf = (entry) => [...(entry.cells ?? [entry])].map((part) => fold(part.textContent).replace(/\s+/g, " ").trim()).join("\n");

/** True where a text has a word; a number must stand there as a whole. */
const has = (text, word) => /^\d+$/.test(word) ? new RegExp(`(?<!\\d)${word}(?!\\d)`).test(text) : text.includes(word);

/** Which of some texts have what was typed as it stands; where none has, which have all of its words. */
export function matching(texts, typed) {
  const words = fold(typed).split(/\s+/).filter(Boolean), phrase = words.join(" ");
  const found = texts.map((text) => text.includes(phrase));
  return found.includes(true) ? found : texts.map((text) => words.every((word) => has(text, word)));
}

/** Put a field above a list that hides all but the entries with what is typed into it. */
export function filterable(tools) {
  const target = document.getElementById(tools.dataset.filters);
  const entries = target ? [...target.querySelectorAll("tbody tr, :scope > li")] : [];
  if (entries.length < FEW || tools.childElementCount) return;
  const input = el("input", { type: "search", id: `filter-${target.id}`, autocomplete: "off" });
  const told = el("output", { for: input.id });
  tools.append(el("label", { for: input.id }, "Show only those with"), input, told);
  const texts = entries.map(textOf);
  input.addEventListener("input", () => {
    const found = matching(texts, input.value);
    entries.forEach((entry, index) => { entry.hidden = !found[index]; });
    told.textContent = input.value.trim() ? `${found.filter(Boolean).length} of ${entries.length}` : "";
  });
}

const order = new Intl.Collator(document.documentElement.lang || undefined, { numeric: true, sensitivity: "base" });
const asNumber = (text) => /^[£€$]?-?[\d,]+(\.\d+)?$/.test(text) ? Number(text.replace(/[£€$,]/g, "")) : NaN;

/** Make the headings of a table buttons that sort it. */
export function sortable(table) {
  const body = table.tBodies[0];
  if (!body || body.rows.length < 3) return;
  const heads = [...table.tHead.rows[0].cells];
  heads.forEach((head, column) => {
    if (head.tagName !== "TH" || head.querySelector("button")) return;
    const sort = el("button", { type: "button", class: "sort" }, [...head.childNodes]);
    head.append(sort);
    sort.addEventListener("click", () => {
      const up = head.getAttribute("aria-sort") !== "ascending";
      for (const other of heads) other.removeAttribute("aria-sort");
      head.setAttribute("aria-sort", up ? "ascending" : "descending");
      const rows = [...body.rows].map((row) => {
        const cell = row.cells[column];
        return [cell.dataset.sort ?? cell.textContent.trim(), row];
      });
      rows.sort(([a], [b]) => {
        if (!a || !b) return (a ? 0 : 1) - (b ? 0 : 1);
        const difference = asNumber(a) - asNumber(b);
        return (Number.isNaN(difference) ? order.compare(a, b) : difference) * (up ? 1 : -1);
      });
      body.append(...rows.map(([, row]) => row));
    });
  });
}

/** Do both for everything under an element. */
export function comfort(within) {
  for (const tools of within.querySelectorAll("[data-filters]")) filterable(tools);
  for (const table of within.querySelectorAll("table.sortable")) sortable(table);
}
