// Loading the graph, with a word before it takes long, and the way to stop it.
import { el } from "./dom.js";
import { AT_MOST, BY_ITSELF, Engine, config } from "./engine.js";

let shared = null;

/**
 * An engine with a line in the page that tells what it does.
 *
 * @param line the element for what is told
 */
export function engineIn(line) {
  const bar = el("progress", { max: 1, value: 0, "aria-label": "How much has been read" });
  const text = el("span");
  let asked = null;
  const told = (words, share) => {
    if (!words) line.replaceChildren();
    else {
      text.textContent = `${words} … `;
      bar.value = share;
      if (bar.parentNode !== line) line.replaceChildren(text, bar);
    }
  };
  // Where all pages are one, they share what has been loaded.
  const engine = globalThis.heldFiles ? shared ??= new Engine() : new Engine();
  engine.told = told;
  /** Resolves when the graph may be loaded: at once where it is small. */
  engine.allowed = async () => {
    const site = await config();
    const count = site.statements.toLocaleString("en-GB");
    if (site.statements > AT_MOST) {
      throw new Error(`the graph has ${count} statements, too many for a page; ask it on the command line, or a server of it`);
    }
    if (site.statements <= BY_ITSELF || engine.loaded) return;
    asked ??= new Promise((resolve) => {
      const megabytes = Math.max(1, Math.round(site.bytes / 1e6));
      const yes = el("button", { type: "button" }, "Load the graph into this page");
      yes.addEventListener("click", resolve, { once: true });
      line.replaceChildren(`The graph has ${count} statements (${megabytes} MB to load, and some hundred MB of memory). `, yes);
    });
    await asked;
  };
  return engine;
}
