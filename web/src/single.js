// The whole site in one page: each page is shown in the place of the last, with its address after the #.
import "./lib/held.js";
import "./site.js";
import { contribute } from "./contribute.js";
import { editor } from "./editor.js";
import { el } from "./lib/dom.js";
import { comfort } from "./lib/tables.js";
import { question } from "./question.js";
import { search } from "./search.js";

const NOWHERE = "https://held.invalid/";
const main = document.getElementById("main");
const pages = globalThis.heldFiles.get("pages.json").then((data) => JSON.parse(new TextDecoder().decode(data)));
let shown = "";

/** What the address asks for: a page, and a place in it. */
function asked() {
  const [, path = "", query = "", anchor = ""] = /^#\/([^?#]*)(\?[^#]*)?(?:#(.*))?$/.exec(location.hash) ?? [];
  return { path: decodeURIComponent(path) || "index.html", query, anchor: decodeURIComponent(anchor) };
}

/** Let the links of a part of the page lead to what this file holds; what it does not hold is on the site. */
function lead(part, path, known) {
  for (const link of part.querySelectorAll("a[href]")) {
    const href = link.getAttribute("href");
    if (/^(https?:|mailto:|#\/|blob:)/i.test(href)) continue;
    const url = new URL(href, NOWHERE + path.split("/").map(encodeURIComponent).join("/"));
    const target = decodeURIComponent(url.pathname.slice(1)) || "index.html";
    if (target in known) link.setAttribute("href", `#/${url.pathname.slice(1)}${url.search}${url.hash}`);
    else {
      link.setAttribute("href", new URL(href, new URL(path, document.documentElement.dataset.site)).href);
      link.removeAttribute("download");
      link.classList.add("out");
      link.setAttribute("title", "on the site, not in this file");
    }
  }
}

async function show() {
  const known = await pages;
  const { path, query, anchor } = asked();
  const [title, content] = known[path] ?? ["Not here", "<h1>There is no such page in this file</h1>"];
  const here = path + query;
  if (here !== shown) {
    const again = shown !== "";
    shown = here;
    main.innerHTML = content;
    document.title = new DOMParser().parseFromString(title, "text/html").documentElement.textContent;
    lead(main, path, known);
    comfort(main);
    for (const start of [search, question, editor, contribute]) start(main);
    if (again && !anchor) {
      main.focus({ preventScroll: true });
      scrollTo(0, 0);
    }
  }
  if (anchor) document.getElementById(anchor)?.scrollIntoView();
}

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || form.method !== "get") return;
  event.preventDefault();
  const target = form.getAttribute("action").split("/").at(-1);
  location.hash = `#/${target}?${new URLSearchParams(new FormData(form))}`;
});
document.querySelector("a.skip")?.addEventListener("click", (event) => {
  event.preventDefault();
  main.focus();
});
addEventListener("hashchange", show);
pages.then((known) => {
  for (const part of document.querySelectorAll("body > header, body > footer")) lead(part, "index.html", known);
});
show().catch((error) => main.replaceChildren(el("p", {}, `This file cannot be shown: ${error.message}`)));
