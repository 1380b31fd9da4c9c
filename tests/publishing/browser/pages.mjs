// Look at pages in light and dark, wide and narrow: given {chromium, site, paths, screenshots}, writes what is wrong.
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { faults, given, inBrowser, newPage } from "./browser.mjs";

const WIDTHS = [320, 1280];

const { chromium, site, paths, screenshots } = given();
if (screenshots) mkdirSync(screenshots, { recursive: true });

await inBrowser(chromium, async (context) => {
  const found = [];
  for (const path of paths) {
    const { page, problems } = await newPage(context, site);
    await page.goto(site + path, { waitUntil: "networkidle" });
    if (await page.locator("header.top nav a").count() < 3) found.push(`${path}: the header of the site is missing`);
    for (const colorScheme of ["light", "dark"]) {
      for (const width of WIDTHS) {
        await page.setViewportSize({ width, height: 800 });
        await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
        const where = `${path} ${colorScheme} ${width}`;
        if (screenshots) await page.screenshot({ path: join(screenshots, `${where.replace(/[^a-z0-9]+/gi, "-")}.png`), fullPage: true });
        const wide = await page.evaluate(() => document.documentElement.scrollWidth);
        if (wide > width) found.push(`${where}: ${wide} pixels wide`);
        found.push(...(await faults(page)).map((fault) => `${where}: ${fault}`));
        found.push(...problems.splice(0).map((problem) => `${where}: ${problem}`));
      }
    }
    await page.close();
  }
  return found;
});
