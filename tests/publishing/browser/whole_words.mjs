// Look for words of tables that are broken: given {chromium, site, paths, width}, writes them; addresses may be broken.
import { given, inBrowser, newPage } from "./browser.mjs";

const { chromium, site, paths, width } = given();

await inBrowser(chromium, async (context) => {
  const found = [];
  const { page } = await newPage(context, site);
  await page.setViewportSize({ width, height: 800 });
  for (const path of paths) {
    await page.goto(site + path);
    found.push(...await page.$$eval("td, th", (cells) => cells.flatMap((cell) => {
      const broken = [], walker = document.createTreeWalker(cell, NodeFilter.SHOW_TEXT);
      for (let text = walker.nextNode(); text; text = walker.nextNode()) {
        if (text.parentElement.closest("a.out, code, svg")) continue;
        for (const word of text.data.matchAll(/\p{L}+/gu)) {
          const range = document.createRange();
          range.setStart(text, word.index);
          range.setEnd(text, word.index + word[0].length);
          if (new Set([...range.getClientRects()].map((box) => Math.round(box.top))).size > 1) broken.push(word[0]);
        }
      }
      return broken;
    })).then((words) => words.map((word) => `${path}: ${word}`)));
  }
  return found;
});
