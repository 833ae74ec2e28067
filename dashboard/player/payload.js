// @ts-check
/**
 * What `Scene` of dashboard/scene/parts.py sends, and the player's own form of it: tables come as Arrow columns and become rows.
 *
 * @typedef {Object} Moment   days at which something moved
 * @property {number} start   seconds from the epoch
 * @property {number} end
 * @property {boolean} moves  people are drawn moving
 * @property {string} date    as readers write it
 * @property {string} precision
 * @property {number[]} events     rows
 * @property {number[]} transfers  rows of those that are named
 *
 * @typedef {Object} Transfer
 * @property {string} id
 * @property {number} event         row
 * @property {number} from          row of a place
 * @property {number} to
 * @property {number} waits_at      row of the place where its people are before they leave
 * @property {number} bow           how far its line bows to the right, as a share of the distance
 * @property {number} start         seconds from the epoch
 * @property {number} end
 * @property {number} min           people
 * @property {number|null} max      null: no upper bound
 * @property {number} width_min     pixels
 * @property {number|null} width_max
 * @property {"done"|"planned"|"refused"} style
 * @property {boolean} superseded
 * @property {boolean} moves        its people are drawn as dots
 * @property {number} merged        transfers that it stands for
 * @property {string} label
 * @property {string} text
 * @property {string} date
 * @property {boolean} differs      the other map has other bounds, or does not have it; only where two are compared
 * @property {import("./geometry.js").Track} track
 *
 * @typedef {Object} Place
 * @property {string} id
 * @property {string} name
 * @property {number} lon
 * @property {number} lat
 * @property {number} ring          1: known only to a country or region
 * @property {number} country_only  1
 * @property {string} country       code
 *
 * @typedef {Object} Counter
 * @property {string} code          of a country, or `in_transit`
 * @property {string} name
 * @property {string} figure        id of the figure that its number is at the end of a day; an event's or a transfer's own id is one, too
 *
 * @typedef {Object} Payload
 * @property {string} id            stands for everything below
 * @property {string} selection     stands for everything but `t` and `at`
 * @property {string|null} t        day at which to stand, YYYY-MM-DD
 * @property {[number, number, number]|null} at  latitude, longitude, zoom
 * @property {{layers: Object[]}} deck
 * @property {Record<string, string>} urls
 * @property {{light: Record<string, string>, dark: Record<string, string>}} colors
 * @property {{epoch: string, end: number, moments: Moment[]}} time
 * @property {Transfer[]} transfers in order of time
 * @property {{id: string, date: string, title: string, count: string}[]} events  in order of time
 * @property {Place[]} places
 * @property {{second: Float64Array, row: Int32Array, text: string[]}} counts  what a row of the counters says from then on
 * @property {{second: Float64Array, place: Int32Array, min: Int32Array, more: Int32Array}} standing  people at a place from then on
 * @property {{per_dot: number, pixels: number}} scale  people a dot; pixels of a line for one person, growing with the root
 * @property {{rows: Counter[], differs?: [number, number, boolean][]}} counters  second, row, whether the other map counts
 *   otherwise. The row after the last counts those on the way
 * @property {{steps: [number, string, number, number][], origins: string[], touched: string[], differs?: [number, string, boolean][]}} fills
 *   second, country, class, and the higher class that its upper bound may reach (0: none); countries where journeys began;
 *   those that the selection touches; second, country, whether the other map has other bounds there
 * @property {{title: string, classes: string[], items: {kind: string, label: string}[]}} legend  classes: the lowest first
 * @property {Record<string, string>} names  of countries, by code
 * @property {{bounds: [number, number, number, number]}} view  west, south, east, north
 * @property {Record<string, string>} texts  `caption`, `differs` and `merged` only where there are any
 */

import { Track } from "./geometry.js";

const STYLES = /** @type {const} */ (["done", "planned", "refused"]); // as in dashboard/scene

const NUMBER = new Intl.NumberFormat("en");

/** @param {any} table of Arrow @returns {Record<string, any>} its columns */
function columns(table) {
  /** @type {Record<string, any>} */
  const found = {};
  for (const { name } of table.schema.fields) {
    const column = table.getChild(name);
    const values = column.toArray();
    found[name] = ArrayBuffer.isView(values) ? values : Array.from(column);
  }
  return found;
}

/** @param {any} table of Arrow @returns {any[]} its rows */
function rows(table) {
  const all = Object.entries(columns(table));
  return Array.from({ length: table.numRows }, (_, i) => {
    /** @type {Record<string, any>} */
    const row = {};
    for (const [name, values] of all) row[name] = values[i];
    return row;
  });
}

/**
 * @param {number} min
 * @param {number} more  up to the upper bound; below 0 where that is open
 * @param {Record<string, string>} texts
 * @returns {string} as `count_text` of dashboard/theme.py writes it
 */
export function label(min, more, texts) {
  const [low, high] = [NUMBER.format(min), NUMBER.format(min + more)];
  if (more < 0) return min ? `≥ ${low}` : texts.unreported;
  return more ? `${low}–${high}` : low;
}

/** @param {number} min @param {number} more @param {Record<string, string>} texts @returns {string} with its noun */
function people(min, more, texts) {
  if (more < 0 && !min) return texts.people_unreported;
  return `${label(min, more, texts)} ${min === 1 && !more ? texts.person : texts.people}`;
}

/** @param {any} data as Streamlit hands it over @returns {Payload} */
export function read(data) {
  const { transfers, events, places, counts, standing, via, differs, ...rest } = data;
  const { texts, dates } = rest;
  /** @type {Map<string, Track>} */
  const tracks = new Map(); // transfers that take one line share it
  const spots = rows(places);
  const unlike = new Set(differs);
  const legs = rows(transfers);
  legs.forEach((leg, i) => {
    const stops = [leg.from, ...(via[i] ?? []), leg.to];
    const key = `${stops} ${leg.bow}`;
    let track = tracks.get(key);
    if (!track) {
      track = new Track(
        stops.map((stop) => [spots[stop].lon, spots[stop].lat]),
        leg.bow,
      );
      tracks.set(key, track);
    }
    const max = leg.more < 0 ? null : leg.min + leg.more;
    const way = stops.map((stop) => spots[stop].name).join(" → ");
    const state = rest.states[leg.state];
    const count = people(leg.min, leg.more, texts);
    Object.assign(leg, {
      track,
      end: leg.start + leg.lasts,
      label: label(leg.min, leg.more, texts),
      style: STYLES[leg.style],
      superseded: Boolean(leg.superseded),
      moves: Boolean(leg.moves),
      max,
      width_min: rest.scale.pixels * Math.sqrt(leg.min),
      width_max: max === null ? null : rest.scale.pixels * Math.sqrt(max),
      differs: unlike.has(leg.id),
      date: dates[leg.date][0],
      text: `${count}${leg.merged > 1 ? ` (${leg.merged} ×)` : ""}: ${way}${state ? ` (${state})` : ""}`,
    });
  });
  const moments = rest.time.moments.map((/** @type {any} */ moment) => {
    const [date, precision] = dates[moment.date];
    return { ...moment, date, precision };
  });
  const { second, row, min, more } = columns(counts);
  return {
    ...rest,
    time: { ...rest.time, moments },
    transfers: legs,
    events: rows(events).map((event) => ({
      id: event.id,
      title: event.title,
      date: dates[event.date][0],
      count: people(event.min, event.more, texts),
    })),
    places: spots,
    counts: { second, row, text: Array.from(second, (_, i) => label(min[i], more[i], texts)) },
    standing: columns(standing),
  };
}
