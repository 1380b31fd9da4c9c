// Build the scripts of a site from src/ into the package; the same sources give the same bytes.
import { mkdirSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { gzipSync } from "fflate";

const here = dirname(fileURLToPath(import.meta.url));
const publishing = resolve(process.argv[2] ?? join(here, "../src/mca_graph/publishing"));
const out = join(publishing, "assets");
// A site has all of these but the last, which is for the site that is one file.
const scripts = ["site", "theme", "search", "question", "editor", "contribute", "worker"].map((name) => ({ in: `src/${name}.js`, out: `assets/${name}` }));
scripts.push({ in: "src/single.js", out: "bundles/single" });

// Styles must come in as sheets and through the style of elements, since the pages allow no others.
const CHANGES = [
  [/style-mod\.js$/, "!root.head && root.adoptedStyleSheets", "root.adoptedStyleSheets"],
  [/crelt\/index\.js$/, 'if (typeof value == "string")', 'if (name == "style") elt.style.cssText = value\n      else if (typeof value == "string")'],
];
const strictStyles = {
  name: "strict-styles",
  setup({ onLoad }) {
    for (const [filter, from, to] of CHANGES) {
      onLoad({ filter }, ({ path }) => {
        const text = readFileSync(path, "utf8");
        if (!text.includes(from)) throw new Error(`${path} is not the version that is known here`);
        return { contents: text.replace(from, to), loader: "js" };
      });
    }
  },
};

mkdirSync(out, { recursive: true });
const { metafile } = await build({
  absWorkingDir: here,
  entryPoints: scripts,
  outdir: publishing,
  bundle: true,
  minify: true,
  format: "iife",
  target: ["chrome111", "firefox113", "safari16.4"],
  charset: "utf8",
  legalComments: "none",
  metafile: true,
  logLevel: "warning",
  logOverride: { "empty-import-meta": "silent" },
  plugins: [strictStyles],
});

writeFileSync(join(out, "interactive.css"), readFileSync(join(here, "src/interactive.css")));

const wasm = readFileSync(join(here, "node_modules/oxigraph/web_bg.wasm"));
writeFileSync(join(out, "oxigraph.wasm.gz"), gzipSync(wasm, { level: 9, mtime: 0 }));

// The licences of everything that went in.
const packages = new Set();
for (const { inputs } of Object.values(metafile.outputs)) {
  for (const [path, { bytesInOutput }] of Object.entries(inputs)) {
    const found = /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(path);
    if (found && bytesInOutput) packages.add(found[1]);
  }
}
const notices = [...packages].sort().map((folder) => {
  const { name, version, license } = JSON.parse(readFileSync(join(here, folder, "package.json"), "utf8"));
  const file = readdirSync(join(here, folder)).sort().find((entry) => /^licen[cs]e/i.test(entry));
  // A package without a text of its own that may be used under the licence of this one is used under that.
  const path = file ? join(here, folder, file) : license.includes("Apache-2.0") ? join(here, "../LICENSE") : null;
  const text = path ? readFileSync(path, "utf8").replaceAll("\r\n", "\n").trim() : `Licence: ${license}`;
  return `${name} ${version} (${license})\n\n${text}\n`;
});
const rule = `\n${"-".repeat(78)}\n\n`;
writeFileSync(join(out, "LICENCES.txt"), `The scripts of this site contain the following packages.\n${rule}${notices.join(rule)}`);
