// @ts-check
/** The lines of a scene: which of its transfers are drawn, as which areas, in which colours. */

import { rgba } from "./colors.js";
import { draw } from "./lines.js";
import Mesh from "./mesh.js";
import { gapOf } from "./places.js";

/** @typedef {import("./payload.js").Payload} Payload */
/** @typedef {import("./payload.js").Transfer} Transfer */
/** @typedef {"outer"|"inner"} Band the pale band up to the upper bound, the solid one of the lower bound */

export const BANDS = /** @type {const} */ (["outer", "inner"]);
const COLOR_OF = { done: "movement", planned: "planned", refused: "refused" };
const PALE = 0.3; // of the outer band
const OVERTAKEN = 0.55; // of a plan
const FAINT = 0.28; // of a line whose time has not come
const DENSE = 200; // lines beyond which all are thinner
const MANY = 2000; // lines beyond which they are shaped anew only where the view rests on another zoom

/** @param {Transfer} transfer @returns {number} pixels */
const breadth = (transfer) => transfer.width_max ?? transfer.width_min;

/** @param {Transfer} transfer @param {Record<string, string>} colors of the theme @returns {string} */
export const colorOf = (transfer, colors) => colors[COLOR_OF[transfer.style]];

/**
 * Of transfers that would cover each other exactly, keeps the widest; pointing at it says how many more there are.
 *
 * @param {Transfer[]} transfers in order of time
 * @returns {{transfer: Transfer, start: number}[]} and when the first that takes each line begins, in order of time
 */
function visible(transfers) {
  /** @type {Map<string, {transfer: Transfer, start: number}>} */
  const lines = new Map();
  const numbers = new Map();
  for (const transfer of transfers) {
    const { track, style, superseded } = transfer;
    if (!numbers.has(track)) numbers.set(track, numbers.size);
    const key = `${numbers.get(track)} ${style} ${superseded}`;
    const line = lines.get(key);
    if (!line) lines.set(key, { transfer, start: transfer.start });
    else if (breadth(transfer) > breadth(line.transfer)) line.transfer = transfer;
  }
  return [...lines.values()];
}

export default class Bands {
  /** @param {Payload} payload */
  constructor({ transfers, places }) {
    const lines = visible(transfers);
    this.transfers = transfers;
    this.lines = lines.map(({ transfer }) => transfer);
    this.begins = lines.map(({ start }) => start);
    this.gaps = places.map(gapOf);
    this.begun = -1; // lines whose time has come
    this.zoom = NaN; // that the areas are shaped for
    /** @type {Record<Band, {owners: number[], data: Object}|null>} */
    this.areas = { outer: null, inner: null };
  }

  /** @param {number} time seconds @returns {boolean} whether other lines have begun than before */
  goTo(time) {
    const { begins } = this;
    let begun = Math.max(this.begun, 0);
    while (begun < begins.length && begins[begun] < time) begun++;
    while (begun > 0 && begins[begun - 1] >= time) begun--;
    const changed = begun !== this.begun;
    this.begun = begun;
    return changed;
  }

  /** @param {number} zoom @returns {boolean} whether the areas are too coarse or too fine for it */
  isStaleAt(zoom) {
    return Math.abs(zoom - this.zoom) > (this.lines.length > MANY ? 0.5 : 0.02);
  }

  /** Shapes the areas. @param {number} zoom */
  shape(zoom) {
    this.zoom = zoom;
    const size = this.lines.length > DENSE ? 0.5 : 1;
    const meshes = { outer: new Mesh(), inner: new Mesh() };
    this.lines.forEach((transfer, i) => {
      meshes.outer.begin(i);
      meshes.inner.begin(i);
      const gaps = { start: this.gaps[transfer.from], end: this.gaps[transfer.to] };
      draw(transfer, transfer.track, 2 ** -zoom, size, gaps, meshes);
    });
    for (const band of BANDS) {
      const data = meshes[band].data(); // drops owners without areas
      this.areas[band] = { owners: meshes[band].owners, data };
    }
  }

  /**
   * @param {Band} band
   * @param {Record<string, string>} colors of the theme
   * @returns {Object|null} what deck.gl draws: lines are faint before their time
   */
  drawn(band, colors) {
    const areas = this.areas[band];
    if (!areas) return null;
    // Of very many lines each lets the others through, so that it shows where most of them run.
    const strength = Math.max(Math.min(1, Math.sqrt(DENSE / this.lines.length)), 0.06);
    const share = strength * (band === "outer" ? PALE : 1);
    const looks = Object.fromEntries(
      Object.entries(COLOR_OF).map(([style, name]) => [
        style,
        [OVERTAKEN, FAINT, 1].map((state) => rgba(colors[name], share * state)),
      ]),
    );
    const getFillColor = (/** @type {unknown} */ _, /** @type {{index: number}} */ { index }) => {
      const owner = areas.owners[index];
      const { style, superseded } = this.lines[owner];
      return looks[style][owner >= this.begun ? 1 : superseded ? 0 : 2];
    };
    return {
      data: areas.data,
      _normalize: false, // the triangles are ours
      getFillColor,
      updateTriggers: { getFillColor: [this.begun, colors] },
    };
  }

  /** @returns {Transfer[]} lines with their numbers first to those that are to have one */
  get widest() {
    return [...this.lines].sort((a, b) => breadth(b) - breadth(a));
  }

  /**
   * @param {string|undefined} layer  id
   * @param {number} index  of an area
   * @returns {{transfer: Transfer, others: number}|null} whose area it is, and how many more take that line
   */
  found(layer, index) {
    const owner = this.areas[/** @type {Band} */ (layer)]?.owners[index];
    if (owner === undefined) return null;
    const transfer = this.lines[owner];
    const others = this.transfers.filter(
      ({ track, style }) => track === transfer.track && style === transfer.style,
    ).length;
    return { transfer, others: others - 1 };
  }
}
