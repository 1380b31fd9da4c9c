// Search while one types, in an index of names, kinds and first words.
import { el } from "./lib/dom.js";
import * as files from "./lib/files.js";
import { find, indexOf } from "./lib/index.js";

const MOST = 60;

/** Make a search page work. */
export function search(page) {
  const form = page.querySelector("form[data-index]"), list = page.querySelector("#results"), told = page.querySelector("#found");
  if (!form || !list) return;
  const input = form.elements.q;
  let ready = null;

  const load = async () => {
    // A page that was opened as a file may load a script, but not read a file.
    const found = globalThis.searchIndex ?? await files.json(form.dataset.index);
    const entries = found.entries.map(([name, kind, path, names = [], text = ""], id) => ({ id, name, kind: found.kinds[kind], path, names: names.join(" "), text }));
    return { index: indexOf(entries), entries };
  };

  const show = async () => {
    const words = input.value.trim();
    if (!words) {
      list.replaceChildren();
      told.textContent = "";
      return;
    }
    let held;
    try {
      held = await (ready ??= load());
    } catch {
      ready = null;
      told.textContent = "The index could not be loaded.";
      return;
    }
    if (words !== input.value.trim()) return;
    const found = find(held.index, words);
    told.textContent = found.length ? `${found.length} found${found.length > MOST ? `, the first ${MOST} are shown` : ""}` : "Nothing found. Try fewer or shorter words.";
    list.replaceChildren(...found.slice(0, MOST).map(({ id }) => {
      const { name, kind, path, text } = held.entries[id];
      return el("li", {}, el("a", { href: files.address(`${path}.html`) }, name), el("span", { class: "small" }, ` ${kind}`), el("p", { class: "small" }, text));
    }));
  };

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (!globalThis.heldFiles) history.replaceState(null, "", `?q=${encodeURIComponent(input.value)}`);
    show();
  });
  input.addEventListener("input", show);
  input.addEventListener("focus", () => (ready ??= load()).catch(() => { ready = null; }), { once: true });
  input.value = new URLSearchParams(globalThis.heldFiles ? location.hash.split("?")[1] ?? "" : location.search).get("q") ?? "";
  show();
}

if (!globalThis.heldFiles) search(document);
