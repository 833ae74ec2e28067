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

const RADIUS_KM = 6371.0088;
const [FULL_BOW_KM, LOOP_KM, STEP_KM, STEP_DEGREES] = [1500, 35, 100, 2.5]; // as in geodata/geo/routes.py
const DEGREE = Math.PI / 180;

/**
 * @param {Point} from longitude, latitude
 * @param {number} azimuth radians
 * @param {number} angle   of the great circle, radians
 * @returns {Point} longitude, latitude
 */
function ahead([longitude, latitude], azimuth, angle) {
  const phi = latitude * DEGREE;
  const sine = Math.sin(phi) * Math.cos(angle) + Math.cos(phi) * Math.sin(angle) * Math.cos(azimuth);
  const turn = Math.atan2(Math.sin(azimuth) * Math.sin(angle) * Math.cos(phi), Math.cos(angle) - Math.sin(phi) * sine);
  return [longitude + turn / DEGREE, Math.asin(Math.min(Math.max(sine, -1), 1)) / DEGREE];
}

/**
 * One stretch of a lane: `bowed` of geodata/geo/routes.py, on a sphere.
 *
 * @param {Point} start longitude, latitude
 * @param {Point} end
 * @param {number} bow  height of the arc as a share of the distance, positive to the right
 * @returns {Point[]}
 */
function arc(start, end, bow) {
  const [phi, psi] = [start[1] * DEGREE, end[1] * DEGREE];
  const delta = (end[0] - start[0]) * DEGREE;
  const across = Math.cos(psi) * Math.sin(delta);
  const along = Math.cos(phi) * Math.sin(psi) - Math.sin(phi) * Math.cos(psi) * Math.cos(delta);
  const angle = Math.atan2(
    Math.hypot(across, along),
    Math.sin(phi) * Math.sin(psi) + Math.cos(phi) * Math.cos(psi) * Math.cos(delta),
  );
  const azimuth = Math.atan2(across, along);
  const distance = angle * RADIUS_KM;
  const loop = distance < 0.001;
  const turn = loop ? 360 : (2 * Math.atan(Math.PI * Math.abs(bow))) / DEGREE;
  const steps = 2 * Math.max(Math.floor(turn / STEP_DEGREES / 2), Math.floor(distance / 2 / STEP_KM), 6);
  const height = (bow * (distance - 0.9 * Math.max(distance - FULL_BOW_KM, 0))) / RADIUS_KM;
  const middle = loop ? ahead(start, 45 * DEGREE, LOOP_KM / RADIUS_KM) : start;
  const points = [start];
  for (let k = 1; k < steps; k++) {
    const share = k / steps;
    if (loop) {
      points.push(ahead(middle, (225 + 360 * share) * DEGREE, LOOP_KM / RADIUS_KM));
      continue;
    }
    const gone = angle * share;
    const heading = Math.atan2(
      Math.sin(azimuth) * Math.cos(phi),
      Math.cos(gone) * Math.cos(phi) * Math.cos(azimuth) - Math.sin(gone) * Math.sin(phi),
    );
    points.push(ahead(ahead(start, azimuth, gone), heading + Math.PI / 2, height * Math.sin(Math.PI * share)));
  }
  points.push(end);
  return points;
}

/** A line that can be asked for its point at any distance. */
export class Track {
  /**
   * @param {Point[]} stops longitude and latitude of origin, places on the way, destination
   * @param {number} bow    how far each stretch bows to the right of its way, as a share of its distance
   */
  constructor(stops, bow) {
    const points = [stops[0]];
    this.longitude = stops[0][0];
    this.stops = [0]; // vertex of each stop
    for (let i = 1; i < stops.length; i++) {
      for (const point of arc(stops[i - 1], stops[i], bow).slice(1)) points.push(point);
      this.stops.push(points.length - 1);
    }
    const count = points.length;
    this.xs = new Float64Array(count);
    this.ys = new Float64Array(count);
    this.sums = new Float64Array(count); // distance from the start
    this.turns = new Float64Array(count); // radians that the line has turned by each vertex and the edge after it
    let turn = 0; // longitudes run on past 180
    for (let i = 0; i < count; i++) {
      const [longitude, latitude] = points[i];
      if (i) turn -= 360 * Math.round((longitude + turn - this.longitude) / 360);
      this.longitude = longitude + turn;
      [this.xs[i], this.ys[i]] = toWorld(this.longitude, latitude);
      if (i) this.sums[i] = this.sums[i - 1] + Math.hypot(this.xs[i] - this.xs[i - 1], this.ys[i] - this.ys[i - 1]);
    }
    for (let i = 1; i < count; i++) {
      const [beforeX, beforeY] = [this.xs[i] - this.xs[i - 1], this.ys[i] - this.ys[i - 1]];
      const [afterX, afterY] =
        i + 1 < count ? [this.xs[i + 1] - this.xs[i], this.ys[i + 1] - this.ys[i]] : [beforeX, beforeY];
      const bend = Math.atan2(beforeX * afterY - beforeY * afterX, beforeX * afterX + beforeY * afterY);
      this.turns[i] = this.turns[i - 1] + Math.abs(bend);
    }
    this.length = this.sums[count - 1];
  }

  /** @param {number} distance @param {number} [near] where to look first @returns {number} index of the vertex before */
  #before(distance, near = 0) {
    const { sums } = this;
    for (let i = Math.max(near - 1, 0); near && i < Math.min(near + 2, sums.length - 1); i++)
      if (sums[i] <= distance && distance < sums[i + 1]) return i;
    let low = 0;
    let high = sums.length - 2;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (sums[middle] <= distance) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  /**
   * @param {number} distance from the start
   * @param {number} [near]   index of a vertex near-by
   * @returns {[number, number, number, number]} x, y, and the direction there as a unit vector
   */
  at(distance, near = 0) {
    const i = this.#before(distance, near);
    const step = this.sums[i + 1] - this.sums[i] || 1;
    const share = Math.min(Math.max((distance - this.sums[i]) / step, 0), 1);
    const dx = this.xs[i + 1] - this.xs[i];
    const dy = this.ys[i + 1] - this.ys[i];
    return [this.xs[i] + share * dx, this.ys[i] + share * dy, dx / step, dy / step];
  }

  /**
   * A stretch of the line as an area of even width, with no more corners than the eye can tell.
   *
   * @param {number} from
   * @param {number} to
   * @param {number} half  of the width
   * @param {number} slack  how far a straight edge may leave the curve
   * @param {import("./mesh.js").default} mesh  that takes it
   */
  ribbon(from, to, half, slack, mesh) {
    const { sums, turns } = this;
    const last = sums.length - 1;
    const isFlat = (/** @type {number} */ distance, /** @type {number} */ turned, /** @type {number} */ vertex) => {
      const turn = turns[vertex - 1] - turned;
      return (sums[vertex] - distance + half * turn) * turn < 8 * slack; // the height of a flat arc
    };
    let i = this.#before(from);
    for (let distance = from, end = false; !end; ) {
      end = distance >= to;
      const [x, y] = this.at(distance, i);
      const [, , beforeX, beforeY] = this.at(Math.max(distance - half, from), i);
      const [, , afterX, afterY] = this.at(Math.min(distance + half, to), i);
      const turn = Math.hypot(beforeX + afterX, beforeY + afterY) || 1;
      const dx = ((beforeX + afterX) / turn) * half;
      const dy = ((beforeY + afterY) / turn) * half;
      mesh.pair(x - dy, y + dx, x + dy, y - dx, distance === from);
      while (i < last && sums[i] <= distance) i++;
      const turned = turns[i - 1];
      while (i < last && sums[i] < to && isFlat(distance, turned, i + 1)) i++;
      distance = Math.min(sums[i] > distance ? sums[i] : to, to);
    }
  }

  /**
   * @param {number} distance
   * @param {number} reach to either side
   * @param {number} half of its width
   * @returns {Point[]} a bar across the line, in world units
   */
  bar(distance, reach, half) {
    const [x, y, dx, dy] = this.at(distance);
    /** @type {(along: number, aside: number) => Point} */
    const corner = (along, aside) => [x + along * dx - aside * dy, y + along * dy + aside * dx];
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
 * @returns {{from: number, to: number, head: Point[]|null}} `head` is null where the line is too short
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
  /** @type {Point[]} */
  const head = [
    [tx, ty],
    [bx + nx, by + ny],
    [bx + notch * (tx - bx), by + notch * (ty - by)],
    [bx - nx, by - ny],
  ];
  return { from, to: base + notch * (tip - base), head };
}
