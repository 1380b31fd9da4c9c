// The answer of a query as people see it: a table, bars, a map, the plain text; and as files.
import { el, plural, svg, download } from "./dom.js";
import * as files from "./files.js";
import { drawMap } from "./maps.js";
import { drawNetwork, drawn, joined } from "./network.js";
import { sortable } from "./tables.js";
import { drawTimes, spanOf } from "./times.js";
import { csvCell, isDate, literalText, numberOf, pointOf, safeLink } from "./values.js";

const FIRST = 500;
const MOST_BARS = 40;

/** The picture that a saved query asks for with its `view`. */
export const PICTURES = { "chart-bar": "bars", map: "map", timeline: "times", graph: "network" };

/** An answer with what is needed to show it. */
export class Answer {
  /**
   * @param found what the engine gave
   * @param site the settings of the site
   * @param title what to call it
   * @param engine tells what things are
   */
  constructor(found, site, title, engine) {
    Object.assign(this, found);
    this.site = site;
    this.title = title;
    this.engine = engine;
    this.described = new Set(found.described);
  }

  /** How much there is, in words. */
  get size() {
    if ("boolean" in this) return this.boolean ? "yes" : "no";
    return plural(this.total, this.form === "CONSTRUCT" ? "statement" : "row");
  }

  /** The ways in which it can be shown. */
  get views() {
    if ("boolean" in this) return ["raw"];
    const views = ["table"];
    if (this.#measure() !== undefined && this.rows.length) views.push("bars");
    if (this.rows.some((row) => row.some(pointOf))) views.push("map");
    if (this.#spans().length) views.push("times");
    if (this.ntriples && joined(this.rows).size) views.push("network");
    return [...views, "raw"];
  }

  /** Show it in one of these ways. */
  async show(view) {
    if ("boolean" in this) return el("p", { class: "lead" }, this.boolean ? "Yes." : "No.");
    if (view === "raw") return el("pre", { tabindex: 0, class: "raw", "aria-label": "The answer as text" }, el("code", {}, this.raw()));
    if (!this.rows.length) return el("p", {}, "Nothing fits.");
    if (view === "bars") return this.#bars();
    if (view === "map") return this.#map();
    if (view === "times") return drawTimes(this.#spans(), (term) => this.#cell(term), this.title);
    if (view === "network") return this.#network();
    return this.#table();
  }

  /** The answer as text: results in JSON, or statements. */
  raw() {
    return this.ntriples ?? this.json();
  }

  /** SPARQL 1.1 Query Results JSON. */
  json() {
    if ("boolean" in this) return JSON.stringify({ head: {}, boolean: this.boolean }, null, 1);
    const bindings = this.rows.map((row) => Object.fromEntries(this.columns.map((name, index) => [name, row[index]]).filter(([, term]) => term)));
    return `${JSON.stringify({ head: { vars: this.columns }, results: { bindings } }, null, 1)}\n`;
  }

  /** SPARQL 1.1 Query Results CSV, safe for spreadsheets. */
  csv() {
    return [this.columns.join(","), ...this.rows.map((row) => row.map(csvCell).join(","))].map((line) => `${line}\r\n`).join("");
  }

  /** Buttons that give the answer as files. */
  downloads(name) {
    const button = (label, ending, type, make) => el("button", { type: "button", click: () => download(`${name}.${ending}`, type, make()) }, label);
    if (this.ntriples !== undefined) return [button("N-Triples", "nt", "application/n-triples", () => this.ntriples)];
    const json = button("JSON", "json", "application/sparql-results+json", () => this.json());
    return "boolean" in this ? [json] : [button("CSV", "csv", "text/csv", () => this.csv()), json];
  }

  #text(term) {
    if (!term) return "";
    if (term.type === "uri") return this.labels[term.value] ?? term.value;
    return term.type === "bnode" ? "something without a name" : literalText(term);
  }

  #cell(term) {
    if (!term) return "";
    const text = this.#text(term);
    if (term.type !== "uri") return term["xml:lang"] && term["xml:lang"] !== this.site.language ? el("span", { lang: term["xml:lang"] }, text) : text;
    const link = this.#link(term.value);
    return link ? el("a", { href: link, class: this.#page(term.value) ? null : "out" }, text) : text;
  }

  /** Where one can read of a thing, or null. */
  #link(iri) {
    return this.#page(iri) ?? safeLink(iri);
  }

  /** The page that describes a thing, or null. */
  #page(iri) {
    const { base, paths, terms } = this.site;
    if (iri in terms) return files.address(`ontology.html#${terms[iri]}`);
    if (!this.described.has(iri) || iri.includes("#")) return null;
    return files.address(paths[iri] ?? `${iri.slice(base.length)}.html`);
  }

  #isNumeric(column) {
    return this.rows.some((row) => row[column]) && this.rows.every((row) => !row[column] || numberOf(row[column]) !== null);
  }

  #table() {
    const numeric = this.columns.map((_name, index) => this.#isNumeric(index));
    const body = el("tbody");
    const table = el("table", { class: "plain sortable" },
      el("caption", { class: "hidden" }, this.title),
      el("thead", {}, el("tr", {}, this.columns.map((name, index) => el("th", { scope: "col", class: numeric[index] ? "number" : null }, name.replaceAll("_", " "))))),
      body);
    const add = (rows) => body.append(...rows.map((row) => el("tr", {}, row.map((term, index) =>
      el("td", { class: numeric[index] ? "number" : null, "data-sort": isDate(term) ? term.value : null }, this.#cell(term))))));
    add(this.rows.slice(0, FIRST));
    sortable(table);
    const shown = el("div", { class: "scroll", tabindex: 0, role: "group", "aria-label": this.title }, table);
    if (this.rows.length <= FIRST) return shown;
    const more = el("button", { type: "button" }, `Show all ${this.rows.length.toLocaleString("en-GB")} rows`);
    more.addEventListener("click", () => {
      add(this.rows.slice(FIRST));
      more.remove();
    });
    return el("div", {}, shown, el("p", {}, more));
  }

  /** The column that bars are drawn from: the first of numbers that is no year. */
  #measure() {
    if (!this.columns) return undefined;
    const found = this.columns.findIndex((name, index) => this.#isNumeric(index) && !name.includes("year"));
    return found < 0 ? undefined : found;
  }

  #bars() {
    const measure = this.#measure();
    const rows = this.rows.filter((row) => row[measure]).map((row) => [numberOf(row[measure]), row]).sort(([a], [b]) => b - a);
    const most = rows.length ? Math.max(rows[0][0], 0) || 1 : 1;
    const name = (row) => row.flatMap((term, index) => index === measure || !term || numberOf(term) !== null ? [] : [" · ", this.#cell(term)]).slice(1);
    const shown = rows.slice(0, MOST_BARS).map(([size, row]) => el("tr", {},
      el("th", { scope: "row" }, name(row)),
      el("td", { class: "number" }, this.#text(row[measure])),
      el("td", { class: "drawn" }, svg("svg", { viewBox: "0 0 100 10", preserveAspectRatio: "none", "aria-hidden": "true", focusable: "false" },
        svg("rect", { class: "bar-fill", width: Math.max((size / most) * 100, 0).toFixed(2), height: 10 })))));
    const left = rows.length > MOST_BARS ? ` The ${MOST_BARS} largest of ${rows.length} are shown.` : "";
    return el("div", { class: "scroll", tabindex: 0, role: "group", "aria-label": `${this.title}, bars` },
      el("table", { class: "bars" },
        el("caption", {}, `${this.title}, by ${this.columns[measure].replaceAll("_", " ")}.${left}`),
        el("thead", {}, el("tr", {}, el("th", { scope: "col" }, "What"), el("th", { scope: "col", class: "number" }, this.columns[measure].replaceAll("_", " ")), el("td"))),
        el("tbody", {}, shown)));
  }

  #spans() {
    return this.rows.map((row) => spanOf(this.columns, row)).filter(Boolean);
  }

  async #network() {
    const links = joined(this.rows), shown = drawn(links, this.labels);
    const kinds = await this.engine.kinds(shown);
    const things = shown.map((iri) => ({ iri, text: this.labels[iri], href: this.#link(iri), kind: kinds[iri] ?? "" }));
    return drawNetwork(links, things, this.title);
  }

  async #map() {
    const points = this.rows.flatMap((row) => {
      const at = row.map(pointOf).find(Boolean);
      const names = row.filter((term) => term?.type === "uri").map((term) => this.#text(term));
      return at ? [{ longitude: at[0], latitude: at[1], text: names.join(", ") || `${at}` }] : [];
    });
    outlines ??= files.json("assets/outlines.json").catch(() => []);
    const caption = `${this.title}, a map`;
    // Several rows may stand at one point.
    const places = new Set(points.map(({ longitude, latitude }) => `${longitude} ${latitude}`)).size;
    return el("figure", { class: "map" }, drawMap(points, await outlines, caption),
      el("figcaption", {}, `${plural(places, "place")}. A larger dot stands for more; the table says the same. Outlines of the land by Natural Earth.`));
  }
}

let outlines = null;
