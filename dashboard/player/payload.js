// @ts-check
/**
 * What `Scene` of dashboard/scene/parts.py sends, and the player's own form of it (`Payload`): tables come as Arrow columns and
 * become rows, dates and states come once and are written where they are used.
 *
 * @typedef {Object} Table          of Arrow, or what stands for one in a standalone page
 * @property {number} numRows
 * @property {{fields: {name: string}[]}} schema
 * @property {(name: string) => any} getChild  its column: has `toArray`, and can be iterated
 *
 * @typedef {Object} SceneOnly      what only the scene has
 * @property {Table} transfers
 * @property {Table} events
 * @property {Table} places
 * @property {Table} counts
 * @property {Table} standing
 * @property {{epoch: string, end: number, moments: SceneMoment[]}} time
 * @property {Record<string, number[]>} via  rows of the places on the way, by row of the transfer
 * @property {[string, string][]} dates      as readers write them, and how precise they are
 * @property {string[]} states               what a text adds of transfers that did not take place
 * @property {string[]} differs              ids of transfers that differ from the other map's
 *
 * @typedef {Object} SceneMoment    days on which something moved
 * @property {number} start         seconds from the epoch
 * @property {number} end
 * @property {boolean} moves        people are drawn moving
 * @property {number} date          row of `dates`
 * @property {number[]} events      rows
 * @property {number[]} transfers   rows of those that are named
 *
 * @typedef {Object} SceneCount     a row of `counts`: what a row of the counters says from then on
 * @property {number} second
 * @property {number} row
 * @property {number} min
 * @property {number} more
 *
 * @typedef {Object} SceneTransfer  a row of `transfers`
 * @property {string} id
 * @property {number} event
 * @property {number} from
 * @property {number} to
 * @property {number} waits_at
 * @property {number} bow
 * @property {number} start
 * @property {number} lasts
 * @property {number} min
 * @property {number} more          up to the upper bound; below 0 where that is open
 * @property {number} style         0 done, 1 planned, 2 refused
 * @property {number} superseded    1
 * @property {number} moves         1
 * @property {number} merged
 * @property {number} state         row of `states`
 * @property {number} date          row of `dates`
 *
 * @typedef {Object} SceneEvent     a row of `events`
 * @property {string} id
 * @property {number} date          row of `dates`
 * @property {string} title
 * @property {number} min
 * @property {number} more
 *
 * @typedef {Shared & SceneOnly} Scene
 *
 * @typedef {Omit<SceneMoment, "date"> & {date: string, precision: string}} Moment  its date as readers write it
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
 * @typedef {Object} Shared         what scene and payload have alike
 * @property {string} id            stands for everything below
 * @property {string} selection     stands for everything but `t` and `at`
 * @property {string|null} t        day at which to stand, YYYY-MM-DD
 * @property {[number, number, number]|null} at  latitude, longitude, zoom
 * @property {{layers: Object[]}} deck
 * @property {Record<string, string>} urls
 * @property {{light: Record<string, string>, dark: Record<string, string>}} colors
 * @property {{per_dot: number, pixels: number}} scale  people a dot; pixels of a line for one person, growing with the root
 * @property {{rows: Counter[], differs: [number, number, boolean][]}} counters  second, row, whether the other map counts
 *   otherwise. The row after the last counts those on the way
 * @property {{steps: [number, string, number, number][], origins: string[], touched: string[], differs: [number, string, boolean][]}} fills
 *   second, country, class, and the higher class that its upper bound may reach (0: none); countries where journeys began;
 *   those that the selection touches; second, country, whether the other map has other bounds there
 * @property {{title: string, classes: string[], items: {kind: string, label: string}[]}} legend  classes: the lowest first
 * @property {Record<string, string>} names  of countries, by code
 * @property {{bounds: [number, number, number, number]}} view  west, south, east, north
 * @property {Record<string, string>} texts  `caption`, `differs` and `merged` only where there are any
 *
 * @typedef {Object} PayloadOnly    what only the payload has
 * @property {{epoch: string, end: number, moments: Moment[]}} time
 * @property {Transfer[]} transfers in order of time
 * @property {{id: string, date: string, title: string, count: string}[]} events  in order of time
 * @property {Place[]} places
 * @property {{second: Float64Array, row: Int32Array, text: string[]}} counts  what a row of the counters says from then on
 * @property {{second: Float64Array, place: Int32Array, min: Int32Array, more: Int32Array}} standing  people at a place from
 *   then on
 *
 * @typedef {Shared & PayloadOnly} Payload
 */

import { Track } from "./geometry.js";

const STYLES = /** @type {const} */ (["done", "planned", "refused"]); // as in dashboard/scene

const NUMBER = new Intl.NumberFormat("en");

/** @param {Table} table @returns {Record<string, any>} its columns */
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

/** @param {Table} table @returns {any[]} its rows */
function rows(table) {
  const all = Object.entries(columns(table));
  return Array.from({ length: table.numRows }, (_, i) => {
    /** @type {Record<string, unknown>} */
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

/** @param {Scene} scene @param {Place[]} places @returns {Transfer[]} */
function transfersOf({ transfers, via, dates, states, differs, scale, texts }, places) {
  /** @type {Map<string, Track>} */
  const tracks = new Map(); // transfers that take one line share it
  const unlike = new Set(differs);
  return rows(transfers).map((/** @type {SceneTransfer} */ sent, i) => {
    const stops = [sent.from, ...(via[i] ?? []), sent.to];
    const key = `${stops} ${sent.bow}`;
    let track = tracks.get(key);
    if (!track) {
      track = new Track(
        stops.map((stop) => [places[stop].lon, places[stop].lat]),
        sent.bow,
      );
      tracks.set(key, track);
    }
    const max = sent.more < 0 ? null : sent.min + sent.more;
    const way = stops.map((stop) => places[stop].name).join(" → ");
    const state = states[sent.state];
    const count = people(sent.min, sent.more, texts);
    return {
      ...sent,
      track,
      end: sent.start + sent.lasts,
      label: label(sent.min, sent.more, texts),
      style: STYLES[sent.style],
      superseded: Boolean(sent.superseded),
      moves: Boolean(sent.moves),
      max,
      width_min: scale.pixels * Math.sqrt(sent.min),
      width_max: max === null ? null : scale.pixels * Math.sqrt(max),
      differs: unlike.has(sent.id),
      date: dates[sent.date][0],
      text: `${count}${sent.merged > 1 ? ` (${sent.merged} ×)` : ""}: ${way}${state ? ` (${state})` : ""}`,
    };
  });
}

/** @param {Table} table @param {Record<string, string>} texts @returns {Payload["counts"]} */
function countsOf(table, texts) {
  const { second, row, min, more } = columns(table);
  return { second, row, text: Array.from(second, (_, i) => label(min[i], more[i], texts)) };
}

/** @param {Scene} scene as Streamlit hands it over @returns {Payload} */
export function read(scene) {
  const { dates, texts, time } = scene;
  /** @type {Place[]} */
  const places = rows(scene.places);
  return {
    ...scene,
    time: {
      ...time,
      moments: time.moments.map((moment) => {
        const [date, precision] = dates[moment.date];
        return { ...moment, date, precision };
      }),
    },
    transfers: transfersOf(scene, places),
    events: rows(scene.events).map((/** @type {SceneEvent} */ { id, title, date, min, more }) => ({
      id,
      title,
      date: dates[date][0],
      count: people(min, more, texts),
    })),
    places,
    counts: countsOf(scene.counts, texts),
    standing: /** @type {Payload["standing"]} */ (columns(scene.standing)),
  };
}
