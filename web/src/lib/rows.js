// Answers as rows of terms, wherever they come from.
import { ntriples } from "./values.js";

const MOST_ROWS = 100_000;
export const MOST_SORTED = 10_000;

/** What a page needs of SPARQL 1.1 Query Results JSON. */
export function resultsOf({ boolean, head, results }) {
  if (boolean !== undefined) return { boolean };
  const columns = head.vars, { bindings } = results;
  return { columns, rows: bindings.slice(0, MOST_ROWS).map((row) => columns.map((name) => row[name] ?? null)), total: bindings.length };
}

/** The same for statements, each three terms. */
export function statementsOf(triples) {
  const lines = new Set(triples.map((row) => `${row.map(ntriples).join(" ")} .\n`));
  return { form: "CONSTRUCT", columns: ["thing", "property", "value"], rows: triples.slice(0, MOST_ROWS), total: triples.length, ntriples: [...lines].sort().join("") };
}
