// Use the editor of a server: given {chromium, site, scripts}, writes what was seen, and what the page asked for.
import { faults, given, inBrowser, newPage } from "./browser.mjs";

const { chromium, site, scripts } = given();
const LONG = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l . ?m ?o ?p }";

const rows = (page) => page.$$eval("#editor-answer tbody tr", (found) => found.map((row) => [...row.cells].map((cell) => cell.textContent)));
const links = (page) => page.$$eval("#editor-answer tbody a", (found) => found.map((link) => link.getAttribute("href")));

async function write(page, text) {
  await page.focus(".cm-content");
  await page.keyboard.press("Control+A");
  await page.keyboard.type(text, { delay: 10 });
}

async function ask(page) {
  await page.keyboard.press("Control+Enter");
  await page.waitForSelector("#editor-answer:not([aria-busy])");
  await page.waitForFunction(() => /^(?!Asking).+/.test(document.querySelector("#editor-told").textContent));
  return page.textContent("#editor-told");
}

async function withScripts(context) {
  const { page, problems } = await newPage(context, site);
  const asked = [];
  page.on("request", (request) => asked.push(new URL(request.url()).pathname));
  await page.goto(`${site}sparql`);
  await page.waitForSelector(".cm-content");
  const seen = { form: await page.locator("form textarea").count(), asked, problems };
  await write(page, "SELECT ?river WHERE { ?river a riv:Riv");
  await page.waitForSelector(".cm-tooltip-autocomplete li");
  seen.offered = await page.$$eval(".cm-tooltip-autocomplete li", (found) => found.map((one) => one.textContent));
  await page.waitForTimeout(150);
  await page.keyboard.press("Enter");
  await page.keyboard.type(" }");
  seen.told = await ask(page);
  seen.rows = await rows(page);
  seen.links = await links(page);
  seen.faults = await faults(page);
  await page.click("#share");
  seen.link = page.url();
  await page.goto("about:blank");
  await page.goto(seen.link);
  await page.waitForSelector("#editor-answer table");
  seen.again = await rows(page);
  await page.selectOption("#example", { index: 1 });
  await page.waitForFunction((before) => document.querySelector("#editor-answer").textContent !== before, await page.textContent("#editor-answer"));
  seen.example = await page.textContent("#editor-told");
  await write(page, "CONSTRUCT { ?s ?p ?o } WHERE { ?s a ?o ; ?p ?o . } LIMIT 3");
  await ask(page);
  seen.statements = (await rows(page)).length;
  await page.click("#tab-network");
  await page.waitForSelector("#editor-answer circle.node");
  seen.faults.push(...await faults(page));
  await write(page, LONG);
  await page.keyboard.press("Control+Enter");
  await page.waitForTimeout(500);
  await page.click("#stop");
  await page.waitForFunction(() => document.querySelector("#editor-told").textContent === "Stopped.");
  await write(page, "ASK { ?s ?p ?o }");
  await ask(page);
  seen.lead = await page.textContent("#editor-answer .lead");
  seen.before = problems.splice(0);
  await write(page, "SELECT * WHERE { ?s nope:x ?o }");
  seen.wrong = await ask(page);
  await page.close();
  return seen;
}

async function withoutScripts(context) {
  const page = await context.newPage();
  await page.goto(`${site}sparql`);
  const seen = { editor: await page.isVisible("#run"), form: await page.isVisible("form textarea") };
  await page.fill("form textarea", "SELECT (1 AS ?one) {}");
  await page.click("form button:has-text('Run')");
  seen.cell = await page.textContent("tbody td");
  return seen;
}

await inBrowser(chromium, scripts ? withScripts : withoutScripts, { javaScriptEnabled: scripts });
