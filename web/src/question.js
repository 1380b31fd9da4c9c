// The page of a saved query: its form is answered in the page.
import { Answer, PICTURES } from "./lib/answers.js";
import { el } from "./lib/dom.js";
import { Stopped, config } from "./lib/engine.js";
import { engineIn } from "./lib/progress.js";
import { bind, isOrdered, literalOf } from "./lib/sparql.js";
import { shorten } from "./lib/values.js";

/** The text of a saved query with what was chosen for its parameters. */
export async function boundText(query, given, engine) {
  const values = {};
  for (const param of query.params) {
    const texts = (given[param.name] ?? []).map((text) => text.trim()).filter(Boolean);
    if (!texts.length && param.default !== null) texts.push(param.default);
    if (!texts.length && param.required) throw new Error(`choose a value for “${param.name.replaceAll("_", " ")}”`);
    const what = param.name.replaceAll("_", " ");
    values[param.name] = await Promise.all(texts.map(async (text) => param.type === "iri"
      ? `<${await engine.find({ given: text, range: { scheme: param.scheme, class: param.class }, what })}>`
      : literalOf(param, text)));
  }
  return bind(query.template, values);
}

/** A word as a shell takes it. */
const quoted = (word) => /^[\w.:/@%+-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;

/** The command that gives the same answer; a thing stands in it by its short name, which is that of no other. */
export function commandLine(query, given, prefixes) {
  const options = query.params.flatMap(({ name, type }) => (given[name] ?? []).map((text) => text.trim()).filter(Boolean)
    .map((text) => `--${name.replaceAll("_", "-")} ${quoted(type === "iri" ? shorten(text, prefixes) : text)}`));
  return ["mca-graph query", query.id, ...options].join(" ");
}

/** Let the form of a page be answered in it. */
export function question(page) {
  const form = page.querySelector("form[data-query-id]"), place = page.querySelector("[data-query-answer]");
  if (!form || !place) return;
  const kept = page.querySelector("#kept-answer"), files = page.querySelector("#kept-files");
  const line = el("p", { class: "progress", role: "status" });
  const stop = el("button", { type: "button", hidden: true }, "Stop");
  form.querySelector("button[type=submit]").after(" ", stop);
  form.append(line);
  const engine = engineIn(line);
  stop.addEventListener("click", () => engine.stop());
  let turn = 0;

  async function ask() {
    const mine = turn += 1;
    const given = {};
    for (const [name, value] of new FormData(form)) if (name !== "query") (given[name] ??= []).push(value);
    place.setAttribute("aria-busy", "true");
    stop.hidden = false;
    try {
      const site = await config();
      const query = site.queries.find((one) => one.id === form.dataset.queryId);
      await engine.allowed();
      const text = await boundText(query, given, engine);
      const found = new Answer(await engine.query(text, { sort: !isOrdered(query.text) }), site, query.title, engine);
      if (mine !== turn) return;
      const wanted = PICTURES[query.view];
      const picture = wanted && found.views.includes(wanted) ? await found.show(wanted) : null;
      const table = await found.show("table");
      place.replaceChildren(
        el("p", { class: "told" }, el("strong", {}, found.size), ` with what is chosen above, in ${Math.max(1, Math.round(found.ms))} ms.`),
        ...(picture ? [picture, el("h3", {}, "As a table")] : []),
        table,
        el("p", { class: "formats" }, el("span", {}, "Download: "), found.downloads(query.id)));
      kept?.setAttribute("hidden", "");
      files?.setAttribute("hidden", "");
      const chosen = new URLSearchParams(Object.entries(given).flatMap(([name, values]) => values.filter(Boolean).map((value) => [name, value])));
      if (!globalThis.heldFiles) history.replaceState(null, "", `?${chosen}`);
      // What else the page says of the answer is to be about this one.
      page.querySelector("#answer .count")?.replaceChildren(found.size);
      page.querySelector("#command")?.replaceChildren(commandLine(query, given, site.prefixes));
      const again = page.querySelector("#in-editor");
      again?.setAttribute("href", `${again.getAttribute("href").split("?")[0]}?${new URLSearchParams([["query", query.id], ...chosen])}`);
      line.replaceChildren();
    } catch (error) {
      if (mine !== turn) return;
      line.replaceChildren(el("span", { class: "problem" }, error instanceof Stopped ? "Stopped." : `That did not work: ${error.message}.`));
    } finally {
      if (mine === turn) {
        place.removeAttribute("aria-busy");
        stop.hidden = true;
      }
    }
  }

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    ask();
  });
  if (fill(form, new URLSearchParams(globalThis.heldFiles ? location.hash.split("?")[1] ?? "" : location.search))) ask();
}

/** Choose what the address of the page asks for; true where it asks for something. */
function fill(form, wanted) {
  let any = false;
  for (const field of form.elements) {
    const values = field.name && field.name !== "query" ? wanted.getAll(field.name) : [];
    if (!values.length) continue;
    any = true;
    if (field instanceof HTMLSelectElement) {
      for (const option of field.options) option.selected = values.includes(option.value) || values.includes(option.textContent);
    } else [field.value] = values;
  }
  return any;
}

if (!globalThis.heldFiles && document.querySelector("form[data-query-id]")) question(document);
