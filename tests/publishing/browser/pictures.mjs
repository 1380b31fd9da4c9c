// Ask questions again with other values: given {chromium, site, questions}, writes the marks of each picture.
import { faults, given, inBrowser, newPage } from "./browser.mjs";

const { chromium, site, questions } = given();
const MARKS = "rect.bar-fill, circle.dot, circle.node";

/** What is drawn inside an element: each mark with the words that stand for it. */
const marks = (page, within) => page.$$eval(`${within} :is(${MARKS})`, (found) => found.map((mark) =>
  [mark.parentNode.querySelector("title")?.textContent ?? mark.closest("tr")?.cells[0].textContent, ...["class", "x", "width", "cx", "cy", "r"].map((name) => mark.getAttribute(name))].join(" ")));

async function ask(page, param, choice) {
  await page.selectOption(`#param-${param}`, choice);
  await page.evaluate(() => document.querySelector("#live-answer").replaceChildren());
  await page.click("form.ask button[type=submit]");
  await page.waitForSelector("#live-answer .told, form.ask .problem");
  return marks(page, "#live-answer");
}

await inBrowser(chromium, async (context) => {
  const seen = {};
  for (const [id, { param, choices }] of Object.entries(questions)) {
    const { page, problems } = await newPage(context, site);
    await page.goto(`${site}query/${id}.html`);
    const kept = await marks(page, "#kept-answer"), again = [];
    for (const choice of choices) again.push(await ask(page, param, choice));
    const kinds = await page.$$eval("#live-answer .key", (found) => found.map((key) => key.textContent));
    seen[id] = { kept, again, kinds, faults: await faults(page), problems };
    await page.close();
  }
  return seen;
});
