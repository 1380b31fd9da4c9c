// Open a page as a file, away from what it loads: given {chromium, file}, writes its heading and its faults.
import { faults, given, inBrowser } from "./browser.mjs";

const { chromium, file } = given();

await inBrowser(chromium, async (context) => {
  const page = await context.newPage();
  await page.goto(file);
  return { heading: await page.textContent("h1"), faults: await faults(page) };
});
