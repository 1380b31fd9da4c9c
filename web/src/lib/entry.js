// From what was entered in a form to statements.
import { ntriples } from "./values.js";

const RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#", XSD = "http://www.w3.org/2001/XMLSchema#";
const RDFS = "http://www.w3.org/2000/01/rdf-schema#", PROV = "http://www.w3.org/ns/prov#";
const OUTSIDE = { ß: "ss", æ: "ae", œ: "oe", ø: "o", đ: "d", ð: "d", ł: "l", þ: "th", ı: "i" };

/** The last part of an IRI made from a name: small letters, digits and hyphens. */
export function slug(name) {
  let text = name.replace(/\s*[([][^()[\]]*[)\]]/g, "").trim() || name;
  text = text.toLowerCase().replace(/^the\s+(?=\S)/, "").replaceAll("&", " and ");
  text = [...text].map((mark) => OUTSIDE[mark] ?? mark).join("").normalize("NFKD").replace(/['’]|\p{M}/gu, "");
  return (text.match(/[a-z0-9]+/g) ?? []).join("-");
}

/** SHA-1 (FIPS 180-4) as hexadecimal digits; it makes names here and keeps no secrets. */
export function sha1(text) {
  const data = new TextEncoder().encode(text);
  const words = new Uint32Array(((data.length + 8) >> 6) * 16 + 16);
  data.forEach((byte, index) => { words[index >> 2] |= byte << (24 - (index % 4) * 8); });
  words[data.length >> 2] |= 0x80 << (24 - (data.length % 4) * 8);
  words[words.length - 1] = data.length * 8;
  const turn = (value, by) => (value << by) | (value >>> (32 - by));
  const state = [0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0];
  const w = new Int32Array(80);
  for (let block = 0; block < words.length; block += 16) {
    let [a, b, c, d, e] = state;
    for (let step = 0; step < 80; step += 1) {
      w[step] = step < 16 ? words[block + step] : turn(w[step - 3] ^ w[step - 8] ^ w[step - 14] ^ w[step - 16], 1);
      const [f, k] = step < 20 ? [(b & c) | (~b & d), 0x5a827999] : step < 40 ? [b ^ c ^ d, 0x6ed9eba1]
        : step < 60 ? [(b & c) | (b & d) | (c & d), 0x8f1bbcdc] : [b ^ c ^ d, 0xca62c1d6];
      [e, d, c, b, a] = [d, c, turn(b, 30), a, (turn(a, 5) + f + e + k + w[step]) | 0];
    }
    [a, b, c, d, e].forEach((value, index) => { state[index] = (state[index] + value) | 0; });
  }
  return state.map((value) => (value >>> 0).toString(16).padStart(8, "0")).join("");
}

const uri = (value) => ({ type: "uri", value });
const text = (value, datatype) => ({ type: "literal", value, datatype: XSD + datatype });

const DATES = [["date", /^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$/], ["gYearMonth", /^\d{4}-(0[1-9]|1[0-2])$/], ["gYear", /^\d{4}$/]];

/** Something that was entered and cannot be read. */
export class Unreadable extends Error {}

/** What was typed into a field as a term. */
export function termOf(field, given, language) {
  const value = given.trim();
  if (field.things || field.address) {
    if (!/^[a-z][a-z0-9+.-]*:[^\s<>"{}|\\^`]+$/i.test(value)) throw new Unreadable(field.things ? "choose one of the list" : "write a whole address, such as https://example.org/");
    return uri(value);
  }
  const wanted = field.datatypes;
  if (!wanted.length || wanted[0] === `${RDF}langString`) return { type: "literal", value, "xml:lang": language };
  const date = DATES.find(([name, form]) => wanted.includes(XSD + name) && form.test(value));
  if (date) return text(value, date[0]);
  if (DATES.some(([name]) => wanted.includes(XSD + name))) throw new Unreadable("write a date as 2025-06-01, 2025-06 or 2025");
  if (wanted.includes(`${XSD}decimal`)) {
    const plain = value.replace(/^[£€$]\s*/, "").replace(/,(?=\d{3}(\D|$))/g, "");
    if (!/^[+-]?\d+(\.\d+)?$/.test(plain)) throw new Unreadable("write a number, such as 180000 or 0.8");
    return text(plain.includes(".") ? plain : `${plain}.0`, "decimal");
  }
  const whole = wanted.find((iri) => /#(\w*[iI]nteger|int|long)$/.test(iri));
  if (whole) {
    if (!/^[+-]?\d+$/.test(value)) throw new Unreadable("write a whole number, such as 36");
    return { type: "literal", value, datatype: wanted.find((iri) => iri === `${XSD}nonNegativeInteger` && !value.startsWith("-")) ?? whole };
  }
  if (wanted.includes(`${XSD}boolean`)) return text(/^(true|yes)$/i.test(value) ? "true" : "false", "boolean");
  return { type: "literal", value, datatype: wanted[0] };
}

/**
 * The IRI of a new thing.
 *
 * @param kind what it is
 * @param values its values: for each field, terms
 */
export function mint(kind, values) {
  const of = (part) => {
    const inverse = part.startsWith("^"), property = part.replace(/^\^/, "");
    const at = kind.fields.findIndex((field) => field.property === property && field.inverse === inverse);
    return (values[at] ?? []).map((term) => term.value).sort()[0] ?? "";
  };
  const parts = kind.parts.map(of);
  if (!kind.namespace) throw new Unreadable(`it is not known which address a ${kind.label} may have`);
  if (kind.digest) {
    if (!parts.every(Boolean)) throw new Unreadable("something that it is known by is missing");
    return kind.namespace + sha1(parts.join("|")).slice(0, kind.digest);
  }
  const local = parts.length && parts.every(Boolean) ? slug(parts.join("-")) : slug(of(`${RDFS}label`));
  if (!local) throw new Unreadable("give it a name");
  return kind.namespace + local;
}

/** The statements on a thing. */
export function statements(thing) {
  const { kind, iri, type, values, existing } = thing;
  const node = uri(iri);
  const found = existing ? [] : [[node, uri(`${RDF}type`), uri(type ?? kind.class)]];
  kind.fields.forEach((field, index) => {
    for (const term of values[index] ?? []) found.push(field.inverse ? [term, uri(field.property), node] : [node, uri(field.property), term]);
  });
  return found;
}

/** The header of a contribution: where it is from, who entered it, and when. */
export function header(model, origin, values) {
  const node = uri(model.graph + origin.slug);
  const found = [[node, uri(`${RDF}type`), uri(`${PROV}Bundle`)], [node, uri(`${RDFS}label`), { type: "literal", value: origin.label, "xml:lang": model.language }]];
  found.push([node, uri(`${PROV}generatedAtTime`), text(`${origin.moment}`, "dateTime")]);
  const agent = uri(origin.orcid ? `https://orcid.org/${origin.orcid}` : model.agents + slug(origin.name));
  found.push([node, uri(`${PROV}wasAttributedTo`), agent]);
  model.header.fields.forEach((field, index) => {
    for (const term of values[index] ?? []) found.push([node, uri(field.property), term]);
  });
  if (!origin.agentKnown) found.push([agent, uri(`${RDF}type`), uri(`${PROV}Agent`)], [agent, uri("http://xmlns.com/foaf/0.1/name"), text(origin.name, "string")]);
  return found;
}

/** Statements as N-Triples. */
export const asNTriples = (found) => [...new Set(found.map((triple) => `${triple.map(ntriples).join(" ")} .\n`))].join("");

/** Statements as Turtle that people can read. */
export function asTurtle(found, prefixes) {
  const used = new Set();
  const short = (term) => {
    if (term.type === "uri") {
      for (const [prefix, namespace] of Object.entries(prefixes).sort((a, b) => b[1].length - a[1].length)) {
        const local = term.value.slice(namespace.length);
        if (term.value.startsWith(namespace) && /^[A-Za-z0-9_]([A-Za-z0-9_-]*[A-Za-z0-9_])?$/.test(local)) {
          used.add(prefix);
          return `${prefix}:${local}`;
        }
      }
      return ntriples(term);
    }
    if (term.datatype?.startsWith(XSD) && term.datatype !== `${XSD}string`) {
      used.add("xsd");
      return `${ntriples({ ...term, datatype: undefined })}^^xsd:${term.datatype.slice(XSD.length)}`;
    }
    return ntriples(term);
  };
  const subjects = new Map();
  for (const [subject, predicate, object] of found) {
    const about = subjects.get(subject.value) ?? subjects.set(subject.value, new Map()).get(subject.value);
    const name = predicate.value === `${RDF}type` ? "a" : short(predicate);
    about.set(name, [...new Set([...(about.get(name) ?? []), short(object)])]);
  }
  const blocks = [...subjects].map(([iri, about]) =>
    `${short(uri(iri))}\n${[...about].map(([name, objects]) => `    ${name} ${objects.join(" ,\n        ")}`).join(" ;\n")} .\n`);
  const heads = [...used].sort().map((prefix) => `@prefix ${prefix}: <${prefix === "xsd" ? XSD : prefixes[prefix]}> .\n`);
  return `${heads.join("")}\n${blocks.join("\n")}`;
}
