// @ts-check
/** Who is where: every dot is one person (or `per_dot` people), on the way or standing at a place. */

import { Track, toDegrees, toWorld } from "./geometry.js";

/** @typedef {import("./payload.js").Payload} Payload */

const TRAVEL = 0.5; // share of a transfer's dated span that one person is on the way; the rest staggers departures
const SPACING_PX = 5.4; // between people who stand
const FULL_SIZE_UNIT = 2 ** -4.6; // world units a pixel at which dots have the size that Python gave them
const GOLDEN = Math.PI * (3 - Math.sqrt(5));

/** @param {number} n @returns {number} in [0, 1), scattered but always the same */
const scatter = (n) => {
  const s = Math.sin(n * 12.9898 + 78.233) * 43758.5453;
  return s - Math.floor(s);
};

/** The dots of one scene. */
export class People {
  /**
   * @param {Payload} payload
   * @param {Map<string, Track>} tracks by transfer
   */
  constructor(payload, tracks) {
    const perDot = payload.people.per_dot;
    const index = new Map(payload.places.map((place, i) => [place.id, i]));
    this.places = payload.places;
    this.standing = payload.standing;
    this.perDot = perDot;
    this.groups = payload.transfers
      .filter((transfer) => transfer.moves)
      .map((transfer) => ({
        transfer,
        track: /** @type {Track} */ (tracks.get(transfer.id)),
        sure: Math.ceil(transfer.min / perDot),
        all: Math.max(Math.ceil((transfer.max ?? transfer.min) / perDot), Math.ceil(transfer.min / perDot)),
        from: index.get(transfer.waits_at) ?? -1,
        to: index.get(transfer.to) ?? -1,
      }));
    this.sides = this.#freeSides(tracks, payload);
    this.most = this.#mostAtOnce();
    this.slots = this.most.map((count, i) => crowd(count, this.sides[i], clearance(this.places[i])));
    const dots = this.groups.reduce((sum, group) => sum + group.all, 0) + this.most.reduce((a, b) => a + b, 0);
    this.positions = new Float32Array(2 * dots);
    this.fills = new Uint8ClampedArray(4 * dots);
    this.rims = new Uint8ClampedArray(4 * dots);
  }

  /**
   * For each place the direction in which no line touches it: there its people stand.
   * @param {Map<string, Track>} tracks @param {Payload} payload @returns {number[]} radians
   */
  #freeSides(tracks, payload) {
    /** @type {Map<string, number[]>} */
    const touched = new Map(this.places.map((place) => [place.id, []]));
    for (const transfer of payload.transfers) {
      const track = tracks.get(transfer.id);
      if (!track) continue;
      const reach = Math.min(track.length * 0.25, track.length);
      const towards = (/** @type {string} */ id, /** @type {number} */ end, /** @type {number} */ inner) => {
        const [x0, y0] = track.at(end);
        const [x1, y1] = track.at(inner);
        touched.get(id)?.push(Math.atan2(y1 - y0, x1 - x0));
      };
      towards(transfer.from, 0, reach);
      towards(transfer.to, track.length, track.length - reach);
    }
    return this.places.map((place) => {
      const angles = touched.get(place.id) ?? [];
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
    const times = new Set([
      ...this.standing.map((step) => step[0]),
      ...this.groups.flatMap((g) => [g.transfer.start, g.transfer.end]),
    ]);
    for (const time of times) {
      const counts = this.#standingAt(time);
      for (const group of this.groups) {
        const { start, end } = group.transfer;
        if (start <= time && time < end && group.from >= 0) counts[group.from][1] += group.all; // before they leave
      }
      counts.forEach(([, all], i) => (most[i] = Math.max(most[i], all)));
    }
    return most;
  }

  /** @param {number} time @returns {[number, number][]} sure and possible dots by place */
  #standingAt(time) {
    /** @type {[number, number][]} */
    const counts = this.places.map(() => [0, 0]);
    for (const [second, place, low, high] of this.standing) {
      if (second > time) break;
      counts[place] = [
        Math.ceil(low / this.perDot),
        Math.max(Math.ceil(high / this.perDot), Math.ceil(low / this.perDot)),
      ];
    }
    return counts;
  }

  /**
   * Writes where every dot is.
   *
   * @param {number} time   seconds
   * @param {number} unit   world units a pixel
   * @param {{person: number[], rim: number[], perhaps: number[]}} colors
   * @returns {number} how many dots there are
   */
  place(time, unit, colors) {
    unit *= this.scale(unit);
    const counts = this.#standingAt(time);
    let n = 0;
    const put = (/** @type {number} */ x, /** @type {number} */ y, /** @type {boolean} */ sure) => {
      const [longitude, latitude] = toDegrees(x, y);
      this.positions[2 * n] = longitude;
      this.positions[2 * n + 1] = latitude;
      this.fills.set(colors.person, 4 * n);
      if (!sure) this.fills[4 * n + 3] = 30;
      this.rims.set(sure ? colors.rim : colors.perhaps, 4 * n);
      n++;
    };
    const stand = (/** @type {number} */ place, /** @type {boolean} */ sure) => {
      if (place < 0) return;
      counts[place][0] += sure ? 1 : 0;
      counts[place][1] += 1;
    };
    for (const { transfer, track, sure, all, from, to } of this.groups) {
      const { start, end } = transfer;
      if (time < start || time >= end) continue;
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
          const eased = share * share * (3 - 2 * share);
          const [x, y, dx, dy] = track.at(eased * track.length);
          const aside = (scatter(i) - 0.5) * Math.max(3, (transfer.width_max ?? transfer.width_min) - 1) * unit;
          put(x - dy * aside, y + dx * aside, i < sure);
        }
      }
    }
    counts.forEach(([sure, all], i) => {
      if (!all) return;
      const [x, y] = toWorld(this.places[i].lon, this.places[i].lat);
      for (let k = 0; k < Math.min(all, this.slots[i].length); k++) {
        const [dx, dy] = this.slots[i][k];
        put(x + dx * unit, y + dy * unit, k < sure);
      }
    });
    return n;
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
   * @returns {{x: number, y: number, radius: number}|null} disc of its fullest crowd, pixels from the place, y up
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
