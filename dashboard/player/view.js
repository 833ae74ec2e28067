// @ts-check
/** The part of the world that the map shows: where its points are on the screen, and the view that frames a selection. */

import { toDegrees, toWorld, WORLD } from "./geometry.js";

/** @typedef {{longitude: number, latitude: number, zoom: number}} View */
/** @typedef {{width: number, height: number}} Size pixels */
/** @typedef {{top: number, bottom: number, left: number, right: number}} Padding pixels that are to stay free */
/** @typedef {{x: number, y: number, radius: number}} Disc pixels from a point, y up */

export const LIMITS = { minZoom: 0, maxZoom: 12, pitch: 0, bearing: 0 };
const CLOSEST_FRAME = 9; // zoom that a small selection is shown at, at most
const CROWD_GAP_PX = 8; // between a crowd and the edge of the map

/** @param {View} view @returns {number} world units a pixel */
export const unitOf = (view) => 2 ** -view.zoom;

/** @param {number} x world units @param {number} middle @returns {number} on the copy of the world nearest the middle */
const nearest = (x, middle) => x - WORLD * Math.round((x - middle) / WORLD);

/**
 * @param {View} view
 * @param {Size} size
 * @param {number} x world units
 * @param {number} y
 * @returns {[number, number]} pixels from the top left corner, on the copy of the world nearest the centre
 */
export function toScreen(view, size, x, y) {
  const [centreX, centreY] = toWorld(view.longitude, view.latitude);
  const unit = unitOf(view);
  return [size.width / 2 + (nearest(x, centreX) - centreX) / unit, size.height / 2 - (y - centreY) / unit];
}

/**
 * The view of a rectangle of the globe, with room for crowds: they have a size on the screen and not on the globe.
 *
 * @param {[number, number, number, number]} bounds  west, south, east, north
 * @param {Padding} padding
 * @param {Size} size
 * @param {(unit: number) => {lon: number, lat: number, disc: Disc}[]} crowds  those at that many world units a pixel
 * @returns {View}
 */
export function framed([west, south, east, north], padding, { width, height }, crowds) {
  const grow = Math.max(0, 4 - Math.max(east - west, north - south)) / 2; // a single place needs surroundings
  const [left, bottom] = toWorld(west - grow, Math.max(south - grow, -85));
  const [right, top] = toWorld(east + grow, Math.min(north + grow, 85));
  const within = (/** @type {Padding} */ room) => {
    const across = (width - room.left - room.right) / (right - left);
    const up = (height - room.top - room.bottom) / (top - bottom);
    const unit = 1 / Math.min(across, up, 2 ** CLOSEST_FRAME);
    return {
      unit,
      x: (left + right - (room.left - room.right) * unit) / 2,
      y: (bottom + top + (room.top - room.bottom) * unit) / 2,
    };
  };
  let frame = within(padding);
  const room = { ...padding };
  for (const { lon, lat, disc } of crowds(frame.unit)) {
    const [worldX, worldY] = toWorld(lon, lat);
    const x = width / 2 + (nearest(worldX, frame.x) - frame.x) / frame.unit + disc.x;
    const y = height / 2 - (worldY - frame.y) / frame.unit - disc.y;
    const reach = disc.radius + CROWD_GAP_PX;
    room.left = Math.max(room.left, padding.left + reach - x);
    room.right = Math.max(room.right, padding.right + reach - (width - x));
    room.top = Math.max(room.top, padding.top + reach - y);
    room.bottom = Math.max(room.bottom, padding.bottom + reach - (height - y));
  }
  if (room.left + room.right < width && room.top + room.bottom < height) frame = within(room);
  const [longitude, latitude] = toDegrees(frame.x, frame.y);
  return { longitude, latitude, zoom: -Math.log2(frame.unit) };
}
