// Search in the index of all pages: every word must begin a word of a name or stand in a text; names count more.
(() => {
  "use strict";
  const form = document.querySelector("form[data-index]");
  const list = document.getElementById("results"), told = document.getElementById("found");
  if (!form || !list) return;
  const input = form.elements.q;
  const MOST = 60;
  const fold = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
  let index = null;

  const ready = (async () => {
    const found = globalThis.searchIndex || await (await fetch(form.dataset.index)).json();
    index = found.entries.map(([name, kind, path, names = [], text = ""]) => ({
      name, kind: found.kinds[kind], path, names, text,
      folded: ` ${fold([name, ...names].join(" "))}`.replace(/[^\p{L}\p{N}]+/gu, " "), body: fold(text),
    }));
  })();

  const nearly = (a, b) => {
    if (Math.abs(a.length - b.length) > 1) return false;
    let i = 0;
    while (i < a.length && a[i] === b[i]) i += 1;
    return a.slice(i + 1) === b.slice(i + 1) || a.slice(i) === b.slice(i + 1) || a.slice(i + 1) === b.slice(i);
  };

  const score = (entry, words, loose) => {
    let total = 0;
    for (const word of words) {
      if (entry.folded.includes(` ${word} `) || entry.folded.endsWith(` ${word}`)) total += 6;
      else if (entry.folded.includes(` ${word}`)) total += 4;
      else if (entry.body.includes(word)) total += 1;
      else if (loose && word.length > 3 && entry.folded.split(" ").some((other) => nearly(word, other))) total += 1;
      else return 0;
    }
    return total + 3 / (3 + entry.name.length / 20);
  };

  const show = async () => {
    const words = fold(input.value).replace(/[^\p{L}\p{N}]+/gu, " ").trim().split(" ").filter(Boolean);
    list.replaceChildren();
    told.textContent = "";
    if (!words.length) return;
    try {
      await ready;
    } catch {
      told.textContent = "The index could not be loaded.";
      return;
    }
    const rank = (loose) => index.map((entry) => [score(entry, words, loose), entry]).filter(([points]) => points > 0)
      .sort(([a, x], [b, y]) => b - a || x.name.localeCompare(y.name));
    let found = rank(false);
    if (!found.length) found = rank(true);
    told.textContent = found.length ? `${found.length} found${found.length > MOST ? `, the first ${MOST} are shown` : ""}` : "Nothing found. Try fewer or shorter words.";
    for (const [, entry] of found.slice(0, MOST)) {
      const item = document.createElement("li"), link = document.createElement("a"), kind = document.createElement("span"), text = document.createElement("p");
      link.href = `${entry.path}.html`;
      link.textContent = entry.name;
      kind.className = "small";
      kind.textContent = ` ${entry.kind}`;
      text.className = "small";
      text.textContent = entry.text;
      item.append(link, kind, text);
      list.append(item);
    }
  };

  input.value = new URLSearchParams(location.search).get("q") || "";
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    history.replaceState(null, "", `?q=${encodeURIComponent(input.value)}`);
    show();
  });
  let timer = 0;
  input.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(show, 150);
  });
  show();
})();
