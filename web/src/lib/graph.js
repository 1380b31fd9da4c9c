// What is asked of the graph besides queries: names of things, what stands around them, what would hold.
import { expand, ntriples, shorten } from "./values.js";

const SKOS = "http://www.w3.org/2004/02/skos/core#";
const MEMBER = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>/<http://www.w3.org/2000/01/rdf-schema#subClassOf>*";
const TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type";
const MOST_SORTED = 10_000;
const MOST_ROWS = 100_000;
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
    if (form === "CONSTRUCT" || form === "DESCRIBE") return this.#statements(text, started);
    const answer = JSON.parse(this.store.query(text, { results_format: "json" }));
    const ms = performance.now() - started;
    if ("boolean" in answer) return { form, boolean: answer.boolean, ms };
    const columns = answer.head.vars, bindings = answer.results.bindings;
    let rows = bindings.slice(0, MOST_ROWS).map((row) => columns.map((name) => row[name] ?? null));
    if (sort && bindings.length <= MOST_SORTED) rows = this.#sorted(rows);
    return { form, columns, rows, total: bindings.length, ms, ...this.#named(rows) };
  }

  /** The thing that a name means: an IRI, a CURIE, the last part of an IRI, or a label in any case. */
  find({ given, range, what }) {
    const text = given.trim().replace(/^<(.*)>$/, "$1");
    const { own, prefixes } = this.#site;
    const slugs = range.scheme ? [`${range.scheme}/${text}`] : Object.values(own).map((namespace) => namespace + text);
    for (const iris of [[expand(text, prefixes), text], /^[\p{L}\p{N}_.~%-]+$/u.test(text) ? slugs : []]) {
      const found = iris.filter((iri) => iri && /^[a-z][a-z0-9+.-]*:[^\s<>"{}|\\^`]+$/i.test(iri) && this.#fits(iri, range));
      if (found.length) return found[0];
    }
    const folded = casefold(given.trim());
    const found = [...new Set(this.candidates({ range }).filter(([, label]) => casefold(label) === folded).map(([iri]) => iri))];
    if (found.length === 1) return found[0];
    if (found.length) throw new Error(`${what} “${given}” is the name of ${found.length} things: write one of ${found.map((iri) => shorten(iri, prefixes)).join(", ")}`);
    throw new Error(`unknown ${what} “${given}”`);
  }

  /** Things that may be meant, each with each of its names. */
  candidates({ range }) {
    const names = [...this.#site.labels, `${SKOS}altLabel`].map((iri) => `<${iri}>`).join(" ");
    const member = membership(range, "?thing") || "?thing ?name [] .";
    return this.#rows(`SELECT DISTINCT ?thing ?label WHERE { VALUES ?name { ${names} } ${member} OPTIONAL { ?thing ?name ?label } }`)
      .filter((row) => row.thing.type === "uri")
      .map((row) => [row.thing.value, row.label?.value ?? row.thing.value.split(/[/#]/).at(-1)]);
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

  #statements(text, started) {
    const made = this.store.query(text, { results_format: NTRIPLES });
    const ms = performance.now() - started;
    const triples = this.#engine.parse(made, { format: NTRIPLES, lenient: true }).map((quad) => [quad.subject, quad.predicate, quad.object].map(plain));
    const rows = this.#sorted(triples.slice(0, MOST_ROWS));
    const lines = [...new Set(triples.map((row) => `${row.map(ntriples).join(" ")} .\n`))].sort();
    return { form: "CONSTRUCT", columns: ["thing", "property", "value"], rows, total: triples.length, ms, ntriples: lines.join(""), ...this.#named(rows) };
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
      let best = null;
      for (const { object } of this.store.match(node, this.#engine.namedNode(property), null, this.current)) {
        if (object.termType !== "Literal") continue;
        const tag = object.language.toLowerCase();
        const rank = tag.split("-")[0] === this.#site.language ? 0 : tag ? 2 : 1;
        if (!best || rank < best[0] || (rank === best[0] && compare(object.value, best[1]) < 0)) best = [rank, object.value];
      }
      if (best) return best[1];
    }
    return null;
  }

  #sorted(rows) {
    const keys = new Map(rows.map((row) => [row, row.map((term) => casefold(this.#shown(term)))]));
    return rows.sort((a, b) => {
      const first = keys.get(a), second = keys.get(b);
      for (let index = 0; index < first.length; index += 1) {
        const order = compare(first[index], second[index]);
        if (order) return order;
      }
      return 0;
    });
  }

  #shown(term) {
    if (!term) return "";
    if (term.type === "uri") return this.#label(term.value);
    return term.type === "bnode" ? `_:${term.value}` : term.value;
  }

  #fits(iri, range) {
    if (range.scheme || range.class) return this.store.query(`ASK { ${membership(range, `<${iri}>`)} }`);
    return this.store.query(`ASK { { <${iri}> ?p ?o } UNION { ?s <${iri}> ?o } UNION { ?s ?p <${iri}> } UNION { GRAPH ?g { <${iri}> ?p ?o } } }`);
  }
}

const line = (quad) => `${[quad.subject, quad.predicate, quad.object].map((term) => ntriples(plain(term))).join(" ")} .`;

function plain(term) {
  if (term.termType === "NamedNode") return { type: "uri", value: term.value };
  if (term.termType === "BlankNode") return { type: "bnode", value: term.value };
  return { type: "literal", value: term.value, ...(term.language ? { "xml:lang": term.language } : { datatype: term.datatype.value }) };
}

function membership({ scheme, class: class_ }, thing) {
  if (scheme) return `${thing} <${SKOS}inScheme> <${scheme}> .`;
  return class_ ? `${thing} ${MEMBER} <${class_}> .` : "";
}

const casefold = (text) => text.toLowerCase().replaceAll("ß", "ss").replaceAll("ς", "σ");

/** Order by code points, as the command line does. */
function compare(a, b) {
  const length = Math.min(a.length, b.length);
  for (let index = 0; index < length; index += 1) {
    if (a[index] !== b[index]) return a.codePointAt(index) - b.codePointAt(index);
  }
  return a.length - b.length;
}
