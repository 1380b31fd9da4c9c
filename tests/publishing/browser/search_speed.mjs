// How long the search takes for each key typed: given {things}, writes the slowest in milliseconds.
import { given } from "./browser.mjs";
import { find, indexOf } from "../../../web/src/lib/index.js";

const REPEATS = 5;
const { things } = given();
const parts = "co as tal he alth cre ive set com mun ity part ner ship re search uni mus eum gar den ri ver li brary wood land hou sing".split(" ");
const word = (seed) => parts[seed % 30] + parts[(seed * 7 + 3) % 30] + parts[Math.floor(seed / 30) % 30];
const entries = Array.from({ length: things }, (_, at) => ({
  id: at,
  name: `${word(at % 900)} ${word((at * 3) % 900)} of place ${at}`,
  names: word((at * 11) % 900),
  text: Array.from({ length: 18 }, (_each, step) => word((at * 13 + step * 17) % 900)).join(" "),
}));
const index = indexOf(entries);
let slowest = 0;
for (const typed of [`${entries[5].name}`, "creative health place 99", "comuntyri"]) {
  for (let end = 1; end <= typed.length; end += 1) {
    const times = [];
    for (let turn = 0; turn < REPEATS; turn += 1) {
      const started = performance.now();
      find(index, typed.slice(0, end));
      times.push(performance.now() - started);
    }
    slowest = Math.max(slowest, times.sort((a, b) => a - b)[Math.floor(REPEATS / 2)]);
  }
}
process.stdout.write(JSON.stringify({ slowest }));
