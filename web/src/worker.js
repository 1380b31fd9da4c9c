// The engine: Oxigraph on a thread of its own, so that the page stays alive and a query can be ended with the thread.
import init, { Store, defaultGraph, namedNode } from "oxigraph/web.js";
import { expand, ntriples, shorten } from "./lib/values.js";

const MOST_SORTED = 10_000;
const MOST_ROWS = 100_000;
const GRAPH = { ttl: "text/turtle", nt: "application/n-triples" };

let store = null;
let site = null;
const known = new Map();

const handlers = {
  /** Take in the program of the engine. */
  async start({ program, config }) {
    await init({ module_or_path: program });
    site = config;
    store = new Store();
    return {};
  },

  /** Take in lines of N-Quads; those of the current graph become the default graph. */
  load({ text }) {
    const lines = text.replaceAll(` <${site.current}> .\n`, " .\n");
    store.load(lines, { format: "application/n-quads", unchecked: true, lenient: true });
    return { size: store.size };
  },

  query({ text, form, sort }) {
    const started = performance.now();
    if (form === "CONSTRUCT" || form === "DESCRIBE") return graphAnswer(text, started);
    const answer = JSON.parse(store.query(text, { results_format: "json" }));
    const ms = performance.now() - started;
    if ("boolean" in answer) return { form, boolean: answer.boolean, ms };
    const columns = answer.head.vars, bindings = answer.results.bindings;
    let rows = bindings.slice(0, MOST_ROWS).map((row) => columns.map((name) => row[name] ?? null));
    if (sort && bindings.length <= MOST_SORTED) rows = sorted(rows);
    return { form, columns, rows, total: bindings.length, ms, ...named(rows) };
  },

  /** Things that may stand for a parameter, each with its names. */
  candidates: ({ range }) => candidates(range),

  /** The thing that a name means: an IRI, a CURIE, the last part of an IRI, or a label in any case. */
  find({ given, range, what }) {
    const text = given.trim().replace(/^<(.*)>$/, "$1");
    const slugs = range.scheme ? [`${range.scheme}/${text}`] : Object.values(site.own).map((namespace) => namespace + text);
    for (const iris of [[expand(text, site.prefixes), text], /^[\p{L}\p{N}_.~%-]+$/u.test(text) ? slugs : []]) {
      const found = iris.filter((iri) => iri && /^[a-z][a-z0-9+.-]*:[^\s<>"{}|\\^`]+$/i.test(iri)).filter((iri) => fits(iri, range));
      if (found.length) return [...new Set(found)][0];
    }
    const folded = casefold(given.trim());
    const found = [...new Set(candidates(range).filter(([, label]) => casefold(label) === folded).map(([iri]) => iri))];
    if (found.length === 1) return found[0];
    if (found.length) throw new Error(`${what} “${given}” is the name of ${found.length} things: write one of ${found.map((iri) => shorten(iri, site.prefixes)).join(", ")}`);
    throw new Error(`unknown ${what} “${given}”`);
  },

  /** Statements around some things, as N-Triples: what is said of them and what points to them. */
  around({ iris, depth }) {
    const lines = new Set();
    let waiting = new Set(iris);
    const seen = new Set();
    for (let step = 0; step < depth; step += 1) {
      const next = new Set();
      for (const iri of waiting) {
        if (seen.has(iri)) continue;
        seen.add(iri);
        const node = namedNode(iri);
        const found = [...store.match(node, null, null, defaultGraph()), ...store.match(node, null, null, namedNode(site.provenance))];
        if (step === 0) found.push(...store.match(null, null, node, defaultGraph()));
        for (const quad of found) {
          lines.add(`${quad.subject} ${quad.predicate} ${quad.object} .`);
          for (const term of [quad.subject, quad.object]) if (term.termType === "NamedNode") next.add(term.value);
        }
      }
      waiting = next;
    }
    return [...lines];
  },

  /** All statements of some properties, as N-Triples. */
  properties({ iris }) {
    return iris.flatMap((iri) => store.match(null, namedNode(iri), null, defaultGraph()).map((quad) => `${quad.subject} ${quad.predicate} ${quad.object} .`));
  },

  /** Ask queries of the graph with some statements added to it for that time. */
  suppose({ text, queries }) {
    const before = new Set(store.match(null, null, null, defaultGraph()).map(String));
    const added = new Store();
    added.load(text, { format: "text/turtle" });
    const fresh = added.match().filter((quad) => !before.has(String(quad)));
    const provenance = store.match(null, null, null, namedNode(site.provenance)).map((quad) => `${quad.subject} ${quad.predicate} ${quad.object} .\n`).join("");
    for (const quad of fresh) store.add(quad);
    try {
      return queries.map((query) => JSON.parse(store.query(query, { results_format: "json" })).results.bindings);
    } finally {
      for (const quad of fresh) store.delete(quad);
      void provenance;
    }
  },
};

function graphAnswer(text, started) {
  const made = store.query(text, { results_format: GRAPH.nt });
  const ms = performance.now() - started;
  const graph = new Store();
  graph.load(made, { format: GRAPH.nt, unchecked: true, lenient: true });
  const triples = graph.match().map((quad) => [quad.subject, quad.predicate, quad.object].map(plain));
  const rows = sorted(triples.slice(0, MOST_ROWS));
  const lines = triples.map((row) => `${row.map(ntriples).join(" ")} .\n`).sort();
  return { form: "CONSTRUCT", columns: ["thing", "property", "value"], rows, total: triples.length, ms, ntriples: lines.join(""), ...named(rows) };
}

function plain(term) {
  if (term.termType === "NamedNode") return { type: "uri", value: term.value };
  if (term.termType === "BlankNode") return { type: "bnode", value: term.value };
  return { type: "literal", value: term.value, ...(term.language ? { "xml:lang": term.language } : { datatype: term.datatype.value }) };
}

/** The labels of the IRIs of an answer, and those that the graph describes. */
function named(rows) {
  const labels = {}, described = [];
  for (const row of rows) {
    for (const term of row) {
      if (term?.type !== "uri" || term.value in labels) continue;
      labels[term.value] = label(term.value);
      if (term.value.startsWith(site.base) && isDescribed(term.value)) described.push(term.value);
    }
  }
  return { labels, described };
}

const isDescribed = (iri) => [defaultGraph(), namedNode(site.provenance)].some((graph) => store.match(namedNode(iri), null, null, graph).length > 0);

/** The label of a thing in the language of the site; else its CURIE; else its IRI. */
function label(iri) {
  if (!known.has(iri)) known.set(iri, findLabel(iri) ?? shorten(iri, site.prefixes));
  return known.get(iri);
}

function findLabel(iri) {
  for (const property of site.labels) {
    let best = null;
    for (const { object } of store.match(namedNode(iri), namedNode(property), null, defaultGraph())) {
      if (object.termType !== "Literal") continue;
      const tag = object.language.toLowerCase();
      const rank = tag.split("-")[0] === site.language ? 0 : tag ? 2 : 1;
      if (!best || rank < best[0] || (rank === best[0] && compare(object.value, best[1]) < 0)) best = [rank, object.value];
    }
    if (best) return best[1];
  }
  return null;
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

function sorted(rows) {
  const keys = new Map(rows.map((row) => [row, row.map((term) => casefold(shown(term)))]));
  return rows.sort((a, b) => {
    const [first, second] = [keys.get(a), keys.get(b)];
    for (let index = 0; index < first.length; index += 1) {
      const order = compare(first[index], second[index]);
      if (order) return order;
    }
    return 0;
  });
}

function shown(term) {
  if (!term) return "";
  if (term.type === "uri") return label(term.value);
  return term.type === "bnode" ? `_:${term.value}` : term.value;
}

const SKOS = "http://www.w3.org/2004/02/skos/core#", RDFS = "http://www.w3.org/2000/01/rdf-schema#";
const MEMBER = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>/<http://www.w3.org/2000/01/rdf-schema#subClassOf>*";

function membership({ scheme, class: class_ }, thing) {
  if (scheme) return `${thing} <${SKOS}inScheme> <${scheme}> .`;
  if (class_) return `${thing} ${MEMBER} <${class_}> .`;
  return "";
}

function fits(iri, range) {
  if (range.scheme || range.class) return store.query(`ASK { ${membership(range, `<${iri}>`)} }`);
  return store.query(`ASK { { <${iri}> ?p ?o } UNION { ?s <${iri}> ?o } UNION { ?s ?p <${iri}> } UNION { GRAPH ?g { <${iri}> ?p ?o } } }`);
}

function candidates(range) {
  const names = [...site.labels, `${SKOS}altLabel`].map((iri) => `<${iri}>`).join(" ");
  const rows = JSON.parse(store.query(
    `SELECT DISTINCT ?thing ?label WHERE { VALUES ?name { ${names} } ${membership(range, "?thing") || "?thing ?name [] ."} OPTIONAL { ?thing ?name ?label } }`,
    { results_format: "json" },
  )).results.bindings;
  return rows.filter((row) => row.thing.type === "uri").map((row) => [row.thing.value, row.label?.value ?? row.thing.value.split(/[/#]/).at(-1)]);
}

void RDFS;

self.addEventListener("message", async ({ data: { id, kind, ...rest } }) => {
  try {
    self.postMessage({ id, result: await handlers[kind](rest) });
  } catch (error) {
    self.postMessage({ id, problem: String(error?.message ?? error) });
  }
});
