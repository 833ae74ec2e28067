// @ts-check
/**
 * The ground: countries, their fills, borders and hatching, on a plain canvas that is drawn again only where the view
 * or a colour changes. Borders are tens of thousands of hairlines; as deck.gl layers they cost more than all else
 * together (measured in software: 1.7 s a frame).
 */

import { readable } from "./colors.js";
import { toWorld, WORLD } from "./geometry.js";

/** @typedef {import("./view.js").View} View */
/** @typedef {import("./view.js").Size} Size */
/** @typedef {import("./fills.js").default} Fills */
/**
 * @typedef {Object} Feature
 * @property {{type: "Polygon", coordinates: [number, number][][]}|{type: "MultiPolygon", coordinates: [number, number][][][]}} geometry
 * @property {{iso_a2: string, label_lon?: number, label_lat?: number}} properties
 */
/** @typedef {[{features: Feature[]}, {features: Feature[]}]} Basemap countries and disputed areas, as GeoJSON */
/** @typedef {[number, number, number, number]} Box left, bottom, right, top in world units */
/**
 * @typedef {Object} Area
 * @property {string} code        of the country that owns it
 * @property {Path2D} path        in world units
 * @property {Box} box
 * @property {number} width       of its largest part, in world units: labels thin out by it
 * @property {number} size        area of that part's box
 * @property {[number, number]} label  where its name is written, in world units
 */

const BORDER_PX = 0.8;
const DIFFERS_PX = 1.6; // around a country that the other map colours differently
const OFTEN = 24; // times that countries are painted over, whose soft borders grow harder, before all is drawn anew
const HATCH_PX = 7; // between hatching lines

/** @param {Feature} feature @returns {Area} */
function areaOf({ geometry, properties }) {
  const polygons = geometry.type === "Polygon" ? [geometry.coordinates] : geometry.coordinates;
  const path = new Path2D();
  /** @type {Box} */
  const box = [Infinity, Infinity, -Infinity, -Infinity];
  let width = 0;
  let size = 0;
  for (const polygon of polygons) {
    polygon.forEach((ring, hole) => {
      /** @type {Box} */
      const part = [Infinity, Infinity, -Infinity, -Infinity];
      ring.forEach(([longitude, latitude], i) => {
        const [x, y] = toWorld(longitude, latitude);
        if (i) path.lineTo(x, y);
        else path.moveTo(x, y);
        part[0] = Math.min(part[0], x);
        part[1] = Math.min(part[1], y);
        part[2] = Math.max(part[2], x);
        part[3] = Math.max(part[3], y);
      });
      path.closePath();
      if (hole) return;
      const here = (part[2] - part[0]) * (part[3] - part[1]);
      if (here > size) [size, width] = [here, part[2] - part[0]];
      box[0] = Math.min(box[0], part[0]);
      box[1] = Math.min(box[1], part[1]);
      box[2] = Math.max(box[2], part[2]);
      box[3] = Math.max(box[3], part[3]);
    });
  }
  const label = toWorld(properties.label_lon ?? 0, properties.label_lat ?? 0);
  return { code: properties.iso_a2, path, box, width, size, label };
}

/** The canvas under the figures. */
export default class Ground {
  /** @param {HTMLElement} parent */
  constructor(parent) {
    this.canvas = document.createElement("canvas");
    this.canvas.className = "ptm-ground";
    this.canvas.setAttribute("aria-hidden", "true");
    this.context = /** @type {CanvasRenderingContext2D} */ (this.canvas.getContext("2d"));
    parent.append(this.canvas);
    /** @type {Area[]} */
    this.countries = [];
    /** @type {Area[]} */
    this.disputed = [];
    this.drawn = { frame: "", looks: /** @type {Map<string, string>} by code of a country */ (new Map()), times: 0 };
  }

  /** @param {Basemap} basemap */
  load([countries, disputed]) {
    this.countries = countries.features.map(areaOf);
    this.disputed = disputed.features.map(areaOf);
    this.drawn.frame = "";
  }

  /**
   * @param {View} view
   * @param {Size} size
   * @param {number} x  pixels from the left
   * @param {number} y  pixels from the top
   * @returns {string} code of the country there; "" for none
   */
  countryAt(view, size, x, y) {
    const [centreX, centreY] = toWorld(view.longitude, view.latitude);
    const scale = 2 ** view.zoom;
    const worldX = (((centreX + (x - size.width / 2) / scale) % WORLD) + WORLD) % WORLD;
    const worldY = centreY - (y - size.height / 2) / scale;
    const { context } = this;
    context.save();
    context.resetTransform();
    const found = this.countries.find(
      ({ box, path }) =>
        worldX >= box[0] &&
        worldX <= box[2] &&
        worldY >= box[1] &&
        worldY <= box[3] &&
        context.isPointInPath(path, worldX, worldY, "evenodd"),
    );
    context.restore();
    return found?.code ?? "";
  }

  /**
   * Brings the canvas up to date: where view and theme are the same, only countries that look otherwise are painted
   * over.
   *
   * @param {View} view
   * @param {Size} size
   * @param {Fills} fills
   * @param {Record<string, string>} colors
   */
  draw(view, size, fills, colors) {
    const looks = new Map(
      this.countries.map(({ code }) => [
        code,
        `${fills.classes.get(code)} ${fills.reach.get(code)} ${fills.origins.has(code)} ${fills.differs.has(code)}`,
      ]),
    );
    const frame = JSON.stringify([view.longitude, view.latitude, view.zoom, size, devicePixelRatio, colors]);
    const before = this.drawn.looks;
    const changed = this.countries.filter(({ code }) => before.get(code) !== looks.get(code));
    const same = frame === this.drawn.frame;
    const over = same && this.drawn.times < OFTEN;
    if (same && !changed.length) return;
    this.drawn = { frame, looks, times: over ? this.drawn.times + 1 : 0 };
    const wanted = over ? changed : this.countries;
    const { canvas, context } = this;
    const density = devicePixelRatio;
    const width = Math.round(size.width * density);
    const height = Math.round(size.height * density);
    if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, { width, height });
    context.resetTransform();
    if (!over) context.clearRect(0, 0, width, height);
    const scale = 2 ** view.zoom * density;
    const [x, y] = toWorld(view.longitude, view.latitude);
    const half = width / scale / 2;
    const fillOf = (/** @type {string} */ code) => {
      const level = fills.classes.get(code);
      return colors[level ? `class${level}` : fills.origins.has(code) ? "origin" : "land"];
    };
    const doubtful = wanted.filter(({ code }) => fills.reach.has(code));
    // The world repeats to the east and to the west.
    for (let turn = Math.floor((x - half) / WORLD); turn <= Math.floor((x + half) / WORLD); turn++) {
      const left = width / 2 + (turn * WORLD - x) * scale;
      const place = () => context.setTransform(scale, 0, 0, -scale, left, height / 2 + y * scale);
      const seen = (/** @type {Area} */ { box }) =>
        left + box[2] * scale > 0 &&
        left + box[0] * scale < width &&
        (y - box[1]) * scale > -height / 2 &&
        (y - box[3]) * scale < height / 2;
      const countries = wanted.filter(seen);
      place();
      for (const { code, path } of countries) {
        context.fillStyle = fillOf(code);
        context.fill(path, "evenodd");
      }
      for (const area of doubtful.filter(seen))
        this.#hatch(area, place, -1, colors[`class${fills.reach.get(area.code)}`], 1.3, 1.4 * density);
      context.globalAlpha = 0.6;
      for (const area of this.disputed.filter(seen)) {
        const color = fills.classes.get(area.code) ? readable(fillOf(area.code), colors) : colors.hatch;
        const land = countries.find(({ code }) => code === area.code);
        if (!land) continue;
        context.save();
        place();
        context.clip(land.path, "evenodd"); // some areas are drawn with their waters
        this.#hatch(area, place, 1, color, 1, density);
        context.restore();
      }
      context.globalAlpha = 1;
      context.strokeStyle = colors.border;
      context.lineWidth = (BORDER_PX * density) / scale;
      context.lineJoin = "round";
      for (const { path } of countries) context.stroke(path);
      context.strokeStyle = colors.ink;
      context.lineWidth = (DIFFERS_PX * density) / scale;
      for (const { code, path } of countries) if (fills.differs.has(code)) context.stroke(path);
    }
  }

  /**
   * Lines across an area, at the same distance on the screen whatever the zoom, and fixed to the ground.
   *
   * @param {Area} area
   * @param {() => void} place  sets the transform from world units
   * @param {1|-1} slope        rising or falling to the right
   * @param {string} color
   * @param {number} spread     1 for the usual distance
   * @param {number} thickness  of a line
   */
  #hatch(area, place, slope, color, spread, thickness) {
    const { context } = this;
    context.save();
    place();
    context.clip(area.path, "evenodd");
    const { a: scale, e, f } = context.getTransform();
    const { width, height } = this.canvas;
    const step = spread * HATCH_PX * devicePixelRatio * Math.SQRT2;
    const left = Math.max(0, e + area.box[0] * scale);
    const right = Math.min(width, e + area.box[2] * scale);
    const top = Math.max(0, f - area.box[3] * scale);
    const bottom = Math.min(height, f - area.box[1] * scale);
    // On line k, pixel y + slope * x is f + slope * e + k * step: it moves with the ground.
    const fixed = f + slope * e;
    const corners = [top + slope * left, top + slope * right, bottom + slope * left, bottom + slope * right];
    context.resetTransform();
    context.strokeStyle = color;
    context.lineWidth = thickness;
    context.beginPath();
    const last = Math.floor((Math.max(...corners) - fixed) / step);
    for (let k = Math.ceil((Math.min(...corners) - fixed) / step); k <= last; k++) {
      const sum = fixed + k * step;
      context.moveTo(left, sum - slope * left);
      context.lineTo(right, sum - slope * right);
    }
    context.stroke();
    context.restore();
  }
}
