// @ts-check
/** Time: seconds from the selection's first midnight, days, and how fast they pass. */

/** @typedef {import("./payload.js").Payload} Payload */
/** @typedef {import("./payload.js").Moment} Moment */

export const DAY = 86400;
const LAST_DAY = "9999-12-31"; // the last one that a date can name

// Seconds of play for a day on which people move, for one with other news, and for the quiet days between; all
// together are squeezed into LONGEST.
const MOVING = 4.5;
const NEWS = 0.9;
const QUIET = 1.8;
const LONGEST = 40;

/**
 * @param {string} epoch YYYY-MM-DD
 * @param {number} seconds
 * @returns {string} YYYY-MM-DD of the day that this is the end of, or in
 */
export function dayAt(epoch, seconds) {
  const day = Math.max(0, Math.ceil(seconds / DAY - 1e-9) - 1);
  const time = Math.min(midnight(epoch) + day * DAY * 1000, midnight(LAST_DAY));
  return new Date(time).toISOString().slice(0, 10);
}

/**
 * @param {string} day YYYY-MM-DD; read as text, since numbers of years below 100 are taken for those after 1900
 * @returns {number} milliseconds at its beginning, UTC
 */
function midnight(day) {
  return Date.parse(`${day}T00:00:00Z`);
}

/** @param {string} day YYYY-MM-DD @param {Intl.DateTimeFormat} format @returns {string} as dashboard/theme.py writes it */
function dayText(day, format) {
  return `${format.format(midnight(day))}${Number(day.slice(0, 4)) < 1000 ? " AD" : ""}`;
}

/** @param {string} epoch @param {string} day YYYY-MM-DD @returns {number} seconds at the end of that day */
export function endOf(epoch, day) {
  return (midnight(day) - midnight(epoch)) / 1000 + DAY;
}

/** Maps seconds of play to seconds of the selection, passing quickly over quiet days. */
export class Pace {
  /** @param {Payload["time"]} time */
  constructor(time) {
    const edges = [0, time.end, ...time.moments.flatMap((moment) => [moment.start, moment.end])];
    const marks = [...new Set(edges)].sort((a, b) => a - b);
    /** @type {{start: number, end: number, play: number}[]} */
    this.stretches = marks.slice(1).map((end, i) => {
      const start = marks[i];
      const here = time.moments.filter((moment) => moment.start < end && moment.end > start);
      return { start, end, play: here.some((moment) => moment.moves) ? MOVING : here.length ? NEWS : QUIET };
    });
    const total = this.stretches.reduce((sum, stretch) => sum + stretch.play, 0);
    const squeeze = Math.min(1, LONGEST / total);
    for (const stretch of this.stretches) stretch.play *= squeeze;
  }

  /**
   * @param {number} now      seconds of the selection
   * @param {number} elapsed  seconds of play
   * @returns {number} seconds of the selection after that much play
   */
  after(now, elapsed) {
    let left = elapsed;
    let time = now;
    for (const { start, end, play } of this.stretches) {
      if (time >= end) continue;
      const needed = ((end - time) / (end - start)) * play;
      if (left < needed) return time + (left / play) * (end - start);
      left -= needed;
      time = end;
    }
    return time;
  }
}

/**
 * What the clock says at a time.
 *
 * @param {Payload} payload
 * @param {number} seconds
 * @param {Intl.DateTimeFormat} format
 * @returns {{day: string, note: string}}
 */
export function reading(payload, seconds, format) {
  const { epoch, moments } = payload.time;
  const day = dayAt(epoch, seconds);
  const noon = endOf(epoch, day) - DAY / 2;
  const here = moments.filter((moment) => moment.start <= noon && noon < moment.end);
  const best = here.sort((a, b) => a.end - a.start - (b.end - b.start))[0];
  if (!best) return { day: dayText(day, format), note: payload.texts.quiet };
  return { day: best.date, note: best.precision };
}
