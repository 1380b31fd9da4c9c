// Ask every saved query in the page: given {chromium, site, queries}, writes for each the rows that the page shows.
// A query with parameters is asked with the form of its page as it stands, any other in the editor.
import { given, inBrowser, newPage } from "./browser.mjs";

const { chromium, site, queries } = given();

await inBrowser(chromium, async (context) => {
  const answers = {};
  for (const { id, form } of queries) {
    const { page, problems } = await newPage(context, site);
    if (form) {
      await page.goto(`${site}query/${id}.html`);
      await page.click("form.ask button[type=submit]");
      await page.waitForSelector("#live-answer .told, form.ask .problem");
    } else {
      await page.goto(`${site}editor.html?query=${id}`);
      await page.waitForSelector("#editor-answer [role=tabpanel], #editor-told .problem");
      if (await page.isVisible("#tab-table")) await page.click("#tab-table");
    }
    const answer = form ? "#live-answer" : "#editor-answer";
    for (const more of await page.$$(`${answer} button:has-text("Show all")`)) await more.click();
    const rows = await page.$$eval(`${answer} table.plain tbody tr`, (found) => found.map((row) => [...row.cells].map((cell) => cell.textContent.replace(/\s+/g, " ").trim())));
    const [save] = await Promise.all([
      page.waitForEvent("download"),
      page.click(`${answer} .formats button:first-of-type`),
    ]);
    const chunks = [];
    for await (const chunk of await save.createReadStream()) chunks.push(chunk);
    answers[id] = { rows, file: Buffer.concat(chunks).toString("utf8"), problems };
    await page.close();
  }
  return answers;
});
