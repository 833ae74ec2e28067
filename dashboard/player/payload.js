// @ts-check
/**
 * What `dashboard/layers.py: scene()` sends. Only types live here; nothing is run.
 *
 * @typedef {Object} Moment   days at which something moved
 * @property {number} start   seconds from the epoch
 * @property {number} end
 * @property {boolean} event  an event, and not only one of its transfers
 * @property {boolean} moves  people are drawn moving
 * @property {string} date    as readers write it
 * @property {string} precision
 * @property {string[]} titles
 *
 * @typedef {Object} Transfer
 * @property {string} id
 * @property {string} event
 * @property {number[]} path        longitude, latitude, …, in thousandths of a degree: first point, then steps; longitudes
 *   run on past 180
 * @property {number} start         seconds from the epoch
 * @property {number} end
 * @property {number} min           people
 * @property {number|null} max      null: no upper bound
 * @property {number} width_min     pixels
 * @property {number|null} width_max
 * @property {"done"|"planned"|"refused"} style
 * @property {number|null} stop     vertex at which an attempt ended; -1: on the way, nobody says where
 * @property {boolean} superseded
 * @property {boolean} moves        its people are drawn as dots
 * @property {string} from          id of a place
 * @property {string} to
 * @property {string} waits_at      id of the place where its people are before they leave
 * @property {string} label
 * @property {string} text
 * @property {string} date
 * @property {boolean} [differs]    the other map has other bounds, or does not have it; only where two are compared
 *
 * @typedef {Object} Place
 * @property {string} id
 * @property {string} name
 * @property {number} lon
 * @property {number} lat
 * @property {boolean} ring         known only to a country or region
 * @property {boolean} country_only
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
 * @property {Transfer[]} transfers
 * @property {Place[]} places
 * @property {{per_dot: number}} people
 * @property {{rows: Counter[], steps: [number, number, string][], differs?: [number, number, boolean][]}} counters  second,
 *   row, text; second, row, whether the other map counts otherwise. The row after the last counts those on the way
 * @property {[number, number, number, number][]} standing  second, index of the place, lower and upper bound
 * @property {{steps: [number, string, number, number][], origins: string[], differs?: [number, string, boolean][]}} fills
 *   second, country, class, and the higher class that its upper bound may reach (0: none); countries where journeys began;
 *   second, country, whether the other map has other bounds there
 * @property {{title: string, classes: {class: number, label: string}[], items: {kind: string, label: string}[]}} legend
 * @property {Record<string, string>} names  of countries, by code
 * @property {{id: string, date: string, title: string, count: string, transfers: number[]}[]} steps  events, by id, with
 *   their `transfers` by index
 * @property {{bounds: [number, number, number, number]}} view  west, south, east, north
 * @property {Record<string, string>} texts  `caption` and `differs` only where there are any
 */

export {};
