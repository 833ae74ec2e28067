// @ts-check
/** Colours: from the theme's hexadecimal notation to what deck.gl takes, and which of two can be read. */

/** @param {string} hex @param {number} [opacity] @returns {[number, number, number, number]} */
export function rgba(hex, opacity = 1) {
  const value = parseInt(hex.slice(1), 16);
  return [value >> 16, (value >> 8) & 255, value & 255, Math.round(255 * opacity)];
}

/** @param {[number, number, number, number]} color @returns {number} 0 for black, 1 for white */
export function brightness([red, green, blue]) {
  return (0.2126 * red + 0.7152 * green + 0.0722 * blue) / 255;
}

/**
 * @param {string} ground  a colour
 * @param {Record<string, string>} colors  of the theme
 * @returns {string} ink or paper, whichever stands out more
 */
export function readable(ground, { ink, paper }) {
  const distance = (/** @type {string} */ color) => Math.abs(brightness(rgba(color)) - brightness(rgba(ground)));
  return distance(ink) > distance(paper) ? ink : paper;
}
