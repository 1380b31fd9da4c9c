// How many bytes pages need to be shown: given {chromium, site, paths}, writes the size of each with its parts.
import { given, inBrowser, newPage } from "./browser.mjs";
import { gzipSync } from "node:zlib";

const { chromium, site, paths } = given();

await inBrowser(chromium, async (context) => {
  const sizes = {};
  for (const path of paths) {
    const { page } = await newPage(context, site);
    let size = 0;
    const waiting = [];
    // As servers send them: packed.
    page.on("response", (response) => waiting.push(response.body().then((body) => { size += Math.min(body.length, gzipSync(body).length); }, () => {})));
    await page.goto(site + path, { waitUntil: "networkidle" });
    await Promise.all(waiting);
    sizes[path] = size;
    await page.close();
  }
  return sizes;
});
