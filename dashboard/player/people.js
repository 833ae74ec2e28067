// @ts-check
/** Who is where: every dot is one person (or `per_dot` people), on the way or standing at a place. */

import { rgba } from "./colors.js";
import { toDegrees, toWorld } from "./geometry.js";

/** @typedef {import("./payload.js").Payload} Payload */

const TRAVEL = 0.5; // share of a transfer's dated span that one person is on the way; the rest staggers departures
const SPACING_PX = 5.4; // between people who stand
const FULL_SIZE_UNIT = 2 ** -4.6; // world units a pixel at which dots have the size that Python gave them
/** How far behind a person each mark of the trail is, as a share of the way, and how strong; weakest first. */
const TRAIL = [
  [0.045, 0.16],
  [0.03, 0.28],
  [0.015, 0.45],
];
const GOLDEN = Math.PI * (3 - Math.sqrt(5));

/** @param {number} n @returns {number} in [0, 1), scattered but always the same */
const scatter = (n) => {
  const s = Math.sin(n * 12.9898 + 78.233) * 43758.5453;
  return s - Math.floor(s);
};

/** The dots of one scene. */
export default class People {
  /** @param {Payload} payload */
  constructor(payload) {
    const perDot = payload.scale.per_dot;
    this.places = payload.places;
    this.spots = payload.places.map((place) => toWorld(place.lon, place.lat));
    this.standing = payload.standing;
    this.perDot = perDot;
    // Where a dot is several people, what is left of one transfer is carried over to the next.
    let [sureSoFar, allSoFar] = [0, 0];
    const dots = (/** @type {number} */ before, /** @type {number} */ after) =>
      Math.ceil(after / perDot) - Math.ceil(before / perDot);
    /** Transfers whose people move, in order of time. */
    this.groups = payload.transfers
      .filter((transfer) => transfer.moves)
      .map((transfer) => {
        const most = Math.max(transfer.max ?? transfer.min, transfer.min);
        const sure = dots(sureSoFar, sureSoFar + transfer.min);
        const all = Math.max(dots(allSoFar, allSoFar + most), sure);
        sureSoFar += transfer.min;
        allSoFar += most;
        return { transfer, track: transfer.track, sure, all, from: transfer.waits_at, to: transfer.to };
      });
    this.longest = this.groups.reduce((most, { transfer }) => Math.max(most, transfer.end - transfer.start), 0);
    this.sides = this.#freeSides(payload);
    this.passed = 0; // rows of `standing` that are in `counts`
    this.counts = new Float64Array(2 * this.places.length); // sure and possible dots by place
    this.most = this.#mostAtOnce();
    this.slots = this.most.map((count, i) => crowd(count, this.sides[i], clearance(this.places[i])));
    const every = this.groups.reduce((sum, group) => sum + group.all, 0) * (1 + TRAIL.length);
    this.room = every + this.most.reduce((a, b) => a + b, 0);
    this.positions = new Float32Array(2 * this.room);
    this.fills = new Uint8ClampedArray(4 * this.room);
    this.rims = new Uint8ClampedArray(4 * this.room);
    this.now = new Float64Array(2 * this.places.length);
  }

  /**
   * For each place the direction in which no line touches it: there its people stand.
   * @param {Payload} payload @returns {number[]} radians
   */
  #freeSides(payload) {
    /** @type {Set<number>[]} */
    const touched = this.places.map(() => new Set());
    const seen = new Set();
    for (const { track, from, to } of payload.transfers) {
      if (seen.has(track)) continue;
      seen.add(track);
      const reach = track.length * 0.25;
      const towards = (/** @type {number} */ place, /** @type {number} */ end, /** @type {number} */ inner) => {
        const [x0, y0] = track.at(end);
        const [x1, y1] = track.at(inner);
        touched[place].add(Math.round(Math.atan2(y1 - y0, x1 - x0) * 60) / 60);
      };
      towards(from, 0, reach);
      towards(to, track.length, track.length - reach);
    }
    return touched.map((set) => {
      const angles = [...set];
      let best = -Math.PI / 2;
      let widest = -1;
      for (let k = 0; k < 24; k++) {
        const angle = (k * Math.PI) / 12 - Math.PI / 2;
        const gap = Math.min(
          Math.PI,
          ...angles.map((other) => Math.abs(Math.atan2(Math.sin(angle - other), Math.cos(angle - other)))),
        );
        if (gap > widest + 1e-6) [best, widest] = [angle, gap];
      }
      return best;
    });
  }

  /** @returns {number[]} dots that stand at each place at the fullest moment */
  #mostAtOnce() {
    const most = this.places.map(() => 0);
    const waiting = new Float64Array(this.places.length); // those of a transfer under way who have not left
    const starts = this.groups.filter(({ from, all }) => from >= 0 && all);
    const ends = [...starts].sort((a, b) => a.transfer.end - b.transfer.end);
    const times = new Set(this.standing.second);
    for (const { transfer } of starts) times.add(transfer.start).add(transfer.end);
    let [begun, ended] = [0, 0];
    for (const time of [...times].sort((a, b) => a - b)) {
      for (; begun < starts.length && starts[begun].transfer.start <= time; begun++)
        waiting[starts[begun].from] += starts[begun].all;
      for (; ended < ends.length && ends[ended].transfer.end <= time; ended++)
        waiting[ends[ended].from] -= ends[ended].all;
      this.#stand(time);
      for (let i = 0; i < most.length; i++) most[i] = Math.max(most[i], this.counts[2 * i + 1] + waiting[i]);
    }
    return most;
  }

  /** Brings `counts` to a time. @param {number} time */
  #stand(time) {
    const { second, place, min, more } = this.standing;
    if (this.passed && second[this.passed - 1] > time) {
      this.passed = 0;
      this.counts.fill(0);
    }
    for (; this.passed < second.length && second[this.passed] <= time; this.passed++) {
      const i = this.passed;
      const sure = Math.ceil(min[i] / this.perDot);
      this.counts[2 * place[i]] = sure;
      this.counts[2 * place[i] + 1] = Math.max(Math.ceil((min[i] + more[i]) / this.perDot), sure);
    }
  }

  /**
   * Writes where every dot is.
   *
   * @param {number} time   seconds
   * @param {number} pixel  world units
   * @param {Record<string, string>} colors  of the theme
   * @returns {number} how many dots there are
   */
  place(time, pixel, colors) {
    const unit = pixel * this.scale(pixel);
    const [person, rim, perhaps] = [rgba(colors.person), rgba(colors.rim), rgba(colors.perhaps)];
    const { positions, fills, rims, now } = this;
    this.#stand(time);
    now.set(this.counts);
    let n = 0;
    const put = (
      /** @type {number} */ x,
      /** @type {number} */ y,
      /** @type {boolean} */ sure,
      /** @type {number} */ strength,
    ) => {
      if (n >= this.room) return;
      const [longitude, latitude] = toDegrees(x, y);
      positions[2 * n] = longitude;
      positions[2 * n + 1] = latitude;
      const edge = sure ? rim : perhaps;
      for (let k = 0; k < 3; k++) {
        fills[4 * n + k] = person[k];
        rims[4 * n + k] = edge[k];
      }
      fills[4 * n + 3] = (sure ? 255 : 30) * strength;
      rims[4 * n + 3] = strength < 1 ? 0 : 255;
      n++;
    };
    const stand = (/** @type {number} */ place, /** @type {boolean} */ sure) => {
      if (place < 0) return;
      now[2 * place] += sure ? 1 : 0;
      now[2 * place + 1] += 1;
    };
    // Transfers come in order of their beginning: those that began too long ago have ended.
    for (let g = this.#firstAfter(time - this.longest); g < this.groups.length; g++) {
      const { transfer, track, sure, all, from, to } = this.groups[g];
      const { start, end } = transfer;
      if (time < start) break;
      if (time >= end) continue;
      const travel = (end - start) * TRAVEL;
      for (let i = 0; i < all; i++) {
        const order = scatter(i * 7 + 1);
        const leaves = start + ((i + 0.6 * order) / all) * (end - start - travel);
        const share = (time - leaves) / travel;
        if (share <= 0) {
          stand(from, i < sure);
        } else if (share >= 1) {
          stand(to, i < sure);
        } else {
          const aside = (scatter(i) - 0.5) * Math.max(3, (transfer.width_max ?? transfer.width_min) - 1) * unit;
          const trail = (/** @type {number} */ at, /** @type {number} */ strength) => {
            const [x, y, dx, dy] = track.at(at * at * (3 - 2 * at) * track.length);
            put(x - dy * aside, y + dx * aside, i < sure, strength);
          };
          for (const [behind, strength] of TRAIL) if (share > behind) trail(share - behind, strength);
          trail(share, 1);
        }
      }
    }
    for (let i = 0; i < this.places.length; i++) {
      const [x, y] = this.spots[i];
      const slots = this.slots[i];
      for (let k = 0; k < Math.min(now[2 * i + 1], slots.length); k++)
        put(x + slots[k][0] * unit, y + slots[k][1] * unit, k < now[2 * i], 1);
    }
    return n;
  }

  /**
   * @param {number} time   seconds
   * @param {number} unit   world units a pixel
   * @param {Record<string, string>} colors  of the theme
   * @returns {Object} what deck.gl draws
   */
  drawn(time, unit, colors) {
    const length = this.place(time, unit, colors);
    return {
      radiusScale: this.scale(unit),
      // A new object each time, so that deck.gl sends the arrays to the graphics card again.
      data: {
        length,
        attributes: {
          getPosition: { value: this.positions.subarray(0, 2 * length), size: 2 },
          getFillColor: { value: this.fills.subarray(0, 4 * length), size: 4 },
          getLineColor: { value: this.rims.subarray(0, 4 * length), size: 4 },
        },
      },
    };
  }

  /** @param {number} time @returns {number} the first group that begins at it or later */
  #firstAfter(time) {
    let [low, high] = [0, this.groups.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.groups[middle].transfer.start < time) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /**
   * @param {number} unit world units a pixel
   * @returns {number} how large dots are drawn: smaller where the map is
   */
  scale(unit) {
    return Math.min(Math.max((FULL_SIZE_UNIT / unit) ** 0.5, 0.6), 1.25);
  }

  /**
   * @param {number} place index
   * @param {number} unit world units a pixel
   * @returns {import("./view.js").Disc|null} disc of its fullest crowd, pixels from the place, y up
   */
  disc(place, unit) {
    if (!this.most[place]) return null;
    const scale = this.scale(unit);
    const radius = scale * radiusOf(this.most[place]);
    const away = scale * clearance(this.places[place]) + radius;
    return { x: away * Math.cos(this.sides[place]), y: away * Math.sin(this.sides[place]), radius: radius + 3 };
  }
}

/** @param {number} count @returns {number} pixels */
const radiusOf = (count) => 0.55 * SPACING_PX * Math.sqrt(count);

/** @param {import("./payload.js").Place} place @returns {number} pixels kept free around its mark */
const clearance = (place) => (place.ring ? 14 : 9);

/**
 * Standing room beside a place: a disc of evenly spread positions, those nearest the place first.
 *
 * @param {number} count
 * @param {number} side   direction of the disc, radians
 * @param {number} clear  pixels kept free around the place
 * @returns {[number, number][]} pixels from the place, y up
 */
function crowd(count, side, clear) {
  const radius = radiusOf(count);
  const away = clear + radius;
  /** @type {[number, number][]} */
  const slots = Array.from({ length: count }, (_, i) => {
    const r = radiusOf(i + 0.5);
    return [away * Math.cos(side) + r * Math.cos(i * GOLDEN), away * Math.sin(side) + r * Math.sin(i * GOLDEN)];
  });
  return slots.sort((a, b) => Math.hypot(...a) - Math.hypot(...b));
}
