// The engine as a page uses it: started when it is first needed, ended with its thread to stop a query.
import * as files from "./files.js";
import { check, explained } from "./sparql.js";

export const BY_ITSELF = 250_000;
export const AT_MOST = 2_000_000;
const PIECE = 1 << 20;

let settings = null;

/** What the site says of itself to its scripts. */
export function config() {
  settings ??= files.json("editor.json");
  settings.catch(() => { settings = null; });
  return settings;
}

/** A query was stopped. */
export class Stopped extends Error {}

/** An engine that holds the graph of the site. */
export class Engine {
  #worker = null;
  #ready = null;
  #calls = new Map();
  #last = 0;

  /** @param {(text: string, share: number) => void} told is told of progress: words, and a share from 0 to 1 */
  constructor(told = () => {}) {
    this.told = told;
  }

  /** True once the graph is there. */
  loaded = false;

  /** Get the engine and the graph ready. */
  ready() {
    this.#ready ??= this.#load().catch((error) => {
      this.stop();
      throw error;
    });
    return this.#ready;
  }

  async #load() {
    const site = await config();
    this.told("Getting the engine", 0);
    this.#worker = await files.worker("assets/worker.js");
    this.#worker.addEventListener("message", ({ data }) => this.#answered(data));
    this.#worker.addEventListener("error", (event) => this.#failed(new Error(event.message || "the engine could not be started")));
    const program = await files.bytes("assets/oxigraph.wasm.gz");
    const worker = this.#worker;
    await this.#call("start", { program, config: site }, [program.buffer]);
    const { stream, size } = await files.open(site.data);
    let passed = 0;
    const total = size || site.bytes || 0;
    const counted = stream.pipeThrough(new TransformStream({
      transform: (chunk, controller) => {
        passed += chunk.byteLength;
        controller.enqueue(chunk);
      },
    }));
    const text = (await files.unpacked(counted)).pipeThrough(new TextDecoderStream());
    const apart = [];
    let rest = "";
    const send = async (lines) => {
      // A node without a name is known within one piece only, so that the lines that have one go in together.
      const kept = lines.includes("_:") ? lines.replace(/^(?:_:.*|<[^\n]*> _:[^\n]*)\n/gm, (line) => (apart.push(line), "")) : lines;
      if (worker !== this.#worker) throw new Stopped("stopped");
      await this.#call("load", { text: kept });
      this.told("Reading the graph", total ? Math.min(passed / total, 1) : 0);
    };
    const reader = text.getReader();
    for (;;) {
      const { value, done } = await reader.read();
      if (done) break;
      rest += value;
      if (rest.length >= PIECE) {
        const cut = rest.lastIndexOf("\n") + 1;
        await send(rest.slice(0, cut));
        rest = rest.slice(cut);
      }
    }
    await send(rest.endsWith("\n") || !rest ? rest : `${rest}\n`);
    if (apart.length) await this.#call("load", { text: apart.join("") });
    this.loaded = true;
    this.told("", 1);
  }

  /** Ask a query; rows are sorted by what they show where that is wanted. */
  async query(text, { sort = false } = {}) {
    const form = check(text);
    await this.ready();
    try {
      return await this.#call("query", { text, form, sort });
    } catch (error) {
      throw error instanceof Stopped ? error : new Error(explained(text, error.message));
    }
  }

  /** Ask the engine for something else. */
  async ask(kind, given) {
    await this.ready();
    return this.#call(kind, given);
  }

  /** The thing that a name means. */
  find(asked) {
    return this.ask("find", asked);
  }

  /** What some things are, for each the label of its class. */
  kinds(iris) {
    return this.ask("kinds", { iris });
  }

  /** End what is going on; the graph is read again when it is next needed. */
  stop() {
    this.#worker?.terminate();
    this.#worker = null;
    this.#ready = null;
    this.loaded = false;
    this.#failed(new Stopped("stopped"));
  }

  #call(kind, given, moved = []) {
    if (!this.#worker) return Promise.reject(new Stopped("stopped"));
    const id = this.#last += 1;
    return new Promise((resolve, reject) => {
      this.#calls.set(id, { resolve, reject });
      this.#worker.postMessage({ id, kind, ...given }, moved);
    });
  }

  #answered({ id, result, problem }) {
    const call = this.#calls.get(id);
    this.#calls.delete(id);
    if (problem !== undefined) call?.reject(new Error(problem));
    else call?.resolve(result);
  }

  #failed(error) {
    for (const call of this.#calls.values()) call.reject(error);
    this.#calls.clear();
  }
}
