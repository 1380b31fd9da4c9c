// Use the site as a person would: given {chromium, site}, writes what was seen on the way.
import { faults, given, inBrowser, newPage } from "./browser.mjs";

const { chromium, site } = given();

const tours = {
  async search(page) {
    await page.goto(site);
    await page.fill("main input[name=q]", "coastal");
    await page.press("main input[name=q]", "Enter");
    await page.waitForSelector("#results li");
    const first = await page.textContent("#results a");
    await page.fill("#find-all", "");
    await page.locator("#find-all").pressSequentially("creatve");
    await page.waitForFunction(() => /found/.test(document.querySelector("#found").textContent));
    const loose = await page.textContent("#found");
    const link = await page.getAttribute("#results a", "href");
    return { first, loose, link, faults: await faults(page) };
  },

  async filter(page) {
    await page.goto(`${site}queries.html`);
    const all = await page.locator("#questions tbody tr:visible").count();
    await page.getByLabel("Show only those with").fill("phase fund");
    const some = await page.locator("#questions tbody tr:visible").count();
    await page.getByLabel("Show only those with").fill("");
    await page.goto(`${site}id/project/index.html`);
    const shown = async (typed) => {
      await page.getByLabel("Show only those with").fill(typed);
      return page.$$eval("#things tbody tr:not([hidden])", (rows) => rows.map((row) => [...row.cells].map((cell) => cell.textContent.trim())));
    };
    const phase = await shown("PHASE 2"), apart = await shown("2 phase"), every = await shown("");
    await page.goto(`${site}queries.html`);
    const names = () => page.$$eval("#questions tbody tr th", (cells) => cells.map((cell) => cell.textContent.trim()));
    await page.getByRole("button", { name: "Question" }).click();
    const up = await names();
    await page.getByRole("button", { name: "Question" }).press("Enter");
    const down = await names();
    return { all, some, phase, apart, every, up, down, faults: await faults(page) };
  },

  async question(page) {
    await page.goto(`${site}query/projects-serving-community.html`);
    const asked = async (act) => {
      await act();
      await page.waitForSelector("#live-answer .told");
      return {
        count: await page.textContent("#answer .count"), rows: await page.locator("#live-answer tbody tr").count(),
        command: await page.textContent("#command"), link: await page.getAttribute("#in-editor", "href"),
      };
    };
    const chosen = await asked(async () => {
      await page.selectOption("#param-community", { label: "young people" });
      await page.click("form.ask button[type=submit]");
    });
    await page.click("#in-editor");
    await page.waitForSelector("#editor-answer table");
    return { ...chosen, inEditor: await page.locator("#editor-answer tbody tr").count(), faults: await faults(page) };
  },

  async map(page) {
    await page.goto(`${site}editor.html?query=projects-map`);
    await page.waitForSelector("#editor-answer .map figcaption");
    return { dots: await page.locator("#editor-answer .dot").count(), caption: await page.textContent("#editor-answer figcaption") };
  },

  async theme(page) {
    await page.emulateMedia({ colorScheme: "dark" });
    await page.goto(site);
    const colour = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
    const seen = [await colour()];
    for (let turn = 0; turn < 3; turn += 1) {
      await page.click("button.theme");
      await page.reload();
      seen.push(await colour(), await page.textContent("button.theme"));
    }
    return { seen };
  },

  async editor(page) {
    await page.goto(`${site}editor.html`);
    await page.waitForSelector(".cm-content");
    await page.focus("#example");
    await page.keyboard.press("Tab");
    const focused = await page.evaluate(() => document.activeElement.getAttribute("aria-label"));
    await page.keyboard.press("Control+A");
    await page.keyboard.type("SELECT ?s WHERE { ?s a mca:Proj", { delay: 20 });
    await page.waitForSelector(".cm-tooltip-autocomplete li");
    const offered = await page.$$eval(".cm-tooltip-autocomplete li", (found) => found.map((one) => one.textContent));
    const whileOpen = await faults(page);
    await page.waitForTimeout(150);
    await page.keyboard.press("Enter");
    await page.keyboard.type(" } LIMIT 3");
    await page.keyboard.press("Control+Enter");
    await page.waitForSelector("#editor-answer table");
    const rows = await page.locator("#editor-answer tbody tr").count();
    const text = await page.evaluate(() => document.querySelector(".cm-content").innerText);
    const after = await faults(page);
    await page.click("#share");
    const link = page.url();
    await page.goto("about:blank");
    await page.goto(link);
    await page.waitForSelector("#editor-answer table");
    const again = await page.locator("#editor-answer tbody tr").count();
    await page.keyboard.press("Escape");
    return { focused, offered, text, rows, again, faults: [...whileOpen, ...after] };
  },

  async refusals(page) {
    const told = {};
    for (const text of ["SELECT * WHERE { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }", "DELETE WHERE { ?s ?p ?o }", "SELECT * WHERE {", "nonsense"]) {
      await page.goto("about:blank");
      await page.goto(`${site}editor.html#${new URLSearchParams({ q: text })}`);
      await page.waitForSelector("#editor-told .problem");
      told[text] = await page.textContent("#editor-told");
    }
    return { told };
  },

  async stop(page) {
    const long = "SELECT (COUNT(*) AS ?n) WHERE { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }";
    await page.goto(`${site}editor.html#${new URLSearchParams({ q: long })}`);
    await page.waitForSelector("#stop:not([hidden])");
    await page.waitForFunction(() => document.querySelector("#editor-told").textContent === "");
    await page.waitForTimeout(300);
    await page.click("#stop");
    await page.waitForFunction(() => document.querySelector("#editor-told").textContent === "Stopped.");
    await page.focus(".cm-content");
    await page.keyboard.press("Control+A");
    await page.keyboard.type("ASK { ?s ?p ?o ");
    await page.click("#run");
    await page.waitForSelector("#editor-answer .lead");
    return { answer: await page.textContent("#editor-answer .lead") };
  },

  async about(page) {
    await page.goto(`${site}id/project/romaplaceage.html`);
    await page.getByRole("link", { name: "Tell us what should be corrected" }).click();
    await page.waitForSelector("fieldset.entry >> nth=1");
    const marked = await page.locator("fieldset.entry").nth(1).getByText("(needed)").count();
    await page.getByRole("textbox", { name: "Source (needed)" }).fill("https://example.org/a-page");
    await page.getByLabel("Kind of source (needed)").selectOption({ label: "host" });
    await page.getByLabel("Your name (needed)").fill("Ada Example");
    await page.locator("fieldset.entry").nth(1).getByLabel("Description of the project").fill("Works with Roma people on what a place means to them.");
    await page.click("#check");
    await page.waitForSelector("#save");
    const [save] = await Promise.all([page.waitForEvent("download"), page.click("#save")]);
    const chunks = [];
    for await (const chunk of await save.createReadStream()) chunks.push(chunk);
    return { marked, name: save.suggestedFilename(), turtle: Buffer.concat(chunks).toString("utf8"), faults: await faults(page) };
  },

  async contribute(page) {
    await page.goto(`${site}contribute.html`);
    await page.waitForSelector("#check");
    await page.click("#check");
    await page.waitForSelector("#outcome .summary");
    const empty = await page.$$eval("#outcome li", (found) => found.map((one) => one.textContent));
    const needed = await page.$$eval("#contribute label", (found) => found.map((one) => one.textContent).filter((text) => text.includes("(needed)")));
    await page.selectOption("#kind", { label: "project" });
    await page.click("#add");
    await page.click("#check");
    await page.waitForSelector("#outcome .summary");
    const refused = await page.textContent("#outcome");
    const early = await faults(page);
    await page.getByRole("textbox", { name: "Source (needed)" }).fill("https://example.org/a-page");
    await page.getByLabel("Kind of source (needed)").selectOption({ label: "host" });
    await page.getByLabel("Your name (needed)").fill("Ada Example");
    const entry = page.locator("fieldset.entry").nth(1);
    await entry.getByLabel("Name (needed)").fill("A Project by the Sea");
    await entry.getByLabel("Phase (needed)").selectOption({ index: 3 });
    await entry.getByLabel("Community served (wanted)").fill("coastal communities");
    await page.selectOption("#kind", { label: "organisation" });
    await page.click("#add");
    await page.locator("fieldset.entry").nth(2).getByLabel("Name (needed)").fill("S");
    await page.click("#check");
    await page.waitForFunction(() => /must be put right|follows the rules/.test(document.querySelector("#outcome").textContent));
    const second = await page.textContent("#outcome h2");
    await page.locator("fieldset.entry").nth(2).getByLabel("Name (needed)").fill("Seaside Arts");
    await page.click("#check");
    await page.waitForSelector("#save");
    const late = await faults(page);
    const [save] = await Promise.all([page.waitForEvent("download"), page.click("#save")]);
    const chunks = [];
    for await (const chunk of await save.createReadStream()) chunks.push(chunk);
    return { empty, needed, refused, second, name: save.suggestedFilename(), turtle: Buffer.concat(chunks).toString("utf8"), faults: [...early, ...late] };
  },
};

await inBrowser(chromium, async (context) => {
  const seen = {};
  for (const [name, tour] of Object.entries(tours)) {
    const { page, problems } = await newPage(context, site);
    try {
      seen[name] = { ...await tour(page), problems };
    } catch (error) {
      seen[name] = { failed: `${error.message} at ${page.url()}`, problems };
    }
    await page.close();
  }
  return seen;
});
