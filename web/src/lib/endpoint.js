// A SPARQL endpoint in the place of the engine: nothing is loaded into the page, and the graph may be of any size.
import { Stopped } from "./engine.js";
import { bestText, classesOf, findThing, listed, sortedRows } from "./names.js";
import { MOST_SORTED, resultsOf, statementsOf } from "./rows.js";
import { readTriples, shorten } from "./values.js";

const ACCEPT = "application/sparql-results+json, application/n-triples;q=0.9, application/problem+json;q=0.1";
const MOST_NAMED = 10_000, NAMED_AT_ONCE = 1_000;

/** An endpoint that is asked over HTTP. */
export class Endpoint {
  #address;
  #site;
  #line;
  #leave = null;

  /**
   * @param address where it is, as the page writes it
   * @param site the settings of the site
   * @param line the element for what is told
   */
  constructor(address, site, line) {
    this.#address = address;
    this.#site = site;
    this.#line = line;
  }

  /** Nothing has to be loaded, so that nobody is asked. */
  async allowed() {}

  /** Ask a query; rows are sorted by what they show where that is wanted. */
  async query(text, { sort = false } = {}) {
    this.#line.replaceChildren("Asking the server …");
    const started = performance.now();
    const found = await this.#ask(text);
    const ms = performance.now() - started;
    if ("boolean" in found) return { ...found, ms };
    const named = await this.#named(found.rows);
    const isSorted = found.ntriples !== undefined || (sort && found.total <= MOST_SORTED);
    return { ...found, ...named, ms, rows: isSorted ? sortedRows(found.rows, named.labels) : found.rows };
  }

  /** The thing that a name means. */
  find(asked) {
    return findThing(asked, this.#site, (text) => this.#select(text));
  }

  /** What some things are, for each the label of its class. */
  async kinds(iris) {
    const classes = await classesOf(iris, (text) => this.#select(text));
    const labels = await this.#labels([...new Set(classes.values())]);
    return Object.fromEntries([...classes].map(([iri, one]) => [iri, labels[one] ?? shorten(one, this.#site.prefixes)]));
  }

  /** Wait for no answer any longer; the server then stops working on it. */
  stop() {
    this.#leave?.abort();
    this.#leave = null;
  }

  async #select(text) {
    return JSON.parse(await this.#fetch(text)).results.bindings;
  }

  async #ask(text) {
    const answer = await this.#fetch(text);
    return answer.startsWith("{") ? resultsOf(JSON.parse(answer)) : statementsOf(readTriples(answer));
  }

  async #fetch(body) {
    const { signal } = this.#leave ??= new AbortController();
    let answer, text;
    try {
      answer = await fetch(this.#address, { method: "POST", headers: { accept: ACCEPT, "content-type": "application/sparql-query" }, body, signal });
      text = await answer.text();
    } catch (error) {
      if (signal.aborted) throw new Stopped("stopped");
      throw new Error(answer ? "the answer broke off, since it is too large or takes too long" : `the server cannot be reached (${error.message})`);
    }
    if (!answer.ok) throw new Error(refusal(text) || `the server says ${answer.status}`);
    return text;
  }

  /** The labels of the IRIs of an answer, and those that the graph describes. */
  async #named(rows) {
    const iris = [...new Set(rows.flat().filter((term) => term?.type === "uri").map((term) => term.value))];
    const labels = Object.fromEntries(iris.map((iri) => [iri, shorten(iri, this.#site.prefixes)]));
    const described = [];
    for (let start = 0; start < Math.min(iris.length, MOST_NAMED); start += NAMED_AT_ONCE) {
      const some = iris.slice(start, start + NAMED_AT_ONCE);
      Object.assign(labels, await this.#labels(some));
      described.push(...await this.#described(some.filter((iri) => iri.startsWith(this.#site.base))));
    }
    return { labels, described };
  }

  async #labels(iris) {
    const { labels, language } = this.#site;
    const rows = await this.#select(`SELECT ?thing ?property ?label WHERE { VALUES ?thing { ${listed(iris)} } VALUES ?property { ${listed(labels)} } ?thing ?property ?label FILTER(isLiteral(?label)) }`);
    const named = {};
    for (const property of labels) {
      const texts = {};
      for (const row of rows) if (row.property.value === property) (texts[row.thing.value] ??= []).push([row.label.value, row.label["xml:lang"] ?? ""]);
      for (const [iri, found] of Object.entries(texts)) named[iri] ??= bestText(found, language);
    }
    return named;
  }

  async #described(iris) {
    if (!iris.length) return [];
    const said = `EXISTS { ?thing ?p ?o } || EXISTS { GRAPH <${this.#site.provenance}> { ?thing ?p ?o } }`;
    return (await this.#select(`SELECT ?thing WHERE { VALUES ?thing { ${listed(iris)} } FILTER(${said}) }`)).map((row) => row.thing.value);
  }
}

/** What the server says of a query that it does not answer. */
function refusal(text) {
  try {
    const { detail, hint } = JSON.parse(text);
    return hint ? `${detail} (${hint})` : detail;
  } catch {
    return text.trim().split("\n")[0];
  }
}
