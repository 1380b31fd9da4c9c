// A network as a circle: its best connected nodes around it, what joins them as curves across.
import { el, plural, svg } from "./dom.js";
import { casefold, compare } from "./names.js";

const MOST = 56, SIZE = 860, RADIUS = 205, LONGEST_TEXT = 26, PULL = 0.25;
const MIDDLE = SIZE / 2;

/** For each thing of some statements those that it is joined to. */
export function joined(rows) {
  const found = new Map();
  const join = (one, other) => found.set(one, (found.get(one) ?? new Set()).add(other));
  for (const [subject, , object] of rows) {
    if (subject.type !== "uri" || object.type !== "uri" || subject.value === object.value) continue;
    join(subject.value, object.value);
    join(object.value, subject.value);
  }
  return found;
}

/** The nodes that are drawn: leaves go first, then the least connected ones, until there is room. */
export function drawn(links, labels) {
  let kept = new Set(links.keys());
  const degree = (iri) => [...links.get(iri)].filter((other) => kept.has(other)).length;
  while (kept.size > MOST) {
    const inner = [...kept].filter((iri) => degree(iri) > 1);
    if (inner.length === kept.size || inner.length < 3) break;
    kept = new Set(inner);
  }
  const ranked = [...kept].sort((a, b) => links.get(b).size - links.get(a).size || compare(labels[a], labels[b]) || compare(a, b));
  kept = new Set(ranked.slice(0, MOST));
  const met = [...kept].filter(degree);
  return met.length ? met : [...kept];
}

const at = (angle, radius) => [MIDDLE + radius * Math.cos(angle), MIDDLE + radius * Math.sin(angle)];
const short = (text) => text.length > LONGEST_TEXT ? `${text.slice(0, LONGEST_TEXT - 1).trimEnd()}…` : text;

function node({ text, href, kind, degree }, angle) {
  const [x, y] = at(angle, RADIUS), [textX, textY] = at(angle, RADIUS + 16).map((place) => place.toFixed(1));
  const isLeft = Math.cos(angle) < -1e-9;
  const turn = (angle * 180) / Math.PI + (isLeft ? 180 : 0);
  return svg(href ? "a" : "g", { href },
    svg("circle", { class: `node kind-${kind % 6}`, cx: x.toFixed(1), cy: y.toFixed(1), r: Math.min(3.5 + Math.sqrt(degree), 11).toFixed(1) }),
    svg("text", { class: "node-text", x: textX, y: textY, "text-anchor": isLeft ? "end" : "start", "dominant-baseline": "middle", transform: `rotate(${turn.toFixed(1)} ${textX} ${textY})` }, short(text)),
    svg("title", {}, `${text}: joined to ${degree}`));
}

function curve(start, end) {
  const [[x1, y1], [x2, y2]] = [at(start, RADIUS), at(end, RADIUS)];
  const [x, y] = [(x1 + x2) / 2, (y1 + y2) / 2].map((place) => MIDDLE + (place - MIDDLE) * PULL);
  return svg("path", { class: "curve", d: `M${x1.toFixed(1)} ${y1.toFixed(1)}Q${x.toFixed(1)} ${y.toFixed(1)} ${x2.toFixed(1)} ${y2.toFixed(1)}` });
}

/**
 * Draw a network.
 *
 * @param links for each thing those that it is joined to
 * @param things those that are drawn, each with its IRI, text, href and the name of its kind
 * @param caption what it shows
 */
export function drawNetwork(links, things, caption) {
  const kinds = [...new Set(things.map(({ kind }) => kind))].sort();
  const ordered = [...things].sort((a, b) => compare(a.kind, b.kind) || compare(casefold(a.text), casefold(b.text)) || compare(a.iri, b.iri));
  const angle = (index) => (2 * Math.PI * index) / ordered.length - Math.PI / 2;
  const curves = ordered.flatMap(({ iri }, index) => ordered.flatMap((other, place) =>
    place > index && links.get(iri).has(other.iri) ? [curve(angle(index), angle(place))] : []));
  const nodes = ordered.map((thing, index) => node({ ...thing, kind: kinds.indexOf(thing.kind), degree: links.get(thing.iri).size }, angle(index)));
  const left = links.size - things.length;
  return el("figure", { class: "network" },
    el("div", { class: "scroll", tabindex: 0, role: "group", "aria-label": `${caption}, a picture` },
      svg("svg", { viewBox: `0 0 ${SIZE} ${SIZE}`, role: "group", "aria-label": caption }, curves, nodes)),
    el("figcaption", {}, `${caption}. `,
      kinds.flatMap((kind, index) => [el("span", { class: `key kind-${index % 6}` }, kind || "other"), " "]),
      left ? `${plural(left, "thing")} with fewer links ${left === 1 ? "is" : "are"} in the table only.` : null));
}
