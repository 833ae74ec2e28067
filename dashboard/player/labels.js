// @ts-check
/** Labels: plain elements over the map that give way to each other, to the panels and to the lines. */

import { toWorld } from "./geometry.js";

/** @typedef {import("./payload.js").Payload} Payload */
/** @typedef {import("./geometry.js").Track} Track */
/** @typedef {{left: number, top: number, right: number, bottom: number}} Box pixels of the stage */
/**
 * @typedef {Object} Wish           where a label would like to be
 * @property {string} id
 * @property {"count"|"place"|"country"} kind
 * @property {string} text
 * @property {string} [note]        a second, smaller line
 * @property {string} [color]
 * @property {boolean} [faint]
 * @property {boolean} [small]      without a box, and only where there is room
 * @property {boolean} [open]       a mark that the number has no upper limit
 * @property {boolean} [differs]    a mark that the other map has another number
 * @property {(width: number, height: number) => [number, number][]} spots  left and top edges, best first
 * @property {boolean} [must]       shown even where it has to cover a line
 * @property {Grid} [shun]          points that it should keep away from
 */

/** @param {Box} a @param {Box} b */
const overlap = (a, b) => a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;

const CELL_PX = 32;
const MOST = 120; // numbers on lines, and names at places, that look for room at all
const LETTER_PX = 5; // a country narrower than this for each letter is not named
const ON_A_LINE = [0.5, 0.44, 0.56, 0.38, 0.62, 0.32, 0.68, 0.26, 0.74];
const ON_AN_ATTEMPT = [0.3, 0.36, 0.24, 0.42];
const NEAR_THE_MIDDLE = [
  [0, 0],
  [0, -26],
  [0, 26],
  [-46, 0],
  [46, 0],
  [-46, -26],
  [46, -26],
  [-46, 26],
  [46, 26],
];

/** Points sorted into squares, so that those inside a box are found without looking at all. */
export class Grid {
  /** @param {[number, number][]} points */
  constructor(points) {
    /** @type {Map<string, [number, number][]>} */
    this.cells = new Map();
    for (const point of points) {
      const key = `${Math.floor(point[0] / CELL_PX)} ${Math.floor(point[1] / CELL_PX)}`;
      const cell = this.cells.get(key);
      if (cell) cell.push(point);
      else this.cells.set(key, [point]);
    }
  }

  /** @param {Box} box @returns {number} */
  count({ left, top, right, bottom }) {
    let found = 0;
    for (let i = Math.floor(left / CELL_PX); i * CELL_PX < right; i++) {
      for (let j = Math.floor(top / CELL_PX); j * CELL_PX < bottom; j++) {
        for (const [x, y] of this.cells.get(`${i} ${j}`) ?? [])
          found += Number(x > left && x < right && y > top && y < bottom);
      }
    }
    return found;
  }
}

/** Labels of one stage. */
export class Labels {
  /** @param {HTMLElement} parent */
  constructor(parent) {
    this.parent = parent;
    /** @type {import("./payload.js").Transfer[]} */
    this.numbered = []; // whose numbers are shown
    /** @type {string[]} */
    this.named = []; // countries whose names are shown
    /** @type {Map<string, {element: HTMLElement, key: string, look: string, width: number, height: number}>} */
    this.known = new Map();
  }

  /** @param {Wish} wish */
  #element(wish) {
    const key = JSON.stringify([wish.kind, wish.text, wish.note, wish.open, wish.small, wish.differs]);
    let known = this.known.get(wish.id);
    if (!known || known.key !== key) {
      known?.element.remove();
      const element = document.createElement("div");
      element.className = `ptm-label ptm-label-${wish.kind}${wish.small ? " ptm-small" : ""}`;
      element.dir = "auto";
      element.classList.toggle("ptm-differs", Boolean(wish.differs));
      element.append(wish.differs ? `≠ ${wish.text}` : wish.text);
      if (wish.open) {
        const plus = document.createElement("sup");
        plus.textContent = "+";
        element.append(plus);
      }
      if (wish.note) {
        const note = document.createElement("small");
        note.textContent = wish.note;
        element.append(note);
      }
      this.parent.append(element);
      known = { element, key, look: "", width: element.offsetWidth, height: element.offsetHeight };
      this.known.set(wish.id, known);
    }
    return known;
  }

  /** @param {string} id @param {string} [color] @param {boolean} [faint] */
  style(id, color = "", faint = false) {
    const known = this.known.get(id);
    const look = `${color} ${faint}`;
    if (!known || known.look === look) return;
    known.look = look;
    known.element.style.setProperty("--ptm-label", color);
    known.element.classList.toggle("ptm-faint", faint);
  }

  /**
   * Places the labels, the most important first.
   *
   * @param {Wish[]} wishes  in order of importance
   * @param {{taken: Box[], crowds: Box[], points: [number, number][]}} map  what no label may cover; where people stand at
   *   times, and points of lines, which labels rather leave free
   * @param {{width: number, height: number}} size of the stage
   */
  place(wishes, { taken, crowds, points }, size) {
    const boxes = [...taken];
    const lines = new Grid(points);
    const seen = new Set();
    for (const wish of wishes) {
      const { element, width, height } = this.#element(wish);
      let best = null;
      let least = Infinity;
      for (const [rank, [left, top]] of wish.spots(width, height).entries()) {
        const box = { left: left - 2, top: top - 1, right: left + width + 2, bottom: top + height + 1 };
        if (box.left < 0 || box.top < 0 || box.right > size.width || box.bottom > size.height) continue;
        if (boxes.some((other) => overlap(box, other))) continue;
        const covered = wish.kind === "count" ? 0 : lines.count(box);
        const crowded = crowds.filter((other) => overlap(box, other)).length;
        if ((covered || crowded) && !wish.must && wish.kind === "country") continue;
        const near = wish.shun
          ? wish.shun.count({ left: box.left - 16, top: box.top - 16, right: box.right + 16, bottom: box.bottom + 16 })
          : 0;
        const cost = covered * 3 + crowded * 8 + near * 5 + rank;
        if (cost < least) [best, least] = [box, cost];
      }
      element.hidden = !best;
      seen.add(wish.id);
      if (!best) continue;
      boxes.push(best);
      element.style.transform = `translate(${Math.round(best.left + 2)}px, ${Math.round(best.top + 1)}px)`;
      this.style(wish.id, wish.color, wish.faint);
    }
    for (const [id, { element }] of this.known) {
      if (seen.has(id)) continue;
      element.remove();
      this.known.delete(id);
    }
  }
}

/** @typedef {import("./map.js").Stage} Stage */

/**
 * Writes counts on lines, names at places and on countries.
 *
 * @param {Stage} stage
 * @param {Labels} labels
 * @param {HTMLElement[]} boxes  that lie over the map
 */
export function label(stage, labels, boxes) {
  const payload = /** @type {Payload} */ (stage.payload);
  const marks = payload.places.map((place) => stage.toScreen(...toWorld(place.lon, place.lat)));
  const discs = payload.places.map((_, i) => stage.people?.disc(i, stage.unit) ?? null);
  const taken = [...covered(boxes, stage.parent), ...marks.map(([x, y], i) => around(x, y, gapOf(payload.places[i])))];
  /** @type {Box[]} */
  const crowds = [];
  discs.forEach((disc, i) => {
    if (!disc) return;
    const [x, y] = [marks[i][0] + disc.x, marks[i][1] - disc.y];
    // Those who stand nearest the mark stand there longest.
    const inward = (disc.radius - 13) / Math.hypot(disc.x, disc.y);
    taken.push(around(x - Math.max(inward, 0) * disc.x, y + Math.max(inward, 0) * disc.y, 8));
    // Three boxes and not one, whose corners would waste room.
    for (const slice of [-0.62, 0, 0.62]) {
      const half = disc.radius * (slice ? 0.72 : 1);
      const middle = y + slice * disc.radius;
      crowds.push({
        left: x - half,
        right: x + half,
        top: middle - 0.36 * disc.radius,
        bottom: middle + 0.36 * disc.radius,
      });
    }
  });
  // Of very many lines none can be left free, and no place but the busiest can be named.
  const steps = stage.lines.length > 200 ? 8 : 40;
  const points = stage.lines.length > 2000 ? [] : stage.lines.flatMap(({ track }) => sampled(stage, track, steps));
  const wishes = [...counts(stage, payload, new Grid(marks)), ...places(stage, payload, marks), ...countries(stage, payload)];
  labels.place(wishes, { taken, crowds, points }, stage.size);
  labels.numbered = stage.lines.filter(({ id }) => labels.known.has(`count:${id}`));
  labels.named = stage.ground.countries.map(({ code }) => code).filter((code) => labels.known.has(`country:${code}`));
}

/**
 * @param {import("./payload.js").Place} place
 * @returns {number} pixels from its middle to the edge of its mark
 */
const gapOf = (place) => (place.ring ? 13 : 8);

/** @param {number} x @param {number} y @param {number} reach @returns {Box} */
const around = (x, y, reach) => ({ left: x - reach, top: y - reach, right: x + reach, bottom: y + reach });

/** @param {HTMLElement[]} boxes @param {HTMLElement} map @returns {Box[]} what they cover of the map */
function covered(boxes, map) {
  const frame = map.getBoundingClientRect();
  return boxes
    .filter((box) => !box.hidden)
    .map((box) => {
      const { left, top, right, bottom } = box.getBoundingClientRect();
      return {
        left: left - frame.left - 4,
        top: top - frame.top - 4,
        right: right - frame.left + 4,
        bottom: bottom - frame.top + 4,
      };
    });
}

/**
 * @param {Stage} stage
 * @param {Track} track
 * @param {number} share of its line
 * @returns {[number, number]} pixels
 */
function along(stage, track, share) {
  const [x, y] = track.at(share * track.length);
  return stage.toScreen(x, y);
}

/**
 * @param {Stage} stage
 * @param {Track} track
 * @param {number} steps
 * @returns {[number, number][]} points of a line, in pixels
 */
const sampled = (stage, track, steps) => Array.from({ length: steps + 1 }, (_, k) => along(stage, track, k / steps));

/** @param {Stage} stage @param {Payload} payload @param {Grid} shun @returns {Wish[]} numbers on lines */
function counts(stage, payload, shun) {
  const isSeen = (/** @type {Track} */ track) => {
    const [x, y] = along(stage, track, 0.5);
    return x > 0 && y > 0 && x < stage.size.width && y < stage.size.height;
  };
  return stage.widest
    .filter(({ track }) => track.length / stage.unit > 60 && isSeen(track))
    .slice(0, MOST)
    .sort((a, b) => Number(a.superseded) - Number(b.superseded)) // overtaken plans give way to what happened
    .map((transfer) => ({
      id: `count:${transfer.id}`,
      kind: "count",
      text: transfer.label,
      open: transfer.max === null && transfer.min > 0,
      differs: transfer.differs,
      color: stage.colorOf(transfer),
      faint: stage.isFaint(transfer),
      small: transfer.superseded,
      shun,
      spots: (width, height) =>
        (transfer.style === "refused" ? ON_AN_ATTEMPT : ON_A_LINE).map((share) => {
          const [x, y] = along(stage, transfer.track, share);
          return [x - width / 2, y - height / 2];
        }),
    }));
}

/**
 * @param {Stage} stage
 * @param {Payload} payload
 * @param {[number, number][]} marks
 * @returns {Wish[]} names at places, those that most people came to first
 */
function places(stage, payload, marks) {
  const busy = stage.people?.most ?? [];
  const { width, height } = stage.size;
  const seen = payload.places
    .map((place, i) => ({ place, i }))
    .filter(({ i }) => marks[i][0] > 0 && marks[i][1] > 0 && marks[i][0] < width && marks[i][1] < height);
  if (seen.length > MOST) seen.sort((a, b) => (busy[b.i] ?? 0) - (busy[a.i] ?? 0));
  return seen.slice(0, MOST).map(({ place, i }) => ({
    id: `place:${place.id}`,
    kind: "place",
    text: place.name,
    note: place.country_only ? payload.texts.place_unknown : "",
    must: seen.length <= 40,
    spots: (width, height) =>
      [gapOf(place), gapOf(place) + 14].flatMap((gap) => {
        const [x, y] = marks[i];
        const [right, left, middle, near] = [x + gap + 2, x - gap - 2 - width, x - width / 2, 0.7 * gap];
        /** @type {[number, number][]} */
        const spots = [
          [right, y - height / 2],
          [left, y - height / 2],
          [middle, y - gap - 1 - height],
          [middle, y + gap + 1],
          [x + near, y - near - height],
          [x - near - width, y - near - height],
          [x + near, y + near],
          [x - near - width, y + near],
        ];
        return spots;
      }),
  }));
}

/**
 * @param {Stage} stage
 * @param {Payload} payload
 * @returns {Wish[]} names on countries, where the country is about as wide
 */
function countries(stage, payload) {
  const named = new Set(payload.places.filter((place) => place.country_only).map((place) => place.country));
  const involved = new Set([...payload.fills.steps.map((step) => step[1]), ...payload.fills.origins]);
  const rank = (/** @type {import("./ground.js").Area} */ { code, size }) => (involved.has(code) ? 1e9 : 0) + size;
  const shown = stage.ground.countries.filter(
    ({ code, width }) =>
      !named.has(code) && payload.names[code] && width / stage.unit > LETTER_PX * payload.names[code].length,
  );
  return shown
    .sort((a, b) => rank(b) - rank(a))
    .map((country) => ({ ...country, at: stage.toScreen(...country.label) }))
    .filter(({ at: [x, y] }) => x > -100 && y > -100 && x < stage.size.width + 100 && y < stage.size.height + 100)
    .map(({ code, at: [x, y] }) => ({
      id: `country:${code}`,
      kind: "country",
      text: payload.names[code],
      color: stage.inkOn(code),
      spots: (width, height) => NEAR_THE_MIDDLE.map(([dx, dy]) => [x - width / 2 + dx, y - height / 2 + dy]),
    }));
}

/**
 * Gives labels the colours that the clock asks for, and leaves them where they are.
 *
 * @param {Stage} stage
 * @param {Labels} labels
 */
export function restyle(stage, labels) {
  for (const transfer of labels.numbered)
    labels.style(`count:${transfer.id}`, stage.colorOf(transfer), stage.isFaint(transfer));
  for (const code of labels.named) labels.style(`country:${code}`, stage.inkOn(code));
}
