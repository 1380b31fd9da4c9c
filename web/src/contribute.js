// The form for contributions: made from the shapes, checked by them, written down as a file.
import { Checker } from "./lib/check.js";
import { download, el } from "./lib/dom.js";
import { Stopped, config } from "./lib/engine.js";
import { Unreadable, asNTriples, asTurtle, header, mint, slug, statements, termOf } from "./lib/entry.js";
import * as files from "./lib/files.js";
import { engineIn } from "./lib/progress.js";

const FEW = 60;
const NEW = "new:";
const LONG = /(description|definition|comment|note|abstract)$/i;
const PROV = "http://www.w3.org/ns/prov#", RDFS = "http://www.w3.org/2000/01/rdf-schema#", DCTERMS = "http://purl.org/dc/terms/";
/** Parts of a header that the page fills in itself. */
const OWN = new Set([`${RDFS}label`, `${PROV}generatedAtTime`, `${PROV}wasAttributedTo`]);

let number = 0;

/** One field of a form; holds any number of values where several are allowed. */
class Field {
  constructor(form, field, preset = [], isBlankFine = false) {
    Object.assign(this, { form, field });
    this.id = `field-${number += 1}`;
    this.controls = [];
    this.box = el("div", { class: "several" });
    this.told = el("span", { id: `${this.id}-told` });
    const mark = isBlankFine ? "" : field.required ? " (needed)" : field.wanted ? " (wanted)" : "";
    this.node = el("div", { class: "field" },
      el("label", { for: this.id }, this.name, mark ? el("span", { class: "small" }, mark) : null),
      field.help ? el("span", { class: "small", id: `${this.id}-help` }, field.help) : null,
      this.told, this.box);
    for (const value of preset.length ? preset : [""]) this.add(value);
    if (field.many) {
      const more = el("button", { type: "button", class: "more" }, "One more");
      more.setAttribute("aria-label", `One more ${field.name}`);
      more.addEventListener("click", () => this.add("").focus());
      this.node.append(more);
    }
  }

  /** What it is called. */
  get name() {
    return `${this.field.name[0].toUpperCase()}${this.field.name.slice(1)}`;
  }

  /** What is to be done where it is empty. */
  get asking() {
    if (this.field.things) return "Choose one of the list.";
    return this.field.address ? "Name the page where it can be read." : "Fill this in.";
  }

  get isEmpty() {
    return this.controls.every((control) => !control.value.trim());
  }

  add(value) {
    const first = !this.controls.length;
    const id = first ? this.id : `${this.id}-${this.controls.length + 1}`;
    const described = [this.field.help ? `${this.id}-help` : "", `${this.id}-told`].filter(Boolean).join(" ");
    const shared = { id, "aria-describedby": described, "aria-label": first ? null : `${this.field.name}, ${this.controls.length + 1}` };
    const choices = this.field.things ? this.form.choices(this.field) : this.field.literals.map((one) => [one, one]);
    let made;
    if (choices.length && choices.length <= FEW) {
      made = el("select", shared, el("option", { value: "" }, ""), choices.map(([iri, label]) => el("option", { value: iri }, label)));
      made.value = value;
    } else if (this.field.things) {
      made = el("input", { ...shared, type: "text", list: this.form.list(this.field, choices), autocomplete: "off" });
      made.value = choices.find(([iri]) => iri === value)?.[1] ?? value;
    } else if (LONG.test(this.field.property)) made = el("textarea", { ...shared, rows: 4 });
    else made = el("input", { ...shared, type: this.field.address ? "url" : "text", autocomplete: "off" });
    if (!made.value && value) made.value = value;
    // What was added to the form since then can be chosen too.
    if (this.field.things) made.addEventListener("focus", () => this.form.refresh(this.field, made));
    this.controls.push(made);
    this.box.append(el("div", {}, made));
    return made;
  }

  /** The values as terms. */
  terms(known) {
    const found = [];
    for (const control of this.controls) {
      let given = control.value.trim();
      if (!given) continue;
      if (this.field.things) {
        const choices = this.form.choices(this.field);
        const folded = given.toLowerCase();
        given = choices.find(([iri, label]) => iri === given || label.toLowerCase() === folded)?.[0] ?? given;
        if (given.startsWith(NEW)) {
          const thing = known.get(given);
          if (!thing) throw new Unreadable("choose something that stands further up, or that is there already");
          given = thing;
        }
      }
      found.push(termOf(this.field, given, this.form.model.language));
    }
    return found;
  }

  /** Say what is wrong here. */
  tell(message, grave) {
    const line = el("span", { class: grave ? "wrong" : "hint" }, message);
    this.told.append(line);
    if (grave) for (const control of this.controls) control.setAttribute("aria-invalid", "true");
  }

  clear() {
    this.told.replaceChildren();
    for (const control of this.controls) control.removeAttribute("aria-invalid");
  }
}

/** Something that is entered: a heading with fields. */
class Entry {
  constructor(form, kind, about = null) {
    Object.assign(this, { form, kind, about });
    this.key = `${NEW}${number += 1}`;
    this.fields = kind.fields.map((field) => new Field(form, field, [], Boolean(about)));
    const first = this.fields.filter(({ field }) => field.required || field.wanted), more = this.fields.filter(({ field }) => !field.required && !field.wanted);
    this.type = kind.types.length > 1 ? el("select", { id: `type-${number}` }, kind.types.map(([iri, label]) => el("option", { value: iri }, label))) : null;
    this.node = el("fieldset", { class: "entry" },
      el("legend", {}, about ? `${about.label} (${kind.label})` : `New: ${kind.label}`),
      about ? el("p", { class: "small" }, "Fill in only what is missing, or what should replace what is there.") : kind.definition ? el("p", { class: "small" }, `${kind.definition}.`) : null,
      this.type && !about ? el("div", { class: "field" }, el("label", { for: this.type.id }, "Kind"), this.type) : null,
      (about ? this.fields : first).map((field) => field.node),
      more.length && !about ? el("details", {}, el("summary", {}, "More that can be said"), more.map((field) => field.node)) : null);
    const drop = el("button", { type: "button" }, "Take this away");
    drop.setAttribute("aria-label", `Take this away: ${kind.label}`);
    drop.addEventListener("click", () => form.drop(this));
    this.node.append(el("p", {}, drop));
  }

  get label() {
    const field = this.fields.find(({ field: { property, inverse } }) => property === `${RDFS}label` && !inverse);
    return this.about?.label ?? (field?.controls[0].value.trim() || `new ${this.kind.label}`);
  }
}

class Form {
  constructor(place, model, site) {
    Object.assign(this, { place, model, site, entries: [], lists: new Map() });
    this.line = el("p", { class: "progress", role: "status" });
    this.engine = engineIn(this.line);
    this.summary = el("div", { id: "outcome", tabindex: -1 });
    this.box = el("div");
    const kinds = el("select", { id: "kind" }, model.kinds.map((kind) => el("option", { value: kind.name }, kind.label)));
    const add = el("button", { type: "button", id: "add" }, "Add it to the form");
    add.addEventListener("click", () => this.add(model.kinds.find((kind) => kind.name === kinds.value)).node.querySelector("input, select, textarea")?.focus());
    this.name = this.#own("Your name", "Stands beside what you contribute.", "name", true);
    this.orcid = this.#own("Your ORCID iD", "Where you have one: four times four digits, such as 0000-0002-1825-0097.", "orcid", false);
    this.note = el("textarea", { id: "note", rows: 4 });
    this.origin = model.header.fields.map((field) => new Field(this, field, preset(field, model)));
    const asked = this.origin.filter(({ field }) => !OWN.has(field.property));
    const check = el("button", { type: "submit", id: "check" }, "Check and make the file");
    this.form = el("form", { novalidate: true },
      el("fieldset", { class: "entry" }, el("legend", {}, "Where it is from"), asked.map((field) => field.node), this.name.node, this.orcid.node),
      el("section", { "aria-labelledby": "what" }, el("h2", { id: "what" }, "What it says"),
        el("div", { class: "field" }, el("label", { for: "kind" }, "Describe something new"), kinds, " ", add), this.box),
      el("div", { class: "field" }, el("label", { for: "note" }, "Anything else"), el("span", { class: "small" }, "For the editors; it goes into the message, not into the graph."), this.note),
      el("p", { class: "actions" }, check), this.line);
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.submit();
    });
    place.replaceChildren(this.form, this.summary);
  }

  #own(name, help, id, required) {
    return new Field(this, { name, help, property: id, required, wanted: false, many: false, things: false, literals: [], datatypes: ["http://www.w3.org/2001/XMLSchema#string"] });
  }

  /** What a field's values are chosen from: what is there, and what stands in this form. */
  choices(field) {
    const fresh = this.entries.filter(({ kind, about }) => !about && field.classes.some((class_) => kind.above.includes(class_) || kind.types.some(([iri]) => iri === class_)))
      .map((entry) => [entry.key, `${entry.label} (new, above)`]);
    return [...fresh, ...(this.model.choices[field.choices] ?? [])];
  }

  /** The id of a list for fields with many choices. */
  list(field, choices) {
    const key = `${field.choices} ${field.classes}`;
    if (!this.lists.has(key)) {
      const made = el("datalist", { id: `list-${number += 1}` }, choices.map(([, label]) => el("option", { value: label })));
      this.lists.set(key, made);
      this.place.append(made);
    }
    return this.lists.get(key).id;
  }

  refresh(field, control) {
    const held = control instanceof HTMLSelectElement ? control : control.list;
    const known = new Set([...held.querySelectorAll("option")].map((option) => option.label || option.value));
    for (const [iri, label] of this.choices(field)) {
      if (iri.startsWith(NEW) && !known.has(label)) held.append(el("option", { value: held === control ? iri : label }, held === control ? label : ""));
    }
  }

  add(kind, about = null) {
    const entry = new Entry(this, kind, about);
    this.entries.push(entry);
    this.box.append(entry.node);
    return entry;
  }

  drop(entry) {
    this.entries = this.entries.filter((one) => one !== entry);
    entry.node.remove();
    this.form.querySelector("#add").focus();
  }

  /** Everything that was entered as statements, or what of it cannot be read. */
  read() {
    const problems = [], known = new Map(), things = [];
    const values = (fields) => fields.map((field) => {
      field.clear();
      try {
        return field.terms(known);
      } catch (error) {
        if (!(error instanceof Unreadable)) throw error;
        problems.push({ field, message: `${error.message[0].toUpperCase()}${error.message.slice(1)}.`, grave: true });
        return [];
      }
    });
    const needed = (fields, where) => {
      for (const field of fields) {
        if (field.field.required && field.isEmpty) problems.push({ field, message: field.asking, where: where ? `${where}, ${field.field.name}` : field.name, grave: true });
      }
    };
    for (const field of [this.name, this.orcid]) field.clear();
    const name = this.name.controls[0].value.trim(), orcid = this.orcid.controls[0].value.trim().replace(/^https?:\/\/orcid\.org\//, "");
    if (!slug(name)) problems.push({ field: this.name, message: "Give your name, in Latin letters.", grave: true });
    if (orcid && !/^(\d{4}-){3}\d{3}[\dX]$/.test(orcid)) problems.push({ field: this.orcid, message: "Write the iD as 0000-0002-1825-0097.", grave: true });
    if (!this.entries.length) problems.push({ message: "Say something: choose what you want to describe, and add it to the form.", grave: true });
    for (const entry of this.entries) {
      const before = problems.length, found = values(entry.fields);
      if (!entry.about) needed(entry.fields, entry.label);
      try {
        const iri = entry.about?.iri ?? mint(entry.kind, found);
        known.set(entry.key, iri);
        things.push({ entry, kind: entry.kind, iri, type: entry.type?.value, values: found, existing: Boolean(entry.about) });
      } catch (error) {
        if (!(error instanceof Unreadable)) throw error;
        // An empty field that has been told already is why there is no name for it.
        if (problems.length === before) problems.push({ field: entry.fields[0], message: `${entry.kind.label}: ${error.message}.`, grave: true });
      }
    }
    const first = this.entries[0]?.label ?? "", now = new Date().toISOString().replace(/\.\d+Z$/, "Z");
    const origin = { label: `Contribution of ${name}: ${first}`, slug: `form-${now.slice(0, 10)}-${slug(first) || "contribution"}`.slice(0, 90).replace(/-+$/, ""), name, orcid, moment: now };
    const about = things.flatMap(statements);
    const head = values(this.origin);
    needed(this.origin.filter(({ field }) => !OWN.has(field.property)));
    return { problems, things, origin, about, head };
  }

  async submit() {
    const { problems, things, origin, about, head } = this.read();
    this.summary.replaceChildren();
    if (problems.length) {
      this.report(problems);
      return;
    }
    try {
      await this.engine.allowed();
      for (const { entry, iri, existing } of things) {
        const [found] = existing ? [null] : await this.engine.ask("describe", { iris: [iri] });
        if (found?.described) problems.push({ field: entry.fields[0], message: `“${found.label}” is there already. To add to it, begin at its page.`, grave: true });
      }
      const iri = origin.orcid ? `https://orcid.org/${origin.orcid}` : this.model.agents + slug(origin.name);
      const [agent] = await this.engine.ask("describe", { iris: [iri] });
      origin.agentKnown = agent.described;
      about.unshift(...header(this.model, origin, head));
      this.line.textContent = "Checking …";
      this.checker ??= new Checker(this.model, (kind, given) => this.engine.ask(kind, given));
      const findings = await this.checker.check(asNTriples(about));
      this.line.textContent = "";
      for (const finding of findings) problems.push(this.located(finding, things, origin));
      this.report(problems, about, origin);
    } catch (error) {
      if (!(error instanceof Stopped)) this.line.replaceChildren(el("span", { class: "problem" }, `It could not be checked: ${error.message}.`));
    }
  }

  /** A finding with the field that it is about. */
  located(finding, things, origin) {
    const thing = things.find(({ iri }) => iri === finding.focus);
    const fields = thing?.entry.fields ?? (finding.focus === this.model.graph + origin.slug ? this.origin : []);
    const field = fields.find(({ field: { property, inverse } }) => property === finding.path && inverse === finding.inverse);
    const where = thing?.entry.label ?? (fields.length ? "Where it is from" : finding.focus);
    // The rules speak of terms by their short names; a list shows what things are called.
    const message = field?.field.things && field.isEmpty ? `${field.name}: ${field.asking}` : finding.message;
    return { field: field?.node.isConnected ? field : fields[0], exact: Boolean(field), message, where, grave: finding.severity.endsWith("#Violation") };
  }

  report(problems, about, origin) {
    const grave = problems.filter((problem) => problem.grave), light = problems.filter((problem) => !problem.grave);
    for (const { field, message, grave: isGrave } of problems) field?.tell(message, isGrave);
    const listed = (found) => el("ul", {}, found.map(({ field, message, where }) => {
      const text = `${where ? `${where}: ` : ""}${message}`;
      if (!field) return el("li", {}, text);
      const link = el("a", { href: `#${field.id}` }, text);
      link.addEventListener("click", (event) => {
        event.preventDefault();
        field.node.closest("details")?.setAttribute("open", "");
        field.controls[0].focus();
      });
      return el("li", {}, link);
    }));
    if (grave.length) {
      this.summary.replaceChildren(el("div", { class: "summary", role: "group", "aria-labelledby": "outcome-title" },
        el("h2", { id: "outcome-title" }, grave.length === 1 ? "One thing must be put right" : `${grave.length} things must be put right`), listed(grave),
        light.length ? [el("h3", {}, "Worth a look"), listed(light)] : null));
    } else this.done(about, origin, light.length ? [el("h3", {}, "Worth a look, but no obstacle"), listed(light)] : []);
    this.summary.focus();
    this.summary.scrollIntoView({ block: "start" });
  }

  /** Give the user what was made. */
  done(about, origin, notes) {
    const prefixes = { ...this.site.prefixes };
    const turtle = asTurtle(about, prefixes);
    const name = `${origin.slug}.ttl`;
    const subject = origin.label;
    const note = this.note.value.trim();
    const message = `${note ? `${note}\n\n` : ""}File data/contributions/${name}:\n\n\`\`\`turtle\n${turtle}\`\`\`\n`;
    const save = el("button", { type: "button", id: "save" }, `Download ${name}`);
    save.addEventListener("click", () => download(name, "text/turtle", turtle));
    const copy = el("button", { type: "button", id: "copy" }, "Copy as a message");
    const told = el("span", { class: "small", role: "status" });
    copy.addEventListener("click", async () => {
      try {
        await navigator.clipboard.writeText(`${subject}\n\n${message}`);
        told.textContent = " Copied.";
      } catch {
        told.textContent = " It could not be copied; mark the text below.";
      }
    });
    const send = sending(this.model, subject, message);
    this.summary.replaceChildren(el("div", { class: "summary good", role: "group", "aria-labelledby": "outcome-title" },
      el("h2", { id: "outcome-title" }, "It follows the rules"),
      el("p", {}, "This is your contribution. Send the file to the editors, or put it into data/contributions/ yourself."),
      el("p", { class: "actions" }, save, copy, send ? el("a", { href: send.href }, send.text) : null, told),
      el("pre", { tabindex: 0, id: "turtle", "aria-label": "The contribution in Turtle" }, el("code", {}, turtle)), notes));
  }
}

/** Where a message can be sent to, where the site says so. */
function sending({ contact, source }, subject, message) {
  const query = (names) => new URLSearchParams(names).toString().replaceAll("+", "%20");
  if (contact?.startsWith("mailto:")) return { href: `${contact}?${query({ subject, body: message.slice(0, 1500) })}`, text: "Send it by e-mail" };
  if (/^https:\/\/github\.com\/[^/]+\/[^/]+\/?$/.test(source ?? "")) return { href: `${source.replace(/\/$/, "")}/issues/new?${query({ title: subject, body: message.slice(0, 6000) })}`, text: "Open an issue with it" };
  return null;
}

/** What a field of the header holds at first. */
function preset(field, model) {
  if (field.property === `${DCTERMS}license` && model.licence) return [model.licence];
  if (model.basis && field.property === model.basis[0] && model.basis[1]) return [model.basis[1]];
  return [];
}

/** Make a form of a page. */
export async function contribute(page) {
  const place = page.querySelector("#contribute");
  if (!place) return;
  try {
    const [model, site] = await Promise.all([files.json(place.dataset.model), config()]);
    const form = new Form(place, model, site);
    const about = new URLSearchParams(globalThis.heldFiles ? location.hash.split("?")[1] ?? "" : location.search).get("about");
    if (!about) return;
    await form.engine.allowed();
    const [found] = await form.engine.ask("describe", { iris: [about] });
    // The most special kind is the one with most classes above it.
    const kinds = model.kinds.filter((kind) => found.types.includes(kind.class)).sort((a, b) => b.above.length - a.above.length);
    if (kinds.length) form.add(kinds[0], found);
    else form.note.value = `About ${found.label} (${about}): `;
  } catch (error) {
    place.replaceChildren(el("p", { class: "problem" }, `The form cannot work here: ${error.message}.`));
  }
}

if (!globalThis.heldFiles) contribute(document);
