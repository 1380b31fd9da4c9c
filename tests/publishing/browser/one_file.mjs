// Look at a site that is one file: given {chromium, file}, writes what was seen in it.
import { faults, given, inBrowser, newPage } from "./browser.mjs";

const { chromium, file } = given();

await inBrowser(chromium, async (context) => {
  const { page, problems } = await newPage(context, file);
  const seen = { problems, faults: [] };
  const check = async () => seen.faults.push(...(await faults(page)).map((fault) => `${page.url()}: ${fault}`));
  await page.goto(file);
  await page.waitForSelector("main h1");
  seen.home = await page.innerText("main h1");
  await check();
  await page.click("header a[href*='queries.html']");
  await page.click("#questions a[href*='projects-serving-community']");
  await page.click("form.ask button[type=submit]");
  await page.waitForSelector("#live-answer .told");
  seen.rows = (await page.innerText("#live-answer .told")).split(" ")[0];
  await check();
  await page.click("#live-answer table a[href^='#/']");
  await page.waitForSelector("article.thing");
  await page.click("article.thing sup.marks a");
  await page.waitForFunction(() => location.hash.includes("#source-"));
  await check();
  await page.fill("header input[name=q]", "coastal");
  await page.press("header input[name=q]", "Enter");
  await page.waitForSelector("#results li");
  seen.found = await page.innerText("#found");
  await page.click("a[href='#/queries.html']");
  await page.click("#questions a[href*='projects-map']");
  await page.click("a[href*='editor.html']");
  await page.waitForSelector("#editor-answer svg");
  await check();
  await page.goto(`${file}#/contribute.html`);
  await page.selectOption("#kind", { label: "organisation" });
  await page.click("#add");
  await page.getByRole("textbox", { name: "Source (needed)" }).fill("https://example.org/a-page");
  await page.getByLabel("Kind of source (needed)").selectOption({ label: "host" });
  await page.getByLabel("Your name (needed)").fill("Ada Example");
  await page.locator("fieldset.entry").nth(1).getByLabel("Name (needed)").fill("Seaside Arts");
  await page.click("#check");
  await page.waitForSelector("#outcome .summary");
  seen.turtle = await page.isVisible("#turtle");
  await check();
  return seen;
});
