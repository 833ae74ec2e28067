// @ts-check
/**
 * Plane geometry in world units: Web Mercator, 512 units around the globe, y to the north. At zoom z a unit is 2^z
 * pixels. The projection is conformal, so what points along a line here points along it on the screen.
 */

/** @typedef {[number, number]} Point */

export const WORLD = 512;

/** @param {number} longitude @param {number} latitude @returns {Point} */
export function toWorld(longitude, latitude) {
  const y = Math.log(Math.tan(Math.PI / 4 + (latitude * Math.PI) / 360)) / (2 * Math.PI);
  return [((longitude + 180) / 360) * WORLD, (y + 0.5) * WORLD];
}

/** @param {number} x @param {number} y @returns {Point} longitude, latitude */
export function toDegrees(x, y) {
  const latitude = (Math.atan(Math.exp((y / WORLD - 0.5) * 2 * Math.PI)) * 360) / Math.PI - 90;
  return [(x / WORLD) * 360 - 180, latitude];
}

/** A line that can be asked for its point at any distance. */
export class Track {
  /** @param {number[]} path longitude, latitude, …, in thousandths of a degree: the first point, then steps */
  constructor(path) {
    const count = path.length / 2;
    this.xs = new Float64Array(count);
    this.ys = new Float64Array(count);
    this.sums = new Float64Array(count); // distance from the start
    let longitude = 0;
    let latitude = 0;
    for (let i = 0; i < count; i++) {
      longitude += path[2 * i];
      latitude += path[2 * i + 1];
      [this.xs[i], this.ys[i]] = toWorld(longitude / 1000, latitude / 1000);
      if (i) this.sums[i] = this.sums[i - 1] + Math.hypot(this.xs[i] - this.xs[i - 1], this.ys[i] - this.ys[i - 1]);
    }
    this.length = this.sums[count - 1];
  }

  /** @param {number} distance @returns {number} index of the vertex before */
  #before(distance) {
    let low = 0;
    let high = this.sums.length - 2;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.sums[middle] <= distance) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  /**
   * @param {number} distance from the start
   * @returns {[number, number, number, number]} x, y, and the direction there as a unit vector
   */
  at(distance) {
    const i = this.#before(distance);
    const step = this.sums[i + 1] - this.sums[i] || 1;
    const share = Math.min(Math.max((distance - this.sums[i]) / step, 0), 1);
    const dx = this.xs[i + 1] - this.xs[i];
    const dy = this.ys[i + 1] - this.ys[i];
    return [this.xs[i] + share * dx, this.ys[i] + share * dy, dx / step, dy / step];
  }

  /** @param {number} from @param {number} to @returns {Point[]} longitude, latitude of a stretch of the line */
  stretch(from, to) {
    const [x0, y0] = this.at(from);
    const [x1, y1] = this.at(to);
    const points = [toDegrees(x0, y0)];
    for (let i = this.#before(from) + 1; i < this.sums.length && this.sums[i] < to; i++) {
      points.push(toDegrees(this.xs[i], this.ys[i]));
    }
    points.push(toDegrees(x1, y1));
    return points;
  }

  /** @param {number} distance @param {number} reach to either side @returns {Point[]} a bar across the line */
  across(distance, reach) {
    const [x, y, dx, dy] = this.at(distance);
    return [toDegrees(x - dy * reach, y + dx * reach), toDegrees(x + dy * reach, y - dx * reach)];
  }

  /** @param {number} from @param {number} to @param {number} on @param {number} off @returns {Point[][]} dashes */
  dashes(from, to, on, off) {
    const count = Math.max(1, Math.round((to - from + off) / (on + off)));
    const scale = (to - from) / (count * (on + off) - off);
    const dashes = [];
    for (let k = 0; k < count; k++) {
      const start = from + k * (on + off) * scale;
      dashes.push(this.stretch(start, start + on * scale));
    }
    return dashes;
  }
}

/**
 * Where a line begins and ends and how its arrowhead looks, all in world units, so that neither end lies under the
 * mark of its place.
 *
 * @param {Track} track
 * @param {number} unit        world units a pixel
 * @param {number} size        of the arrowhead: 1 for the usual
 * @param {number} widthPx     of the line
 * @param {number} startGapPx  from the place to the line
 * @param {number} endGapPx
 * @returns {{from: number, to: number, head: Point[]|null}} `head` in longitude, latitude; null where the line is too short
 */
export function arrow(track, unit, size, widthPx, startGapPx, endGapPx) {
  const headPx = 7.5 * size + 0.85 * widthPx;
  const half = (3.6 * size + 0.85 * widthPx) * unit;
  let from = startGapPx * unit;
  let tip = track.length - endGapPx * unit;
  if (tip - from < 1.6 * headPx * unit) {
    from = 0;
    tip = track.length;
  }
  const base = tip - headPx * unit;
  if (base <= from) return { from, to: tip, head: null };
  const [tx, ty] = track.at(tip);
  const [bx, by] = track.at(base);
  const length = Math.hypot(tx - bx, ty - by) || 1;
  const nx = (-(ty - by) / length) * half;
  const ny = ((tx - bx) / length) * half;
  const notch = 0.22; // how far the arrowhead's back is drawn in
  const head = [
    toDegrees(tx, ty),
    toDegrees(bx + nx, by + ny),
    toDegrees(bx + notch * (tx - bx), by + notch * (ty - by)),
    toDegrees(bx - nx, by - ny),
  ];
  return { from, to: base + notch * (tip - base), head };
}

/** @typedef {{rings: Float64Array[], box: [number, number, number, number]}} Area rings of x, y, … in world units */

/** @param {{type: string, coordinates: any}} geometry polygon or multipolygon, longitude and latitude @returns {Area} */
export function areaOf(geometry) {
  const polygons = geometry.type === "Polygon" ? [geometry.coordinates] : geometry.coordinates;
  /** @type {[number, number, number, number]} */
  const box = [Infinity, Infinity, -Infinity, -Infinity];
  const rings = [];
  for (const ring of polygons.flat()) {
    const flat = new Float64Array(ring.length * 2);
    for (let i = 0; i < ring.length; i++) {
      const [x, y] = toWorld(ring[i][0], ring[i][1]);
      flat[2 * i] = x;
      flat[2 * i + 1] = y;
      box[0] = Math.min(box[0], x);
      box[1] = Math.min(box[1], y);
      box[2] = Math.max(box[2], x);
      box[3] = Math.max(box[3], y);
    }
    rings.push(flat);
  }
  return { rings, box };
}

/**
 * Parallel slanting lines inside an area and inside a window.
 *
 * @param {Area} area
 * @param {number} gap  world units between lines
 * @param {1|-1} slope  rising or falling to the right
 * @param {[number, number, number, number]} window  left, bottom, right, top
 * @returns {Point[][]} longitude, latitude of both ends of each line
 */
export function hatch(area, gap, slope, window) {
  const left = Math.max(area.box[0], window[0]);
  const bottom = Math.max(area.box[1], window[1]);
  const right = Math.min(area.box[2], window[2]);
  const top = Math.min(area.box[3], window[3]);
  if (left >= right || bottom >= top) return [];
  const step = gap * Math.SQRT2;
  // Line number k is where y = slope * x + k * step.
  const corners = [bottom - slope * left, bottom - slope * right, top - slope * left, top - slope * right];
  const first = Math.ceil(Math.min(...corners) / step);
  const last = Math.floor(Math.max(...corners) / step);
  /** @type {number[][]} where each line meets the outline, as x */
  const hits = Array.from({ length: Math.max(0, last - first + 1) }, () => []);
  for (const ring of area.rings) {
    for (let i = 0; i + 3 < ring.length; i += 2) {
      const here = ring[i + 1] - slope * ring[i];
      const there = ring[i + 3] - slope * ring[i + 2];
      const low = Math.max(first, Math.ceil(Math.min(here, there) / step));
      const high = Math.min(last, Math.ceil(Math.max(here, there) / step) - 1);
      for (let k = low; k <= high; k++) {
        hits[k - first].push(ring[i] + ((k * step - here) / (there - here)) * (ring[i + 2] - ring[i]));
      }
    }
  }
  const lines = [];
  for (let k = first; k <= last; k++) {
    const edges = [slope * (bottom - k * step), slope * (top - k * step)]; // where the line enters and leaves the window
    const xs = hits[k - first].sort((a, b) => a - b);
    for (let i = 0; i + 1 < xs.length; i += 2) {
      const from = Math.max(xs[i], left, Math.min(...edges));
      const to = Math.min(xs[i + 1], right, Math.max(...edges));
      if (from < to) lines.push([toDegrees(from, slope * from + k * step), toDegrees(to, slope * to + k * step)]);
    }
  }
  return lines;
}
