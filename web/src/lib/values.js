// Terms as people read them, and the numbers that charts and maps are drawn from.

const XSD = "http://www.w3.org/2001/XMLSchema#";
const NUMERIC = new Set(["integer", "decimal", "double", "float", "nonNegativeInteger", "int", "long"].map((name) => XSD + name));
const DATES = new Set(["date", "dateTime", "gYear", "gYearMonth"].map((name) => XSD + name));
const WKT = "http://www.opengis.net/ont/geosparql#wktLiteral";
const MONTHS = "January February March April May June July August September October November December".split(" ");
const DATE = /^(-?\d{4,})(?:-(\d\d)(?:-(\d\d))?)?(?:T.*)?(?:Z|[+-]\d\d:\d\d)?$/;
const POINT = /^\s*(?:<[^>]*CRS84>\s*)?POINT\s*\(\s*([-+]?[\d.]+(?:e[-+]?\d+)?)\s+([-+]?[\d.]+(?:e[-+]?\d+)?)\s*\)\s*$/i;

/** The number that a literal is, or null. */
export function numberOf(term) {
  if (term?.type !== "literal" || !NUMERIC.has(term.datatype)) return null;
  const found = Number(term.value);
  return Number.isFinite(found) ? found : null;
}

/** Longitude and latitude of a point, or null. */
export function pointOf(term) {
  const found = term?.datatype === WKT ? POINT.exec(term.value) : null;
  if (!found) return null;
  const [longitude, latitude] = [Number(found[1]), Number(found[2])];
  return Math.abs(longitude) <= 180 && Math.abs(latitude) <= 90 ? [longitude, latitude] : null;
}

/** True for a literal that says when something is. */
export const isDate = (term) => term?.type === "literal" && DATES.has(term.datatype);

/** A date as it is written in a sentence, as exact as it was given. */
export function dateText(text) {
  const found = DATE.exec(text);
  if (!found) return text;
  const [, year, month, day] = found;
  if (!month || Number(month) < 1 || Number(month) > 12) return year;
  const name = `${MONTHS[Number(month) - 1]} ${year}`;
  return day ? `${Number(day)} ${name}` : name;
}

/** A date as a year with a fraction: its beginning, or its end; null where it is none. */
export function yearOf(text, isEnd = false) {
  const [, year, month, day] = DATE.exec(text) ?? [];
  if (!year || year.length > 5) return null;
  const after = isEnd ? 0 : 1;
  if (!month) return Number(year) + 1 - after;
  if (!day) return Number(year) + (month - after) / 12;
  return Number(year) + (month - 1) / 12 + (day - after) / 372;
}

/** A number with marks between thousands, and no empty decimals. */
export function numberText(text) {
  const found = /^([+-]?)0*(\d+)(?:\.(\d*?)0*)?$/.exec(text);
  if (!found) return text;
  const [, sign, whole, part] = found;
  return `${sign === "-" ? "-" : ""}${whole.replace(/\B(?=(\d{3})+$)/g, ",")}${part ? `.${part}` : ""}`;
}

/** A literal as people read it. */
export function literalText(term) {
  if (isDate(term)) return dateText(term.value);
  if (NUMERIC.has(term.datatype)) return numberText(term.value);
  if (term.datatype === `${XSD}boolean`) return ["true", "1"].includes(term.value) ? "yes" : "no";
  const point = pointOf(term);
  if (point) return `${point[1].toFixed(4)}° north, ${point[0].toFixed(4)}° east`;
  return term.value;
}

/** The CURIE of an IRI where a prefix fits, else the IRI. */
export function shorten(iri, prefixes) {
  let best = "";
  let prefix = "";
  for (const [name, namespace] of Object.entries(prefixes)) {
    const local = iri.slice(namespace.length);
    if (namespace.length > best.length && iri.startsWith(namespace) && /^[A-Za-z0-9_]([A-Za-z0-9_.-]*[A-Za-z0-9_-])?$/.test(local)) {
      best = namespace;
      prefix = name;
    }
  }
  return best ? `${prefix}:${iri.slice(best.length)}` : iri;
}

/** The whole IRI that a CURIE stands for, or null. */
export function expand(curie, prefixes) {
  const at = curie.indexOf(":");
  const namespace = at < 0 ? undefined : prefixes[curie.slice(0, at)];
  return namespace === undefined ? null : namespace + curie.slice(at + 1);
}

/** A term in the syntax of N-Triples. */
export function ntriples(term) {
  if (term.type === "uri") return `<${term.value}>`;
  if (term.type === "bnode") return `_:${term.value}`;
  const marks = { "\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r" };
  const text = `"${term.value.replace(/[\\"\n\r]/g, (mark) => marks[mark])}"`;
  if (term["xml:lang"]) return `${text}@${term["xml:lang"]}`;
  return term.datatype && term.datatype !== `${XSD}string` ? `${text}^^<${term.datatype}>` : text;
}

const TERM = /<([^>]*)>|_:([^\s]+)|"((?:[^"\\]|\\.)*)"(?:@([A-Za-z0-9-]+)|\^\^<([^>]*)>)?/g;
const ESCAPED = { t: "\t", b: "\b", n: "\n", r: "\r", f: "\f" };

/** A text without the escapes of N-Triples. */
const unescaped = (text) => text.replace(/\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|(.))/g, (_whole, four, eight, mark) => {
  const code = four ?? eight;
  return code ? String.fromCodePoint(parseInt(code, 16)) : ESCAPED[mark] ?? mark;
});

/** The statements of lines of N-Triples, each three terms. */
export function readTriples(text) {
  return text.split("\n").filter(Boolean).map((line) => [...line.matchAll(TERM)].slice(0, 3).map(([, iri, node, value, language, datatype]) => {
    if (iri !== undefined) return { type: "uri", value: unescaped(iri) };
    if (node !== undefined) return { type: "bnode", value: node };
    return { type: "literal", value: unescaped(value), ...(language ? { "xml:lang": language } : { datatype: datatype ?? `${XSD}string` }) };
  }));
}

/** A cell of a CSV file; one that a spreadsheet would take for a formula is guarded. */
export function csvCell(term) {
  if (!term) return "";
  const text = term.type === "bnode" ? `_:${term.value}` : term.value;
  const guarded = /^[=+\-@\t\r]/.test(text) && numberOf(term) === null ? `'${text}` : text;
  return /[",\r\n]/.test(guarded) ? `"${guarded.replaceAll('"', '""')}"` : guarded;
}

/** A link that a browser may follow, or null. */
export const safeLink = (iri) => /^(https?:\/\/|mailto:)[^\s"<>]+$/i.test(iri) ? iri : null;
