// What the browser tests share: a browser that touches nothing outside, and pages that tell what went wrong in them.
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium } from "../../../web/node_modules/playwright-core/index.mjs";

const SWITCHES = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"];

/** What the test was given. */
export const given = () => JSON.parse(readFileSync(0, "utf8"));

/** Run a test in a browser of its own, with these options; what it returns is the answer. */
export async function inBrowser(executable, test, options = {}) {
  const folder = mkdtempSync(join(tmpdir(), "mca-graph-browser-"));
  const context = await chromium.launchPersistentContext(folder, { executablePath: executable, args: SWITCHES, headless: true, ...options });
  try {
    process.stdout.write(JSON.stringify(await test(context)));
  } finally {
    await context.close();
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

const axe = readFileSync(new URL("../../../web/node_modules/axe-core/axe.min.js", import.meta.url), "utf8");

/** The faults of accessibility of a page as it stands. */
export async function faults(page) {
  // The policy of the page allows no scripts but its own; this one comes in past it, as a part of the test.
  if (!await page.evaluate(() => "axe" in globalThis)) await page.evaluate(axe);
  const { violations } = await page.evaluate(() => globalThis.axe.run(document, { resultTypes: ["violations"] }));
  return violations.map(({ id, nodes }) => `${id}: ${nodes.slice(0, 3).map((node) => `${node.target.join(" ")} (${node.any[0]?.message ?? ""})`).join("; ")}`);
}

/** A page, and the list of what goes wrong in it: errors, and requests that leave the site. */
export async function newPage(context, site) {
  const page = await context.newPage();
  const problems = [];
  page.on("console", (message) => {
    if (["error", "warning"].includes(message.type())) problems.push(`console: ${message.text()}`);
  });
  page.on("pageerror", (error) => problems.push(`error: ${error.message}`));
  page.on("request", (request) => {
    if (!request.url().startsWith(site) && !/^(data|blob):/.test(request.url())) problems.push(`request: ${request.url()}`);
  });
  page.on("requestfailed", (request) => problems.push(`failed: ${request.url()}`));
  page.on("response", (response) => {
    if (response.status() >= 400) problems.push(`${response.status()}: ${response.url()}`);
  });
  page.setDefaultTimeout(30_000);
  return { page, problems };
}
