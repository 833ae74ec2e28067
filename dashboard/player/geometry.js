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
  /**
   * @param {number[]} path longitude, latitude, …, in thousandths of a degree: the first point, then steps
   */
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

  /**
   * A stretch of the line as an area of even width.
   *
   * @param {number} from
   * @param {number} to
   * @param {number} half  of the width
   * @returns {Point[]} outline, longitude and latitude
   */
  ribbon(from, to, half) {
    const distances = [from];
    for (let i = this.#before(from) + 1; i < this.sums.length && this.sums[i] < to; i++) {
      if (this.sums[i] > from) distances.push(this.sums[i]);
    }
    distances.push(to);
    /** @type {Point[]} */
    const left = [];
    /** @type {Point[]} */
    const right = [];
    for (const distance of distances) {
      const [x, y] = this.at(distance);
      const [, , beforeX, beforeY] = this.at(Math.max(distance - half, from));
      const [, , afterX, afterY] = this.at(Math.min(distance + half, to));
      const turn = Math.hypot(beforeX + afterX, beforeY + afterY) || 1;
      const dx = ((beforeX + afterX) / turn) * half;
      const dy = ((beforeY + afterY) / turn) * half;
      left.push(toDegrees(x - dy, y + dx));
      right.push(toDegrees(x + dy, y - dx));
    }
    return [...left, ...right.reverse()];
  }

  /**
   * @param {number} distance
   * @param {number} reach to either side
   * @param {number} half of its width
   * @returns {Point[]} a bar across the line
   */
  bar(distance, reach, half) {
    const [x, y, dx, dy] = this.at(distance);
    const corner = (/** @type {number} */ along, /** @type {number} */ aside) =>
      toDegrees(x + along * dx - aside * dy, y + along * dy + aside * dx);
    return [corner(-half, -reach), corner(half, -reach), corner(half, reach), corner(-half, reach)];
  }

  /**
   * @param {number} from
   * @param {number} to
   * @param {number} on
   * @param {number} off
   * @returns {[number, number][]} where dashes begin and end
   */
  dashes(from, to, on, off) {
    const count = Math.max(1, Math.round((to - from + off) / (on + off)));
    const scale = (to - from) / (count * (on + off) - off);
    return Array.from({ length: count }, (_, k) => {
      const start = from + k * (on + off) * scale;
      return [start, start + on * scale];
    });
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
