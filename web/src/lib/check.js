// Check a contribution by the shapes of the graph, as the command line does.
import { DataFactory, Parser, Store } from "n3";
import { Validator } from "shacl-engine";

const RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#", RDFS = "http://www.w3.org/2000/01/rdf-schema#", SH = "http://www.w3.org/ns/shacl#";
const { namedNode } = DataFactory;
const TARGETS = ["targetClass", "targetSubjectsOf", "targetObjectsOf", "targetNode"];
const AROUND = 3;

/** Finds what is wrong with contributions. */
export class Checker {
  #shapes = new Store();
  #validator = null;
  #hierarchy = [];
  #targets = [];
  /** Paths that the engine does not know, each with the property that stands for it. */
  #paths = new Map();
  #constraints;
  #single;
  #ask;
  #language;

  /**
   * @param model the form's model: shapes, and rules that are queries
   * @param ask asks the graph: a name of one of its questions, and what is given to it
   */
  constructor(model, ask) {
    this.#shapes.addQuads(new Parser({ format: "N-Triples" }).parse(model.shapes));
    this.#constraints = model.constraints;
    this.#language = model.language;
    this.#ask = ask;
    for (const kind of TARGETS) {
      for (const { subject, object } of this.#shapes.match(null, namedNode(SH + kind), null)) this.#targets.push([subject, kind, object.value]);
    }
    this.#single = this.#singleValued();
    this.#standIn();
  }

  /**
   * What is wrong with a contribution; none of it is a violation where it may be sent in.
   *
   * @param text its statements as N-Triples
   */
  async check(text) {
    const quads = new Parser({ format: "N-Triples" }).parse(text);
    const subjects = iris(quads.map((quad) => quad.subject)), objects = iris(quads.filter((quad) => quad.predicate.value !== `${RDF}type`).map((quad) => quad.object));
    await this.#prepare();
    const lines = await this.#ask("around", { iris: [...new Set([...subjects, ...objects])], depth: AROUND });
    const before = new Store([...this.#hierarchy, ...new Parser({ format: "N-Triples" }).parse(lines.join("\n"))]);
    const removed = this.#replaced(before, quads);
    const after = new Store([...before].filter((quad) => !removed.some((gone) => gone.equals(quad))));
    after.addQuads(quads);
    const focus = terms([...quads.map((quad) => quad.subject), ...quads.map((quad) => quad.object)]);
    const found = await this.#shacl(after, focus);
    // What was wrong with other things before is not the fault of this contribution.
    const known = new Set((await this.#shacl(before, focus)).map(key));
    const own = new Set(subjects);
    const fresh = found.filter((finding) => own.has(finding.focus) || !known.has(key(finding)));
    const lineOf = (quad) => `${[quad.subject, quad.predicate, quad.object].map(asText).join(" ")} .\n`;
    return [...fresh, ...await this.#queries(after, focus, text, removed.map(lineOf).join(""), own)];
  }

  /** Put a property of our own in the place of each path of paths: of those the engine sees the outermost only. */
  #standIn() {
    for (const quad of [...this.#shapes.match(null, namedNode(`${SH}path`), null)]) {
      const alternatives = this.#object(quad.object, `${SH}alternativePath`);
      if (!alternatives || this.#list(alternatives).every((term) => term.termType === "NamedNode")) continue;
      const stand = namedNode(`urn:x-path:${this.#paths.size}`);
      this.#paths.set(quad.subject.id, [stand, quad.object]);
      this.#shapes.removeQuad(quad);
      this.#shapes.addQuad(DataFactory.quad(quad.subject, quad.predicate, stand));
    }
  }

  #object(node, property) {
    for (const { object } of this.#shapes.match(node, namedNode(property), null)) return object;
    return null;
  }

  #list(head) {
    const found = [];
    for (let node = head; node && node.value !== `${RDF}nil`; node = this.#object(node, `${RDF}rest`)) found.push(this.#object(node, `${RDF}first`));
    return found;
  }

  /** The nodes that a path leads to (SHACL, section 2.3.1). */
  #follow(data, nodes, path) {
    if (path.termType === "NamedNode") return terms(nodes.flatMap((node) => [...data.match(node, path, null)].map((quad) => quad.object)));
    const inner = (name) => this.#object(path, SH + name);
    const inverse = inner("inversePath");
    if (inverse?.termType === "NamedNode") return terms(nodes.flatMap((node) => [...data.match(null, inverse, node)].map((quad) => quad.subject)));
    if (inner("alternativePath")) return terms(this.#list(inner("alternativePath")).flatMap((one) => this.#follow(data, nodes, one)));
    if (this.#object(path, `${RDF}first`)) return this.#list(path).reduce((held, step) => this.#follow(data, held, step), nodes);
    if (inner("zeroOrOnePath")) return terms([...nodes, ...this.#follow(data, nodes, inner("zeroOrOnePath"))]);
    const repeated = inner("oneOrMorePath") ?? inner("zeroOrMorePath");
    if (!repeated) throw new Error("a path of the shapes is of a form that is not known here");
    let found = inner("zeroOrMorePath") ? terms(nodes) : [], last = nodes;
    for (;;) {
      const known = new Set(found.map((term) => term.id));
      last = this.#follow(data, last, repeated).filter((term) => !known.has(term.id));
      if (!last.length) return found;
      found = [...found, ...last];
    }
  }

  /** The data with what the paths of a shape lead to; the data as they are where it has none of those. */
  #withPaths(data, shape, nodes) {
    const parts = [shape, ...[...this.#shapes.match(shape, namedNode(`${SH}property`), null)].map((quad) => quad.object)];
    const paths = parts.map((part) => this.#paths.get(part.id)).filter(Boolean);
    if (!paths.length) return data;
    const more = new Store([...data]);
    for (const [stand, path] of paths) {
      for (const node of nodes) for (const value of this.#follow(data, [node], path)) more.addQuad(DataFactory.quad(node, stand, value));
    }
    return more;
  }

  async #prepare() {
    if (this.#validator) return;
    const lines = await this.#ask("having", { properties: [`${RDFS}subClassOf`] });
    this.#hierarchy = new Parser({ format: "N-Triples" }).parse(lines.join("\n"));
    // The engine looks for the classes below a class in the shapes, not in the data.
    const shapes = new Store([...this.#shapes, ...this.#hierarchy]);
    this.#validator = new Validator(shapes, { factory: DataFactory });
  }

  async #shacl(data, focus) {
    const found = [];
    for (const [shape, nodes] of this.#applicable(data, focus)) {
      // The second argument names shapes by their terms; given in another way it checks nothing, and says nothing.
      const report = await this.#validator.validate({ dataset: this.#withPaths(data, shape, nodes), terms: nodes }, [{ terms: [shape] }]);
      for (const result of report.results) {
        const { path } = result;
        const step = path?.length === 1 && !path[0].predicates[0].value.startsWith("urn:x-path:") ? path[0] : null;
        found.push({
          shape: result.shape.ptr.term.value,
          severity: result.severity.value,
          focus: result.focusNode.term.value,
          path: step?.predicates?.length === 1 ? step.predicates[0].value : null,
          inverse: step?.start === "object",
          value: result.value?.term?.value ?? null,
          message: this.#message(result.message),
        });
      }
    }
    return [...new Map(found.map((finding) => [key(finding), finding])).values()];
  }

  #message(messages) {
    const wanted = messages.find((message) => message.language === this.#language) ?? messages[0];
    return wanted?.value ?? "does not follow the rules";
  }

  /** The shapes with the nodes that they are for. */
  #applicable(data, focus) {
    const found = new Map();
    for (const [shape, kind, iri] of this.#targets) {
      const nodes = focus.filter((node) => isTarget(data, node, kind, iri));
      if (nodes.length) found.set(shape, terms([...(found.get(shape) ?? []), ...nodes]));
    }
    return found;
  }

  async #queries(data, focus, added, removed, own) {
    const asked = [];
    for (const constraint of this.#constraints) {
      const nodes = focus.filter((node) => node.termType === "NamedNode" && constraint.targets.some(([kind, iri]) => isTarget(data, node, kind, iri)));
      if (nodes.length) asked.push([constraint, constraint.template.join(` VALUES ?this { ${nodes.map((node) => `<${node.value}>`).join(" ")} } `)]);
    }
    if (!asked.length) return [];
    const queries = asked.map(([, query]) => query);
    const before = await this.#ask("suppose", { added: "", removed: "", queries });
    const after = await this.#ask("suppose", { added, removed, queries });
    return asked.flatMap(([constraint], index) => {
      const known = new Set(before[index].map((row) => JSON.stringify(row)));
      return after[index].filter((row) => own.has(row.this?.value) || !known.has(JSON.stringify(row))).map((row) => ({
        shape: constraint.shape,
        severity: constraint.severity,
        focus: row.this.value,
        path: row.path?.value ?? null,
        inverse: false,
        value: row.value?.value ?? null,
        message: constraint.message.replace(/\{[?$](\w+)\}/g, (mark, name) => row[name]?.value ?? mark),
      }));
    });
  }

  /** The properties that have one value, for each class. */
  #singleValued() {
    const found = new Map();
    const one = (shape) => {
      const most = this.#value(shape, "maxCount"), language = this.#value(shape, "uniqueLang");
      return most === "1" ? "one" : language === "true" ? "language" : null;
    };
    for (const { subject, object } of this.#shapes.match(null, namedNode(`${SH}property`), null)) {
      const path = this.#value(object, "path"), how = one(object);
      if (path && how) for (const [shape, kind, iri] of this.#targets) if (shape.equals(subject)) found.set(`${kind} ${iri} ${path}`, [kind, iri, path, how]);
    }
    return [...found.values()];
  }

  #value(shape, name) {
    return this.#object(shape, SH + name)?.value ?? null;
  }

  /** The statements that give way, were the contribution to win. */
  #replaced(before, quads) {
    const fresh = new Store(quads);
    const gone = [];
    for (const quad of quads) {
      const held = [...before.match(quad.subject, quad.predicate, null)].filter((other) => !fresh.has(other));
      if (!held.length) continue;
      for (const [kind, iri, path, how] of this.#single) {
        if (path !== quad.predicate.value || !isTarget(before, quad.subject, kind, iri)) continue;
        gone.push(...held.filter((other) => how === "one" || other.object.language === quad.object.language));
      }
    }
    return gone;
  }
}

function isTarget(data, node, kind, iri) {
  if (kind === "targetNode") return node.value === iri;
  if (kind === "targetSubjectsOf") return node.termType !== "Literal" && data.countQuads(node, namedNode(iri), null) > 0;
  if (kind === "targetObjectsOf") return data.countQuads(null, namedNode(iri), node) > 0;
  if (node.termType === "Literal") return false;
  const waiting = [...data.match(node, namedNode(`${RDF}type`), null)].map((quad) => quad.object);
  const seen = new Set();
  while (waiting.length) {
    const class_ = waiting.pop();
    if (class_.value === iri) return true;
    if (seen.has(class_.value)) continue;
    seen.add(class_.value);
    waiting.push(...[...data.match(class_, namedNode(`${RDFS}subClassOf`), null)].map((quad) => quad.object));
  }
  return false;
}

const iris = (found) => [...new Set(found.filter((term) => term.termType === "NamedNode").map((term) => term.value))];
const terms = (found) => [...new Map(found.map((term) => [term.id, term])).values()];
const key = (finding) => JSON.stringify([finding.shape, finding.focus, finding.value]);

function asText(term) {
  if (term.termType === "NamedNode") return `<${term.value}>`;
  if (term.termType === "BlankNode") return `_:${term.value}`;
  const marks = { "\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r" };
  const text = `"${term.value.replace(/[\\"\n\r]/g, (mark) => marks[mark])}"`;
  return term.language ? `${text}@${term.language}` : `${text}^^<${term.datatype.value}>`;
}
