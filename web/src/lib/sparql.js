// Just enough of SPARQL's grammar to refuse what must not run and to bind parameters.

const TOKEN = new RegExp(
  [
    /(?<space>[\s\ufeff]+|#[^\n\r]*)/,
    // eslint-disable-next-line no-control-regex
    /(?<iri><[^<>"{}|^`\\\x00-\x20]*>)/,
    /(?<string>"""(?:[^"\\]|\\.|"(?!""))*"""|'''(?:[^'\\]|\\.|'(?!''))*'''|"(?:[^"\\\n\r]|\\.)*"|'(?:[^'\\\n\r]|\\.)*')/,
    /(?<var>[?$][\p{L}\p{N}_]+)/,
    /(?<name>\p{L}[\p{L}\p{N}_.-]*(?::(?:[\p{L}\p{N}_.:%-]|\\.)*)?|:(?:[\p{L}\p{N}_.:%-]|\\.)*|_:[\p{L}\p{N}_.-]+)/,
    /(?<other>[\d.]+|.)/,
  ].map((part) => part.source).join("|"),
  "gsu",
);

/** The tokens of a query, white space and comments left out. */
export function* tokens(text) {
  for (const found of text.matchAll(TOKEN)) {
    const kind = Object.keys(found.groups).find((name) => found.groups[name] !== undefined);
    if (kind !== "space") yield { kind, text: found[0], start: found.index };
  }
}

const FORMS = ["SELECT", "ASK", "CONSTRUCT", "DESCRIBE"];
const UPDATES = ["INSERT", "DELETE", "LOAD", "CLEAR", "DROP", "CREATE", "COPY", "MOVE", "ADD"];

/** The form of a query in capitals; throws where it would change the graph or call another machine. */
export function check(text) {
  let form = "", depth = 0;
  for (const token of tokens(text)) {
    if ("{([".includes(token.text)) {
      depth += 1;
      if (depth > 200) throw new Error("the query nests more than 200 deep");
    } else if ("})]".includes(token.text)) depth -= 1;
    if (token.kind !== "name") continue;
    const word = token.text.toUpperCase();
    if (word === "SERVICE") throw new Error("SERVICE is not allowed: a query never calls another machine");
    if (!form && FORMS.includes(word)) form = word;
    else if (!form && UPDATES.includes(word)) throw new Error(`${word} is not allowed: the graph is read-only`);
  }
  if (!form) throw new Error("this is not a query: write SELECT, ASK, CONSTRUCT or DESCRIBE");
  return form;
}

/** True for a query that says in which order its rows are. */
export function isOrdered(text) {
  for (const token of tokens(text)) if (token.kind === "name" && token.text.toUpperCase() === "ORDER") return true;
  return false;
}

/**
 * Bind variables of a query.
 *
 * @param template the query cut at the places where values can be put in: texts, and between them the
 *   lists of the variables that may be bound there
 * @param values for each variable the terms that it may take, in SPARQL syntax
 */
export function bind(template, values) {
  return template
    .map((part) => typeof part === "string" ? part : part
      .filter((name) => values[name]?.length)
      .map((name) => ` VALUES ?${name} { ${[...new Set(values[name])].join(" ")} }`).join(""))
    .join("");
}

/** A text as a literal of SPARQL. */
export function literal(text, datatype) {
  const marks = { "\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t" };
  return `"${text.replace(/[\\"\n\r\t]/g, (mark) => marks[mark])}"${datatype ? `^^<http://www.w3.org/2001/XMLSchema#${datatype}>` : ""}`;
}

const PATTERNS = {
  integer: [/^[+-]?[0-9]{1,18}$/, "a whole number, such as 3"],
  decimal: [/^[+-]?([0-9]{1,18}(\.[0-9]{0,18})?|\.[0-9]{1,18})$/, "a number, such as 180000 or 0.8"],
  date: [/^[0-9]{4}-[0-9]{2}-[0-9]{2}$/, "a date, such as 2025-06-01"],
  boolean: [/^(true|yes|1|false|no|0)$/i, "true or false"],
};

/** What was typed for a parameter, that is no IRI, as a literal of SPARQL. */
export function literalOf(param, given) {
  if (param.type === "string") return literal(given);
  const text = given.trim();
  const [pattern, form] = PATTERNS[param.type];
  const wrong = param.type === "date" && Number.isNaN(Date.parse(text));
  if (!pattern.test(text) || wrong) throw new Error(`${param.name.replaceAll("_", " ")}: “${given}” is not ${form}`);
  if (param.type === "boolean") return literal(/^(true|yes|1)$/i.test(text) ? "true" : "false", "boolean");
  return literal(text, param.type);
}

const PREFIXES = /Prefix not found|prefix not found/i;

/** The engine's complaint in one line; its lists of what it expected help nobody. */
export function explained(text, reason) {
  const found = /error at (\d+):(\d+): /.exec(reason);
  if (!found) return reason.split("\n")[0];
  const [line, column] = [Number(found[1]), Number(found[2])];
  const before = (text.split("\n")[line - 1] ?? "").slice(0, column - 1);
  const prefix = /([\w.-]*):[^\s:]*$/.exec(before)?.[1];
  const why = PREFIXES.test(reason) && prefix !== undefined ? `the prefix ${prefix}: has not been declared; add a line PREFIX ${prefix}: <…>`
    : reason.includes("variable that is unbound") ? "SELECT shows a variable that is neither grouped nor aggregated"
      : reason.includes("IRI parsing failed") ? "an IRI that is not valid or not absolute" : "something is wrong here or just before";
  return `line ${line}, column ${column}: ${why}`;
}
