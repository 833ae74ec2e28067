// @ts-check
/** A transfer as areas: its solid band, the pale one around it, its arrowhead, dashes or dots. */

import { arrow } from "./geometry.js";

/** @typedef {import("./geometry.js").Point} Point */
/** @typedef {import("./payload.js").Transfer} Transfer */

const HAIRLINE_PX = 1.6; // the thinnest line
const FRINGE_PX = 4; // how far the comb of an open number reaches beyond the line
const PLANNED_PX = 5; // the widest dashes
const DOT_PX = 3.2; // the smallest dots
const SLACK_PX = 0.2; // by which a straight piece may leave the curve
const STOP_PX = 8; // from the line's end to where its place begins

/** @typedef {{inner: import("./mesh.js").default, outer: import("./mesh.js").default}} Meshes */

/**
 * Adds the areas of a transfer.
 *
 * @param {Transfer} transfer
 * @param {import("./geometry.js").Track} track
 * @param {number} unit   world units a pixel
 * @param {number} size   1 for the usual; less where there are very many lines
 * @param {{start: number, end: number}} gaps  pixels kept free around the marks of both places
 * @param {Meshes} meshes  what is certain, and what is around it
 */
export function draw(transfer, track, unit, size, gaps, { inner, outer }) {
  const hairline = HAIRLINE_PX * size;
  const solid = Math.max(transfer.width_min, transfer.style === "done" ? hairline : 1.25 * hairline);
  const breadth = transfer.superseded ? hairline : Math.max(solid, transfer.width_max ?? 0);
  const { from, to, head } = arrow(track, unit, size, breadth, gaps.start, gaps.end);
  const band = (/** @type {number[]} */ [start, end], /** @type {number} */ widthPx, mesh = inner) =>
    track.ribbon(start, end, (widthPx / 2) * unit, SLACK_PX * unit, mesh);
  if (transfer.style === "refused") {
    // The line ends, with a bar across, where the attempt did.
    const known = track.stops.length > 2;
    const stop = known ? track.sums[track.stops[track.stops.length - 2]] - STOP_PX * unit : 0.6 * track.length;
    const dotPx = Math.max(solid, DOT_PX);
    for (const dot of track.dashes(from, stop, dotPx * unit, 4.5 * unit)) band(dot, dotPx);
    inner.area(track.bar(stop, STOP_PX * unit, 1.5 * unit));
    return;
  }
  if (transfer.style === "planned") {
    const widthPx = transfer.superseded ? hairline : Math.min(solid, PLANNED_PX);
    for (const dash of track.dashes(from, to, 9 * unit, 6 * unit)) band(dash, widthPx);
  } else {
    if (transfer.max === null && transfer.min > 0) {
      for (const tooth of track.dashes(from, to, 2.5 * unit, 3.5 * unit)) band(tooth, solid + 2 * FRINGE_PX, outer);
    } else if ((transfer.width_max ?? 0) > solid) band([from, to], transfer.width_max ?? 0, outer);
    band([from, to], solid);
  }
  if (head) inner.area(head);
}
