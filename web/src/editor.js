// The SPARQL editor: one's own questions, answered in the page.
import { autocompletion, closeBrackets, closeBracketsKeymap, completionKeymap } from "@codemirror/autocomplete";
import { defaultKeymap, history as undoable, historyKeymap } from "@codemirror/commands";
import { HighlightStyle, bracketMatching, indentOnInput, syntaxHighlighting } from "@codemirror/language";
import { highlightSelectionMatches, searchKeymap } from "@codemirror/search";
import { EditorState } from "@codemirror/state";
import { EditorView, drawSelection, highlightActiveLine, highlightSpecialChars, keymap, lineNumbers } from "@codemirror/view";
import { tags } from "@lezer/highlight";
import { sparql } from "codemirror-lang-sparql";
import { Answer, PICTURES } from "./lib/answers.js";
import { el } from "./lib/dom.js";
import { Endpoint } from "./lib/endpoint.js";
import { Stopped, config } from "./lib/engine.js";
import { engineIn } from "./lib/progress.js";
import { boundText } from "./question.js";
import { isOrdered } from "./lib/sparql.js";

const VIEWS = { table: "Table", bars: "Bars", map: "Map", times: "Timeline", network: "Network", raw: "As text" };

const colours = HighlightStyle.define([
  { tag: [tags.keyword, tags.operatorKeyword, tags.definitionKeyword, tags.modifier], color: "var(--k2)", fontWeight: "600" },
  { tag: [tags.variableName, tags.special(tags.variableName)], color: "var(--mark)" },
  { tag: [tags.string, tags.special(tags.string)], color: "var(--good)" },
  { tag: [tags.number, tags.bool], color: "var(--problem)" },
  { tag: [tags.namespace, tags.url, tags.link, tags.propertyName, tags.typeName], color: "var(--link)" },
  { tag: tags.comment, color: "var(--soft)", fontStyle: "italic" },
]);

const look = EditorView.theme({
  "&": { fontSize: "0.95rem", border: "1px solid var(--soft)", borderRadius: "6px", background: "var(--panel)", color: "var(--ink)" },
  "&.cm-focused": { outline: "3px solid var(--focus)", outlineOffset: "2px" },
  ".cm-scroller": { fontFamily: "var(--mono)", lineHeight: "1.55", minHeight: "12rem", maxHeight: "32rem" },
  ".cm-content": { caretColor: "var(--ink)", padding: "0.6rem 0" },
  ".cm-cursor": { borderLeftColor: "var(--ink)" },
  ".cm-gutters": { background: "transparent", color: "var(--soft)", border: "0" },
  ".cm-activeLine, .cm-activeLineGutter": { background: "transparent" },
  "&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground": { background: "var(--accent-soft)" },
  ".cm-matchingBracket": { background: "transparent", outline: "1px solid var(--accent)" },
  ".cm-tooltip": { background: "var(--paper)", color: "var(--ink)", border: "1px solid var(--soft)" },
  ".cm-tooltip-autocomplete ul li[aria-selected]": { background: "var(--link)", color: "var(--paper)" },
  ".cm-completionDetail": { color: "inherit", fontStyle: "normal", fontSize: ".85em" },
  ".cm-completionInfo": { maxWidth: "22rem", fontFamily: "var(--font)" },
  ".cm-panels": { background: "var(--panel)", color: "var(--ink)" },
});

/** What can be completed: terms by CURIE and by label, prefixes, things already named in the query. */
function completing(site) {
  const terms = Object.entries(site.vocabulary).map(([curie, [label, definition, kind]]) => ({
    label: curie, detail: label, info: definition || undefined, type: kind === "class" ? "class" : "property",
  }));
  const prefixes = Object.entries(site.prefixes).map(([name, iri]) => ({ label: `${name}:`, detail: iri, type: "namespace", apply: `${name}: <${iri}>` }));
  return (context) => {
    const line = context.state.doc.lineAt(context.pos);
    const declared = /^\s*PREFIX\s+([\w-]*)$/i.exec(line.text.slice(0, context.pos - line.from));
    if (declared) return { from: context.pos - declared[1].length, options: prefixes };
    const word = context.matchBefore(/[\w-]*:[\w.-]*|[A-Za-z][\w-]{1,}/);
    if (!word && !context.explicit) return null;
    const variables = [...new Set(context.state.doc.toString().match(/[?$]\w+/g) ?? [])].map((label) => ({ label, type: "variable" }));
    const typed = word?.text ?? "";
    const options = terms.map((term) => ({ ...term, apply: (view, completion, from, to) => insert(view, completion.label, from, to, site) }));
    // People type what a term is called, too: its label finds it.
    const labelled = typed.includes(":") ? [] : options.map((term) => ({ ...term, label: term.detail, detail: term.label, apply: (view, completion, from, to) => insert(view, completion.detail, from, to, site) }));
    return { from: word ? word.from : context.pos, options: [...options, ...labelled, ...variables], validFor: /^[\w:.-]*$/ };
  };
}

/** Put a term into the query, and its prefix above where it is not declared yet. */
function insert(view, curie, from, to, site) {
  const prefix = curie.split(":")[0];
  const changes = [{ from, to, insert: curie }];
  const text = view.state.doc.toString();
  if (!new RegExp(`^\\s*PREFIX\\s+${prefix}:`, "im").test(text)) changes.unshift({ from: 0, insert: `PREFIX ${prefix}: <${site.prefixes[prefix]}>\n` });
  const moved = changes.length > 1 ? changes[0].insert.length : 0;
  view.dispatch({ changes, selection: { anchor: from + curie.length + moved } });
}

/**
 * Typing over a selection, done by the editor: browsers would give the new text the style of the old one in
 * an attribute, which the policy of the page refuses.
 */
const typeOver = EditorView.domEventHandlers({
  beforeinput(event, view) {
    const { from, to, empty } = view.state.selection.main;
    if (event.inputType !== "insertText" || !event.data || empty || view.composing) return false;
    event.preventDefault();
    const plain = () => view.state.update(view.state.replaceSelection(event.data), { userEvent: "input.type", scrollIntoView: true });
    if (!view.state.facet(EditorView.inputHandler).some((handle) => handle(view, from, to, event.data, plain))) view.dispatch(plain());
    return true;
  },
});

/** A saved query without the header that says what it is. */
const bare = (text) => text.replace(/^(?:#\+.*\n)+/, "");

/** Show the editor, in the place of the form where one is there without a script. */
function replaceForm(page) {
  page.querySelector("#without-script")?.remove();
  page.querySelector("#bench")?.removeAttribute("hidden");
}

/** Make an editor of a page. */
export async function editor(page) {
  const place = page.querySelector("#editor");
  if (!place) return;
  const line = page.querySelector("#editor-told"), run = page.querySelector("#run"), stop = page.querySelector("#stop"), share = page.querySelector("#share");
  const answers = page.querySelector("#editor-answer"), choose = page.querySelector("#example");
  if (!page.querySelector("#without-script")) replaceForm(page);
  let site;
  try {
    site = await config();
  } catch (error) {
    line.replaceChildren(el("span", { class: "problem" }, `The editor cannot work here: ${error.message}.`));
    return;
  }
  const engine = place.dataset.endpoint ? new Endpoint(place.dataset.endpoint, site, line) : engineIn(line);
  replaceForm(page);
  const view = new EditorView({
    parent: place,
    root: document,
    state: EditorState.create({
      doc: "",
      extensions: [
        lineNumbers(), highlightSpecialChars(), undoable(), drawSelection(), indentOnInput(), bracketMatching(), closeBrackets(),
        highlightActiveLine(), highlightSelectionMatches(), syntaxHighlighting(colours), look, sparql(),
        autocompletion({ override: [completing(site)], icons: false }),
        EditorView.contentAttributes.of({ "aria-label": "SPARQL query", "aria-describedby": "editor-keys", spellcheck: "false", tabindex: "0" }),
        EditorView.lineWrapping,
        typeOver,
        keymap.of([
          { key: "Mod-Enter", run: () => (ask(), true) },
          ...closeBracketsKeymap, ...defaultKeymap, ...historyKeymap, ...searchKeymap, ...completionKeymap,
        ]),
      ],
    }),
  });
  const text = () => view.state.doc.toString();
  const write = (query) => view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: query }, selection: { anchor: 0 } });

  for (const query of site.queries) choose.append(el("option", { value: query.id }, query.title));
  choose.addEventListener("change", () => {
    const query = site.queries.find((one) => one.id === choose.value);
    if (query) example(query, {});
  });

  let turn = 0, wanted = "";
  async function ask() {
    const mine = turn += 1;
    run.disabled = true;
    stop.hidden = false;
    answers.setAttribute("aria-busy", "true");
    try {
      await engine.allowed();
      const query = text();
      const found = new Answer(await engine.query(query, { sort: !isOrdered(query) }), site, "Answer", engine);
      if (mine === turn) await show(found);
      if (mine === turn) line.replaceChildren(`${found.size}, in ${Math.max(1, Math.round(found.ms))} ms.`);
    } catch (error) {
      if (mine === turn) line.replaceChildren(el("span", { class: "problem" }, error instanceof Stopped ? "Stopped." : `That did not work: ${error.message}.`));
    } finally {
      if (mine === turn) {
        run.disabled = false;
        stop.hidden = true;
        answers.removeAttribute("aria-busy");
      }
    }
  }

  async function show(found) {
    const body = el("div", { id: "answer-view", role: "tabpanel", tabindex: -1 });
    const tabs = found.views.map((name) => el("button", { type: "button", role: "tab", id: `tab-${name}`, "aria-controls": "answer-view", "data-view": name }, VIEWS[name]));
    const pick = async (tab) => {
      for (const one of tabs) {
        one.setAttribute("aria-selected", String(one === tab));
        one.tabIndex = one === tab ? 0 : -1;
      }
      body.setAttribute("aria-labelledby", tab.id);
      body.replaceChildren(await found.show(tab.dataset.view));
    };
    for (const tab of tabs) {
      tab.addEventListener("click", () => {
        wanted = tab.dataset.view;
        pick(tab);
      });
      tab.addEventListener("keydown", (event) => {
        const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
        if (!step) return;
        const next = tabs[(tabs.indexOf(tab) + step + tabs.length) % tabs.length];
        next.focus();
        next.click();
      });
    }
    const first = tabs.find((tab) => tab.dataset.view === wanted) ?? tabs[0];
    await pick(first);
    answers.replaceChildren(
      el("div", { class: "tabs", role: "tablist", "aria-label": "Ways to see the answer" }, tabs), body,
      el("p", { class: "formats" }, el("span", {}, "Download: "), found.downloads(choose.value || "answer")));
  }

  async function example(query, given) {
    wanted = PICTURES[query.view] ?? "";
    for (const param of query.params) if (!given[param.name]?.length && param.required && param.example) given[param.name] = [param.example];
    if (query.params.some((param) => given[param.name]?.length || param.default !== null)) {
      try {
        await engine.allowed();
        write(bare(await boundText(query, given, engine)));
      } catch (error) {
        write(bare(query.text));
        line.replaceChildren(el("span", { class: "problem" }, error.message));
        return;
      }
    } else write(bare(query.text));
    choose.value = query.id;
    ask();
  }

  run.addEventListener("click", ask);
  stop.addEventListener("click", () => engine.stop());
  share.addEventListener("click", async () => {
    const link = new URL(location.href);
    if (globalThis.heldFiles) link.hash = `#/editor.html?${new URLSearchParams({ q: text() })}`;
    else {
      link.search = "";
      link.hash = new URLSearchParams({ q: text(), ...(wanted ? { view: wanted } : {}) });
    }
    history.replaceState(null, "", link);
    try {
      await navigator.clipboard.writeText(link.href);
      line.textContent = "The link to this query has been copied; it stands in the address line too.";
    } catch {
      line.textContent = "The link to this query stands in the address line.";
    }
  });

  const asked = new URLSearchParams(globalThis.heldFiles ? location.hash.split("?").slice(1).join("?") : location.hash.slice(1));
  const search = new URLSearchParams(globalThis.heldFiles ? asked : location.search);
  const saved = site.queries.find((query) => query.id === search.get("query"));
  if (asked.get("q")) {
    wanted = asked.get("view") ?? "";
    write(asked.get("q"));
    ask();
  } else if (saved) {
    const given = {};
    for (const [name, value] of search) if (name !== "query" && value) (given[name] ??= []).push(value);
    example(saved, given);
  } else write(site.start);
}

if (!globalThis.heldFiles) editor(document);
