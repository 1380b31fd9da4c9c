// How long the search takes for each key typed: given {things}, writes the slowest in milliseconds.
import { given } from "./browser.mjs";
import { indexOf } from "../../../web/src/lib/index.js";

const { things } = given();
const words = "coastal health creative asset community partnership research university museum garden river library woodland housing".split(" ");
const pick = (seed) => words[(seed * 7919) % words.length];
const entries = Array.from({ length: things }, (_, at) => ({
  id: at, name: `${pick(at)} ${pick(at + 3)} of place ${at}`, names: `${pick(at + 5)} ${at}`, text: Array.from({ length: 20 }, (_each, step) => pick(at + step)).join(" "),
}));
const index = indexOf(entries);
index.search("warm");
const times = [];
for (const typed of ["coastal health 77", "creative place 9999", "univrsity"]) {
  for (let end = 1; end <= typed.length; end += 1) {
    const started = performance.now();
    index.search(typed.slice(0, end));
    times.push(performance.now() - started);
  }
}
process.stdout.write(JSON.stringify({ slowest: Math.max(...times), times }));
