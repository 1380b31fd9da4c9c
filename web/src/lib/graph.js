// What is asked of the graph besides queries: names of things, what stands around them, what would hold.
import { MEMBER, bestText, classesOf, findThing, sortedRows } from "./names.js";
import { MOST_SORTED, resultsOf, statementsOf } from "./rows.js";
import { ntriples, shorten } from "./values.js";

const TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type";
const NTRIPLES = "application/n-triples";

/** A graph in memory; what it answers can be sent to another thread. */
export class Graph {
  #engine;
  #site;
  #labels = new Map();

  /**
   * @param engine Oxigraph
   * @param site the settings of the site
   */
  constructor(engine, site) {
    this.#engine = engine;
    this.#site = site;
    this.store = new engine.Store();
    this.current = engine.defaultGraph();
    this.provenance = engine.namedNode(site.provenance);
  }

  /** Take in lines of N-Quads; those of the current graph become the default graph. */
  load({ text }) {
    this.store.load(text.replaceAll(` <${this.#site.current}> .\n`, " .\n"), { format: "application/n-quads", lenient: true });
  }

  /** Answer a query; rows are sorted by what they show where that is wanted. */
  query({ text, form, sort }) {
    const started = performance.now();
    const isGraph = form === "CONSTRUCT" || form === "DESCRIBE";
    const answer = this.store.query(text, { results_format: isGraph ? NTRIPLES : "json" });
    const ms = performance.now() - started;
    const found = isGraph ? statementsOf(this.#triples(answer)) : { form, ...resultsOf(JSON.parse(answer)) };
    if ("boolean" in found) return { ...found, ms };
    const named = this.#named(found.rows);
    const isSorted = isGraph || (sort && found.total <= MOST_SORTED);
    return { ...found, ...named, ms, rows: isSorted ? sortedRows(found.rows, named.labels) : found.rows };
  }

  /** The thing that a name means. */
  find(asked) {
    return findThing(asked, this.#site, (text) => this.#rows(text));
  }

  /** What some things are, for each the label of its class. */
  async kinds({ iris }) {
    const classes = await classesOf(iris, (text) => this.#rows(text));
    return Object.fromEntries([...classes].map(([iri, one]) => [iri, this.#label(one)]));
  }

  /** The labels and classes of some things. */
  describe({ iris }) {
    return iris.map((iri) => ({
      iri,
      label: this.#label(iri),
      described: this.#isDescribed(iri),
      types: this.#rows(`SELECT DISTINCT ?type WHERE { <${iri}> ${MEMBER} ?type }`).map((row) => row.type.value),
    }));
  }

  /** Statements around some things, as N-Triples: what is said of them, and what points to them. */
  around({ iris, depth }) {
    const lines = new Set(), seen = new Set();
    let waiting = new Set(iris);
    for (let step = 0; step < depth; step += 1) {
      const next = new Set();
      for (const iri of waiting) {
        if (seen.has(iri)) continue;
        seen.add(iri);
        const node = this.#engine.namedNode(iri);
        const found = [this.current, this.provenance].flatMap((graph) => [
          ...this.store.match(node, null, null, graph), ...(step ? [] : this.store.match(null, null, node, graph)),
        ]);
        for (const quad of found) {
          lines.add(line(quad));
          // A class leads to everything of its kind, which nothing here depends on.
          for (const term of quad.predicate.value === TYPE ? [quad.subject] : [quad.subject, quad.object]) {
            if (term.termType === "NamedNode") next.add(term.value);
          }
        }
      }
      waiting = next;
    }
    return [...lines];
  }

  /** All statements with some properties, as N-Triples. */
  having({ properties }) {
    return properties.flatMap((iri) => this.store.match(null, this.#engine.namedNode(iri), null, this.current).map(line));
  }

  /** The answers of queries if some statements, in N-Triples, were there and others were not. */
  suppose({ added, removed, queries }) {
    const parsed = (text) => this.#engine.parse(text, { format: NTRIPLES });
    const fresh = parsed(added).filter((quad) => !this.store.has(quad));
    const gone = parsed(removed).filter((quad) => this.store.has(quad));
    const graphs = { default_graph: [this.current, this.provenance] };
    try {
      for (const quad of fresh) this.store.add(quad);
      for (const quad of gone) this.store.delete(quad);
      return queries.map((text) => this.#rows(text, graphs));
    } finally {
      for (const quad of fresh) this.store.delete(quad);
      for (const quad of gone) this.store.add(quad);
    }
  }

  #rows(text, options = {}) {
    return JSON.parse(this.store.query(text, { results_format: "json", ...options })).results.bindings;
  }

  #triples(text) {
    return this.#engine.parse(text, { format: NTRIPLES, lenient: true }).map((quad) => [quad.subject, quad.predicate, quad.object].map(plain));
  }

  /** The labels of the IRIs of an answer, and those that the graph describes. */
  #named(rows) {
    const labels = {}, described = [];
    for (const term of rows.flat()) {
      if (term?.type !== "uri" || term.value in labels) continue;
      labels[term.value] = this.#label(term.value);
      if (term.value.startsWith(this.#site.base) && this.#isDescribed(term.value)) described.push(term.value);
    }
    return { labels, described };
  }

  #isDescribed(iri) {
    const node = this.#engine.namedNode(iri);
    return [this.current, this.provenance].some((graph) => this.store.match(node, null, null, graph).length > 0);
  }

  /** The label of a thing in the language of the site; else its CURIE; else its IRI. */
  #label(iri) {
    if (!this.#labels.has(iri)) this.#labels.set(iri, this.#findLabel(iri) ?? shorten(iri, this.#site.prefixes));
    return this.#labels.get(iri);
  }

  #findLabel(iri) {
    const node = this.#engine.namedNode(iri);
    for (const property of this.#site.labels) {
      const texts = this.store.match(node, this.#engine.namedNode(property), null, this.current)
        .filter(({ object }) => object.termType === "Literal")
        .map(({ object }) => [object.value, object.language]);
      if (texts.length) return bestText(texts, this.#site.language);
    }
    return null;
  }
}

const line = (quad) => `${[quad.subject, quad.predicate, quad.object].map((term) => ntriples(plain(term))).join(" ")} .`;

function plain(term) {
  if (term.termType === "NamedNode") return { type: "uri", value: term.value };
  if (term.termType === "BlankNode") return { type: "bnode", value: term.value };
  return { type: "literal", value: term.value, ...(term.language ? { "xml:lang": term.language } : { datatype: term.datatype.value }) };
}
