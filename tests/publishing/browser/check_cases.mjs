// Check contributions as the form of a site does. Reads {settings, model, graph, cases} as JSON from standard
// input, with the graph as N-Quads and each case as N-Triples; writes what was found in each case.
import { readFileSync } from "node:fs";
import * as engine from "../../../web/node_modules/oxigraph/node.js";
import { Checker } from "../../../web/src/lib/check.js";
import { Graph } from "../../../web/src/lib/graph.js";

const { settings, model, graph: quads, cases } = JSON.parse(readFileSync(0, "utf8"));
const graph = new Graph(engine, settings);
graph.load({ text: quads });
const checker = new Checker(model, async (kind, given) => graph[kind](given));
const found = {};
for (const [name, text] of Object.entries(cases)) found[name] = await checker.check(text);
process.stdout.write(JSON.stringify(found));
