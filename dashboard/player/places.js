// @ts-check
/** Marks of places: a pin, or a ring where only a country or region is known. */

import { rgba } from "./colors.js";

/** @typedef {import("./payload.js").Place} Place */

/** @param {Place} place @returns {number} pixels kept free between its middle and a line */
export const gapOf = (place) => (place.ring ? 14 : 8);

/**
 * @param {Place[]} places
 * @param {number} radiusScale  1 for the usual size
 * @param {Record<string, string>} colors  of the theme
 * @returns {{rings: Object, pins: Object}} what deck.gl draws
 */
export function marks(places, radiusScale, colors) {
  const spots = places.map((place) => ({ place, position: [place.lon, place.lat] }));
  const ink = rgba(colors.pin);
  return {
    rings: { radiusScale, data: spots.filter(({ place }) => place.ring), getLineColor: ink },
    pins: {
      radiusScale,
      data: spots.filter(({ place }) => !place.ring),
      getFillColor: ink,
      getLineColor: rgba(colors.halo),
    },
  };
}
