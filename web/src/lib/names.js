// What things are called, and which thing a name means, wherever the graph is.
import { expand, shorten } from "./values.js";

const SKOS = "http://www.w3.org/2004/02/skos/core#";
const IRI = /^[a-z][a-z0-9+.-]*:[^\s<>"{}|\\^`]+$/i;

const SUBCLASS = "http://www.w3.org/2000/01/rdf-schema#subClassOf";

/** The path from a thing to each class that it belongs to. */
export const MEMBER = `<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>/<${SUBCLASS}>*`;

/** Some IRIs as they stand in a query. */
export const listed = (iris) => iris.map((iri) => `<${iri}>`).join(" ");

/** Text for comparing names in any case. */
export const casefold = (text) => text.toLowerCase().replaceAll("ß", "ss").replaceAll("ς", "σ");

/** Order by code points, as the command line does. */
export function compare(a, b) {
  const length = Math.min(a.length, b.length);
  for (let index = 0; index < length; index += 1) {
    if (a[index] !== b[index]) return a.codePointAt(index) - b.codePointAt(index);
  }
  return a.length - b.length;
}

/** Of some texts, each with its language tag, the one that is best in a language; null where there is none. */
export function bestText(texts, language) {
  const rank = (tag) => tag.toLowerCase().split("-")[0] === language ? 0 : tag ? 2 : 1;
  const [best] = [...texts].sort(([a, here], [b, there]) => rank(here) - rank(there) || compare(a, b));
  return best ? best[0] : null;
}

/** Rows in the order of what they show. */
export function sortedRows(rows, labels) {
  const shown = (term) => {
    if (!term) return "";
    if (term.type === "uri") return labels[term.value] ?? term.value;
    return term.type === "bnode" ? `_:${term.value}` : term.value;
  };
  const keys = new Map(rows.map((row) => [row, row.map((term) => casefold(shown(term)))]));
  return [...rows].sort((a, b) => {
    const first = keys.get(a), second = keys.get(b);
    for (let index = 0; index < first.length; index += 1) {
      const order = compare(first[index], second[index]);
      if (order) return order;
    }
    return 0;
  });
}

/**
 * The thing that a name means: an IRI, a CURIE, the last part of an IRI, or a label in any case.
 *
 * @param asked what was given, in which scheme or class it is looked for, and what it is for
 * @param site the settings of the site
 * @param select gives the rows of a query, at once or later
 */
export async function findThing({ given, range, what }, site, select) {
  const text = given.trim().replace(/^<(.*)>$/, "$1");
  const { own, prefixes } = site;
  const slugs = range.scheme ? [`${range.scheme}/${text}`] : Object.values(own).map((namespace) => namespace + text);
  for (const iri of [expand(text, prefixes), text, ...(/^[\p{L}\p{N}_.~%-]+$/u.test(text) ? slugs : [])]) {
    if (iri && IRI.test(iri) && await fits(iri, range, select)) return iri;
  }
  const folded = casefold(given.trim());
  const found = [...new Set((await candidates(range, site, select)).filter(([, label]) => casefold(label) === folded).map(([iri]) => iri))];
  if (found.length === 1) return found[0];
  if (found.length) throw new Error(`${what} “${given}” is the name of ${found.length} things: write one of ${found.map((iri) => shorten(iri, prefixes)).join(", ")}`);
  throw new Error(`unknown ${what} “${given}”`);
}

/** Things that may be meant, each with each of its names. */
export async function candidates(range, site, select) {
  const names = listed([...site.labels, `${SKOS}altLabel`]);
  const member = membership(range, "?thing") || "?thing ?name [] .";
  return (await select(`SELECT DISTINCT ?thing ?label WHERE { VALUES ?name { ${names} } ${member} OPTIONAL { ?thing ?name ?label } }`))
    .filter((row) => row.thing.type === "uri")
    .map((row) => [row.thing.value, row.label?.value ?? row.thing.value.split(/[/#]/).at(-1)]);
}

/** For each of some things the most specific class that it has. */
export async function classesOf(iris, select) {
  const narrower = `?thing a ?narrower . ?narrower <${SUBCLASS}>+ ?class FILTER(?narrower != ?class)`;
  const rows = await select(`SELECT ?thing (MIN(STR(?class)) AS ?first) WHERE { VALUES ?thing { ${listed(iris)} } ?thing a ?class FILTER NOT EXISTS { ${narrower} } } GROUP BY ?thing`);
  return new Map(rows.filter((row) => row.first).map((row) => [row.thing.value, row.first.value]));
}

async function fits(iri, range, select) {
  const known = membership(range, `<${iri}>`)
    || `{ <${iri}> ?p ?o } UNION { ?s <${iri}> ?o } UNION { ?s ?p <${iri}> } UNION { GRAPH ?g { <${iri}> ?p ?o } }`;
  return (await select(`SELECT (1 AS ?known) WHERE { ${known} } LIMIT 1`)).length > 0;
}

function membership({ scheme, class: class_ }, thing) {
  if (scheme) return `${thing} <${SKOS}inScheme> <${scheme}> .`;
  return class_ ? `${thing} ${MEMBER} <${class_}> .` : "";
}
