// The index of the search: names count most, other names more than texts.
import MiniSearch from "minisearch";
import { fold } from "./dom.js";

/** An index of entries with an id, a name, other names and a text. */
export function indexOf(entries) {
  const index = new MiniSearch({
    fields: ["name", "names", "text"],
    processTerm: fold,
    searchOptions: { prefix: true, combineWith: "AND", boost: { name: 6, names: 3 }, fuzzy: (term) => term.length > 4 ? 0.2 : false },
  });
  index.addAll(entries);
  return index;
}
