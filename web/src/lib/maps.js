// A map as a picture: dots on the outlines of the land around them.
import { svg } from "./dom.js";

const WIDTH = 640, TALLEST = 1.5;
const RADIANS = Math.PI / 180;

/**
 * Draw a map.
 *
 * @param points what stands where: longitude, latitude, text
 * @param rings the outlines of the land, each a list of longitudes and latitudes in turn
 * @param caption what the map shows
 */
export function drawMap(points, rings, caption) {
  const [west, south, east, north] = frame(points);
  const squeeze = Math.cos(((south + north) / 2) * RADIANS);
  const scale = WIDTH / ((east - west) * squeeze);
  const height = Math.round((north - south) * scale);
  const place = (longitude, latitude) => [(longitude - west) * squeeze * scale, (north - latitude) * scale];
  const land = rings.map((flat) => {
    let drawn = "";
    for (let index = 0; index < flat.length; index += 2) {
      const [x, y] = place(flat[index], flat[index + 1]);
      drawn += `${index ? "L" : "M"}${x.toFixed(1)} ${y.toFixed(1)}`;
    }
    return `${drawn}z`;
  }).join("");
  const spots = new Map();
  for (const point of points) {
    const key = `${point.longitude} ${point.latitude}`;
    spots.set(key, [...(spots.get(key) ?? []), point]);
  }
  const dots = [...spots.values()].sort((a, b) => b.length - a.length).map((here) => {
    const [x, y] = place(here[0].longitude, here[0].latitude);
    const r = Math.min(6 + 2.5 * Math.sqrt(here.length - 1), 22);
    const texts = [...new Set(here.map((point) => point.text))].join("; ");
    const dot = svg("circle", { class: "dot", cx: x.toFixed(1), cy: y.toFixed(1), r: r.toFixed(1) }, svg("title", {}, texts));
    if (here.length < 2) return [dot];
    return [dot, svg("text", { class: "dot-number", x: x.toFixed(1), y: (y + 4).toFixed(1), "aria-hidden": "true" }, String(here.length))];
  });
  return svg("svg", { viewBox: `0 0 ${WIDTH} ${height}`, role: "img", "aria-label": caption },
    svg("rect", { class: "sea", width: WIDTH, height }), svg("path", { class: "land", d: land }), dots.flat());
}

/** The box that a map shows; neither too flat nor too tall. */
function frame(points) {
  const xs = points.map((point) => point.longitude), ys = points.map((point) => point.latitude);
  let [west, east, south, north] = [Math.min(...xs), Math.max(...xs), Math.min(...ys), Math.max(...ys)];
  const margin = Math.max(0.8, (east - west) * 0.08, (north - south) * 0.08);
  [west, east, south, north] = [west - margin, east + margin, Math.max(south - margin, -85), Math.min(north + margin, 85)];
  const squeeze = Math.cos(((south + north) / 2) * RADIANS);
  const wide = (east - west) * squeeze, tall = north - south;
  if (tall > wide * TALLEST) {
    const more = (tall / TALLEST - wide) / squeeze / 2;
    [west, east] = [west - more, east + more];
  } else if (wide > tall * 2) {
    const more = (wide / 2 - tall) / 2;
    [south, north] = [Math.max(south - more, -85), Math.min(north + more, 85)];
  }
  return [west, south, east, north];
}
