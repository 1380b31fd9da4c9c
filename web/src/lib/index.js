// The index of the search: names count most, other names more than texts.
import MiniSearch from "minisearch";
import { fold } from "./dom.js";

/** An index of entries with an id, a name, other names and a text. */
export function indexOf(entries) {
  const index = new MiniSearch({ fields: ["name", "names", "text"], processTerm: fold });
  index.addAll(entries);
  return index;
}

/** What fits some words, the best first: each word begins a word; where nothing fits, one nearly does. */
export function find(index, words) {
  const terms = words.split(/[^\p{L}\p{N}]+/u).filter(Boolean);
  // A letter or two begin words of nearly every text, which helps nobody and takes long.
  const fields = terms.every((term) => term.length < 3) ? ["name", "names"] : ["name", "names", "text"];
  const options = { fields, combineWith: "AND", boost: { name: 6, names: 3 }, prefix: (term) => term.length > 1 };
  const found = index.search(words, options);
  return found.length ? found : index.search(words, { ...options, fuzzy: (term) => term.length > 4 ? 0.2 : false });
}
