// The engine: Oxigraph on a thread of its own, so that the page stays alive and a query can be ended with the thread.
import init, * as engine from "oxigraph/web.js";
import { Graph } from "./lib/graph.js";

let graph = null;

self.addEventListener("message", async ({ data: { id, kind, ...given } }) => {
  try {
    if (kind === "start") {
      await init({ module_or_path: given.program });
      graph = new Graph(engine, given.config);
      self.postMessage({ id, result: null });
    } else {
      self.postMessage({ id, result: await graph[kind](given) });
    }
  } catch (error) {
    self.postMessage({ id, problem: String(error?.message ?? error) });
  }
});
