// @ts-check
/** What the map would like to have labelled, and where: counts on lines, names at places and on countries. */

import { toWorld } from "./geometry.js";
import { Grid } from "./labels.js";

/** @typedef {import("./payload.js").Payload} Payload */
/** @typedef {import("./geometry.js").Track} Track */
/** @typedef {import("./labels.js").default} Labels */
/** @typedef {import("./labels.js").Box} Box */
/** @typedef {import("./labels.js").Wish} Wish */
/** @typedef {import("./map.js").default} Stage */

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

/**
 * Writes counts on lines, names at places and on countries.
 *
 * @param {Stage} stage
 * @param {Labels} labels
 * @param {HTMLElement[]} boxes  that lie over the map
 */
export function label(stage, labels, boxes) {
  const { payload } = stage;
  const marks = payload.places.map((place) => stage.toScreen(...toWorld(place.lon, place.lat)));
  const discs = payload.places.map((_, i) => stage.people.disc(i, stage.unit));
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
  const steps = stage.bands.lines.length > 200 ? 8 : 40;
  const points =
    stage.bands.lines.length > 2000 ? [] : stage.bands.lines.flatMap(({ track }) => sampled(stage, track, steps));
  const wishes = [...counts(stage, new Grid(marks)), ...places(stage, payload, marks), ...countries(stage, payload)];
  labels.place(wishes, { taken, crowds, points }, stage.size);
  labels.numbered = stage.bands.lines.filter(({ id }) => labels.known.has(`count:${id}`));
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

/** @param {Stage} stage @param {Grid} shun @returns {Wish[]} numbers on lines */
function counts(stage, shun) {
  const isSeen = (/** @type {Track} */ track) => {
    const [x, y] = along(stage, track, 0.5);
    return x > 0 && y > 0 && x < stage.size.width && y < stage.size.height;
  };
  return stage.bands.widest
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
  const busy = stage.people.most;
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
